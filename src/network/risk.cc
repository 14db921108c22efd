#include "network/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "network/kernel_model.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

constexpr std::uint32_t kMainTable = 254;

const Address* find_address(const Snapshot& snapshot, const IpAddress& address) {
  const auto found = std::ranges::find_if(snapshot.addresses, [&](const Address& a) { return a.address.address == address; });
  return found == snapshot.addresses.end() ? nullptr : &*found;
}

/// The route that packets to `destination` take: the longest prefix, then the lowest metric.
const Route* find_way(const Snapshot& snapshot, const IpAddress& destination) {
  const Route* best = nullptr;
  for (const auto& route : snapshot.routes) {
    if (route.table != kMainTable || route.nexthops.empty() || !contains(route.destination, destination)) continue;
    const auto link = snapshot.links.find(route.nexthops.front().link);
    if (link == snapshot.links.end() || !link->second.up) continue;
    const bool better = best == nullptr || route.destination.length > best->destination.length ||
                        (route.destination.length == best->destination.length && route.metric < best->metric);
    if (better) best = &route;
  }
  return best;
}

std::string way_text(const Route* way) {
  if (way == nullptr) return "none";
  const auto& hop = way->nexthops.front();
  return (hop.gateway ? "via " + format_ip(*hop.gateway) + " on " : "directly on ") + hop.link;
}

std::vector<std::string> ports_of(const Snapshot& snapshot, const std::string& master) {
  std::vector<std::string> ports;
  for (const auto& [name, link] : snapshot.links)
    if (link.master == master && link.up) ports.push_back(name);
  return ports;
}

bool is_about_address(const Operation& operation, const IpAddress& address) {
  const auto* removal = std::get_if<RemoveAddress>(&operation);
  return removal != nullptr && removal->address.address.address == address;
}

bool is_about_way(const Operation& operation, const Route& way) {
  const auto* removal = std::get_if<RemoveRoute>(&operation);
  const auto* change = std::get_if<SetRoute>(&operation);
  const Route* route = removal != nullptr ? &removal->route : change != nullptr ? &change->route : nullptr;
  return route != nullptr && has_same_key(*route, way);
}

/// The line that asks for what `matches`; of several the first, else that of an operation on the link.
template <class Matches>
SourceLocation cause(const Plan& plan, const std::string& link, const Matches& matches) {
  for (const auto& planned : plan.operations)
    if (matches(planned.operation)) return planned.why;
  for (const auto& planned : plan.operations)
    if (planned.disruptive && operation_object(planned.operation) == link) return planned.why;
  for (const auto& planned : plan.operations)
    if (planned.disruptive) return planned.why;
  return {};
}

struct Session {
  const Plan& plan;
  const Snapshot& before;
  const Snapshot& after;
  const SessionEnds& ends;
  Diagnostics found;

  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
    found.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
  }

  void check_address(const Address& was) {
    const Address* is = find_address(after, ends.local);
    if (is != nullptr && is->link == was.link) return;
    const auto where = cause(plan, was.link, [&](const Operation& o) { return is_about_address(o, ends.local); });
    const auto text = format_ip(ends.local);
    if (is == nullptr) {
      warn(where, "session-address",
           fmt::format("your connection ends: its address {} goes from {} and is nowhere afterwards", text, was.link),
           "confirm over another address, or let the change be taken back");
      return;
    }
    warn(where, "session-address", fmt::format("your connection pauses while its address {} moves from {} to {}", text, was.link, is->link),
         "");
  }

  void check_way() {
    const Route* was = find_way(before, ends.peer);
    const Route* is = find_way(after, ends.peer);
    if (was == nullptr || (is != nullptr && is->nexthops == was->nexthops)) return;
    const auto where = cause(plan, was->nexthops.front().link, [&](const Operation& o) { return is_about_way(o, *was); });
    const auto peer = format_ip(ends.peer);
    if (is == nullptr) {
      warn(where, "session-route",
           fmt::format("your connection ends: there is no way to {} afterwards, before it was {}", peer, way_text(was)),
           "keep a gateway, or confirm from the node's own subnet");
      return;
    }
    const auto without_flags = [](const Route& route) { return std::tuple(route.nexthops.front().gateway, route.nexthops.front().link); };
    if (without_flags(*was) == without_flags(*is)) return;
    warn(where, "session-route", fmt::format("the way to {} changes from {} to {}", peer, way_text(was), way_text(is)),
         "your connection survives only if the new way reaches you");
  }

  void check_link() {
    const Route* was = find_way(before, ends.peer);
    const Route* is = find_way(after, ends.peer);
    if (was == nullptr || is == nullptr) return;
    const std::string& link = is->nexthops.front().link;
    const auto ports_before = ports_of(before, was->nexthops.front().link);
    const auto ports_after = ports_of(after, link);
    const auto present = after.links.find(link);
    if (present != after.links.end() && present->second.kind == "bridge" && ports_after.empty() && !ports_before.empty()) {
      const auto where = cause(plan, ports_before.front(), [&](const Operation& o) {
        const auto* moved = std::get_if<SetMaster>(&o);
        return moved != nullptr && std::ranges::find(ports_before, moved->link) != ports_before.end();
      });
      warn(where, "session-link", fmt::format("your connection ends: {} has no port that is up afterwards", link),
           "leave the bridge its uplink");
    }
    if (present != after.links.end() && !present->second.master.empty()) {
      const auto where = cause(plan, link, [&](const Operation& o) {
        const auto* moved = std::get_if<SetMaster>(&o);
        return moved != nullptr && moved->link == link;
      });
      warn(where, "session-link",
           fmt::format("your connection ends: {} becomes a port of {} and no longer speaks for itself", link, present->second.master),
           "move its address to the bridge");
    }
  }
};

bool is_shown(const Address& address) { return !is_link_local6(address) && address.permanent && !address.address.address.is_loopback(); }

std::vector<std::string> links_of(const Snapshot& snapshot, const InterfaceAddress& address) {
  std::vector<std::string> links;
  for (const auto& each : snapshot.addresses)
    if (each.address == address && is_shown(each)) links.push_back(each.link);
  return links;
}

/// The gateways of a family's default routes, best metric first.
std::string gateways_of(const Snapshot& snapshot, Family family) {
  std::vector<const Route*> defaults;
  for (const auto& route : snapshot.routes)
    if (route.destination.is_default() && route.destination.address.family == family && route.table == kMainTable &&
        !route.nexthops.empty())
      defaults.push_back(&route);
  std::ranges::stable_sort(defaults, {}, [](const Route* route) { return route->metric; });
  std::string text;
  for (const auto* route : defaults) {
    const auto& hop = route->nexthops.front();
    text += (text.empty() ? "" : ", ") + (hop.gateway ? format_ip(*hop.gateway) + " on " : std::string()) + hop.link;
  }
  return text.empty() ? "none" : text;
}

}  // namespace

Snapshot outcome_of(const Snapshot& before, const Plan& plan) {
  Snapshot after = before;
  for (const auto& planned : plan.operations) std::ignore = apply_to_model(after, planned.operation);
  return after;
}

Diagnostics session_risk(const Plan& plan, const Snapshot& before, const Snapshot& after, const SessionEnds& ends) {
  const Address* was = find_address(before, ends.local);
  if (was == nullptr || ends.local.is_loopback()) return {};
  Session session{plan, before, after, ends, {}};
  session.check_address(*was);
  session.check_way();
  session.check_link();
  return std::move(session.found);
}

std::vector<std::string> reach_summary(const Snapshot& before, const Snapshot& after) {
  std::vector<std::string> lost;
  std::vector<std::string> gained;
  std::vector<InterfaceAddress> all;
  for (const auto* snapshot : {&before, &after})
    for (const auto& address : snapshot->addresses)
      if (is_shown(address)) all.push_back(address.address);
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  std::vector<std::string> moved;
  for (const auto& address : all) {
    auto were = links_of(before, address);
    auto are = links_of(after, address);
    const auto stay = [](const std::vector<std::string>& others) {
      return [&](const std::string& link) { return std::ranges::find(others, link) != others.end(); };
    };
    const auto both = are;
    std::erase_if(are, stay(were));
    std::erase_if(were, stay(both));
    const auto text = format_interface_address(address);
    if (were.size() == 1 && are.size() == 1) {
      moved.push_back(fmt::format("moves {} from {} to {}", text, were.front(), are.front()));
      continue;
    }
    for (const auto& link : were) lost.push_back(fmt::format("loses {} on {}", text, link));
    for (const auto& link : are) gained.push_back(fmt::format("gains {} on {}", text, link));
  }
  std::vector<std::string> lines = lost;
  lines.insert(lines.end(), gained.begin(), gained.end());
  lines.insert(lines.end(), moved.begin(), moved.end());
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    const auto was = gateways_of(before, family);
    const auto is = gateways_of(after, family);
    if (was != is) lines.push_back(fmt::format("{} {} → {}", family == Family::ipv4 ? "default gateway" : "IPv6 default gateway", was, is));
  }
  return lines;
}

}  // namespace drawbridge::network
