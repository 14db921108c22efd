#include "network/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "network/kernel_model.h"
#include "network/link_defaults.h"
#include "network/planner.h"
#include "network/uplinks.h"

namespace drawbridge::network {
namespace {

constexpr std::uint32_t kMainTable = 254;

const Address* find_address(const Snapshot& snapshot, const IpAddress& address) {
  const auto found = std::ranges::find_if(snapshot.addresses, [&](const Address& a) { return a.address.address == address; });
  return found == snapshot.addresses.end() ? nullptr : &*found;
}

/// The VRF that a link belongs to, or empty.
std::string vrf_of(const Snapshot& snapshot, const std::string& name) {
  const auto link = snapshot.links.find(name);
  if (link == snapshot.links.end()) return {};
  const auto master = snapshot.links.find(link->second.master);
  return master != snapshot.links.end() && master->second.kind == "vrf" ? master->first : std::string();
}

/// The table in which packets that leave over this link's address are looked up.
std::uint32_t table_of(const Snapshot& snapshot, const std::string& name) {
  const auto vrf = snapshot.links.find(vrf_of(snapshot, name));
  if (vrf == snapshot.links.end()) return kMainTable;
  const auto table = vrf->second.data.find("table");
  const auto* number = table == vrf->second.data.end() ? nullptr : std::get_if<std::uint64_t>(&table->second);
  return number == nullptr ? kMainTable : static_cast<std::uint32_t>(*number);
}

/// The route that packets to `destination` take: the longest prefix, then the lowest metric.
const Route* find_way(const Snapshot& snapshot, const IpAddress& destination, std::uint32_t table) {
  const Route* best = nullptr;
  for (const auto& route : snapshot.routes) {
    if (route.table != table || route.nexthops.empty() || !contains(route.destination, destination)) continue;
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

  const Route* way_before() const { return find_way(before, ends.peer, table_of(before, find_address(before, ends.local)->link)); }
  const Route* way_after() const {
    const Address* is = find_address(after, ends.local);
    return find_way(after, ends.peer, is == nullptr ? kMainTable : table_of(after, is->link));
  }

  /// Who waits for connections outside a VRF is not found inside, and the other way round.
  void check_vrf(const Address& was) {
    const Address* is = find_address(after, ends.local);
    if (is == nullptr) return;
    const std::string vrf_before = vrf_of(before, was.link);
    const std::string vrf_after = vrf_of(after, is->link);
    if (vrf_before == vrf_after) return;
    const auto where = cause(plan, is->link, [&](const Operation& o) {
      const auto* moved = std::get_if<SetMaster>(&o);
      return moved != nullptr && moved->link == is->link;
    });
    warn(where, "session-vrf",
         fmt::format("your connection ends: {} {}", is->link,
                     vrf_after.empty() ? "leaves the VRF " + vrf_before : "moves into the VRF " + vrf_after),
         "confirm from the console, or over an address that stays where it is");
  }

  void check_way() {
    const Route* was = way_before();
    const Route* is = way_after();
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

  /// The links below, down to the cards: before and after.
  void check_link() {
    const Route* was = way_before();
    const Route* is = way_after();
    if (was == nullptr || is == nullptr) return;
    const std::string& link = is->nexthops.front().link;
    const auto present = after.links.find(link);
    const bool is_port = present != after.links.end() && !present->second.master.empty() && vrf_of(after, link).empty();
    if (is_port) {
      warn(structural_cause({link}), "session-link",
           fmt::format("your connection ends: {} becomes a port of {} and no longer speaks for itself", link, present->second.master),
           "move its address to the bridge");
      return;
    }
    const Uplinks uplinks_before = uplinks_of(before, was->nexthops.front().link);
    const Uplinks uplinks_after = uplinks_of(after, link);
    if (uplinks_before.ways.empty()) return;
    std::set<std::string> concerned = uplinks_before.links;
    concerned.insert(uplinks_after.links.begin(), uplinks_after.links.end());
    if (uplinks_after.ways.empty()) {
      const bool is_bridge = present != after.links.end() && present->second.kind == "bridge";
      warn(structural_cause(concerned), "session-link",
           fmt::format("your connection ends: {} {}", link,
                       is_bridge ? "has no port that is up afterwards" : "leads to no card that is up afterwards"),
           is_bridge ? "leave the bridge its uplink" : fmt::format("keep what it stands on now: {}", fmt::join(uplinks_before.ways, ", ")));
      return;
    }
    const bool some_stay =
        std::ranges::any_of(uplinks_before.ways, [&](const std::string& way) { return uplinks_after.ways.contains(way); });
    if (!some_stay) {
      warn(structural_cause(concerned), "session-link",
           fmt::format("the way of your connection below {} changes from {} to {}", link, fmt::join(uplinks_before.ways, ", "),
                       fmt::join(uplinks_after.ways, ", ")),
           "your connection survives only if the same network is behind both");
      return;
    }
    check_interruption(uplinks_before.links);
  }

  void check_interruption(const std::set<std::string>& links) {
    if (!found.empty()) return;
    for (const auto& planned : plan.operations) {
      if (!planned.disruptive || !links.contains(operation_object(planned.operation))) continue;
      warn(planned.why, "session-pause",
           "your connection pauses: " +
               (planned.risk.empty() ? operation_object(planned.operation) + ", which carries it, is interrupted" : planned.risk),
           "");
      return;
    }
  }

  /// The line that moves, deletes or downs one of the links, or takes a VLAN from it.
  SourceLocation structural_cause(const std::set<std::string>& links) const {
    return cause(plan, links.empty() ? std::string() : *links.begin(), [&](const Operation& o) {
      const auto* up = std::get_if<SetUp>(&o);
      const bool structural = std::holds_alternative<SetMaster>(o) || std::holds_alternative<DeleteLink>(o) ||
                              std::holds_alternative<RemoveBridgeVlan>(o) || std::holds_alternative<SetLinkData>(o) ||
                              (up != nullptr && !up->up);
      return structural && links.contains(operation_object(o));
    });
  }
};

/// The guests' ports of every bridge that has some.
std::map<std::string, std::vector<std::string>> guests_of(const Snapshot& snapshot) {
  std::map<std::string, std::vector<std::string>> guests;
  for (const auto& [name, link] : snapshot.links)
    if (!link.master.empty() && is_guest_port(name)) guests[link.master].push_back(name);
  return guests;
}

bool is_shown(const Address& address) { return !is_link_local6(address) && address.permanent && !address.address.address.is_loopback(); }

using Holders = std::map<InterfaceAddress, std::vector<std::string>>;

/// The links that have each address.
Holders holders_of(const Snapshot& snapshot) {
  Holders holders;
  for (const auto& each : snapshot.addresses)
    if (is_shown(each)) holders[each.address].push_back(each.link);
  return holders;
}

std::vector<std::string> links_of(const Holders& holders, const InterfaceAddress& address) {
  const auto found = holders.find(address);
  return found == holders.end() ? std::vector<std::string>{} : found->second;
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
  KernelModel after(before);
  for (const auto& planned : plan.operations) std::ignore = after.apply(planned.operation);
  return after.state();
}

Diagnostics session_risk(const Plan& plan, const Snapshot& before, const Snapshot& after, const SessionEnds& ends) {
  const Address* was = find_address(before, ends.local);
  if (was == nullptr || ends.local.is_loopback()) return {};
  Session session{plan, before, after, ends, {}};
  session.check_address(*was);
  session.check_vrf(*was);
  session.check_way();
  session.check_link();
  return std::move(session.found);
}

Diagnostics guest_risk(const Plan& plan, const Snapshot& before, const Snapshot& after) {
  Diagnostics found;
  const auto guests_after = guests_of(after);
  for (const auto& [name, guests] : guests_of(before)) {
    const auto bridge = before.links.find(name);
    if (bridge == before.links.end() || bridge->second.kind != "bridge") continue;
    if (!guests_after.contains(name) || uplinks_of(before, name).ways.empty()) continue;
    if (!uplinks_of(after, name).ways.empty()) continue;
    const auto where = cause(plan, name, [&](const Operation& o) {
      const auto* moved = std::get_if<SetMaster>(&o);
      const auto port = moved == nullptr ? before.links.end() : before.links.find(moved->link);
      return port != before.links.end() && port->second.master == name;
    });
    found.push_back({where,
                     Severity::warning,
                     "guests-cut-off",
                     fmt::format("{} guest port{} on {} ({}) lose{} the way out: the bridge has no uplink afterwards", guests.size(),
                                 guests.size() == 1 ? "" : "s", name, fmt::join(guests, ", "), guests.size() == 1 ? "s" : ""),
                     "leave the bridge its uplink, or move the guests first",
                     {}});
  }
  return found;
}

std::vector<std::string> reach_summary(const Snapshot& before, const Snapshot& after) {
  std::vector<std::string> lost;
  std::vector<std::string> gained;
  const Holders held = holders_of(before);
  const Holders hold = holders_of(after);
  Holders all = held;
  all.insert(hold.begin(), hold.end());
  std::vector<std::string> moved;
  for (const auto& [address, links] : all) {
    auto were = links_of(held, address);
    auto are = links_of(hold, address);
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
