#include "cli/reach_summary.h"

#include <algorithm>
#include <set>

#include "network/kernel_model.h"

namespace drawbridge::cli {
namespace {

using network::Snapshot;

std::set<std::string> facts_of(const Snapshot& state) {
  std::set<std::string> facts;
  for (const network::Address& address : state.addresses) {
    if (address.address.address.is_link_local() || address.address.address.is_loopback()) continue;
    facts.insert("address " + format_interface_address(address.address) + " on " + address.link);
  }
  for (const network::Route& route : state.routes) {
    if (!route.destination.is_default() || route.table != 254) continue;
    for (const network::Nexthop& hop : route.nexthops) {
      facts.insert("gateway " + (hop.gateway ? format_ip(*hop.gateway) + " " : std::string()) + "on " + hop.link);
    }
  }
  for (const auto& [name, link] : state.links) {
    if (!link.master.empty()) facts.insert("port " + name + " of " + link.master);
  }
  return facts;
}

std::vector<std::string> minus(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> rest;
  std::ranges::set_difference(a, b, std::back_inserter(rest));
  return rest;
}

/// The link that holds an address, or nullptr.
const network::Address* holder_of(const Snapshot& state, const IpAddress& local) {
  const auto found =
      std::ranges::find_if(state.addresses, [&](const network::Address& address) { return address.address.address == local; });
  return found == state.addresses.end() ? nullptr : &*found;
}

/// The interface by which packets to `peer` leave, and the gateway: connected subnets before default routes.
std::string way_to(const Snapshot& state, const IpAddress& peer) {
  for (const network::Address& address : state.addresses) {
    const auto link = state.links.find(address.link);
    const bool up = link != state.links.end() && link->second.up;
    if (up && contains(network_of(address.address), peer)) return "on " + address.link;
  }
  for (const network::Route& route : state.routes) {
    if (route.table != 254 || !contains(route.destination, peer)) continue;
    for (const network::Nexthop& hop : route.nexthops)
      return "via " + (hop.gateway ? format_ip(*hop.gateway) : std::string()) + " on " + hop.link;
  }
  return "";
}

std::optional<std::string> session_risk(const Snapshot& now, const Snapshot& after, const network::Plan& plan,
                                        const doors::Session& session) {
  const network::Address* before = holder_of(now, session.local);
  if (before == nullptr) return std::nullopt;  // forwarded to us, or through another namespace: nothing can be said
  const std::string local = format_ip(session.local);
  if (holder_of(after, session.local) == nullptr) return "its address " + local + " goes";
  const std::string way = way_to(now, session.peer);
  const std::string new_way = way_to(after, session.peer);
  if (!way.empty() && new_way.empty()) return "no way leads to " + format_ip(session.peer) + " any more";
  if (way != new_way) return "the way to " + format_ip(session.peer) + " changes from \"" + way + "\" to \"" + new_way + "\"";
  for (const network::PlannedOperation& planned : plan.operations) {
    if (!planned.disruptive) continue;
    const std::string object = network::operation_object(planned.operation);
    const auto link = now.links.find(object);
    const bool carries = object == before->link || (link != now.links.end() && link->second.master == before->link);
    if (carries) return planned.risk.empty() ? object + ", which carries it, is interrupted" : planned.risk;
  }
  return std::nullopt;
}

}  // namespace

ReachSummary summarise_reach(const Snapshot& now, const network::Plan& plan, const std::optional<doors::Session>& session) {
  Snapshot after = now;
  for (const network::PlannedOperation& planned : plan.operations) {
    // What the model refuses the kernel will refuse too; the summary is of the rest.
    if (!network::apply_to_model(after, planned.operation)) continue;
  }
  const auto before = facts_of(now);
  const auto then = facts_of(after);
  ReachSummary summary{.gained = minus(then, before), .lost = minus(before, then), .session = std::nullopt};
  if (session) summary.session = session_risk(now, after, plan, *session);
  return summary;
}

std::string reach_text(const ReachSummary& summary) {
  std::string text;
  for (const std::string& fact : summary.lost) text.append("  - ").append(fact).append("\n");
  for (const std::string& fact : summary.gained) text.append("  + ").append(fact).append("\n");
  if (!text.empty()) text = "\nReach:\n" + text;
  if (summary.session) text += "Your own connection is at risk: " + *summary.session + ".\n";
  return text;
}

}  // namespace drawbridge::cli
