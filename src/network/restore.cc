// The way back: the state before, asked for as if a file had done so.
#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "network/kernel_model.h"
#include "network/leased_route.h"
#include "network/link_defaults.h"
#include "network/link_rules.h"
#include "network/plan.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

using Keys = std::vector<Route>;

/// Of a port of a bridge. The kernel derives it from the link's speed whenever the carrier comes back, until somebody sets it; it does not
/// tell which of both it is.
constexpr std::string_view kCost = "cost";

struct Touched {
  std::set<std::string, std::less<>> links;
  std::set<std::string, std::less<>> remade;  ///< made or deleted: they come back as a whole, or go
  Keys routes;
  /// By link, the attributes and driver settings that the plan changes.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> data;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> ethtool;
  std::set<std::string, std::less<>> costs;  ///< ports whose cost the plan sets
  std::set<std::string, std::less<>> moved;  ///< ports that it gives another master
  std::vector<DhcpClient> clients;           ///< that it starts or stops: their routes come and go by themselves
  bool vlans_known = true;                   ///< on this kernel
};

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

void add_route(const Route& route, Touched& touched) {
  touched.routes.push_back(route);
  for (const auto& hop : route.nexthops)
    if (!hop.link.empty()) touched.links.insert(hop.link);
}

Touched touched_by(const Plan& plan) {
  Touched touched;
  for (const auto& planned : plan.operations) {
    std::visit(Overloaded{[&](const CreateLink& o) {
                            touched.links.insert(o.name);
                            touched.remade.insert(o.name);
                          },
                          [&](const DeleteLink& o) {
                            touched.links.insert(o.name);
                            touched.remade.insert(o.name);
                          },
                          [&](const SetMaster& o) {
                            touched.links.insert(o.link);
                            touched.moved.insert(o.link);
                            if (!o.master.empty()) touched.links.insert(o.master);
                          },
                          [&](const SetLinkData& o) {
                            touched.links.insert(o.link);
                            for (const auto& [name, value] : o.data) touched.data[o.link].emplace(name);
                          },
                          [&](const SetPortData& o) {
                            touched.links.insert(o.link);
                            if (o.data.contains(kCost)) touched.costs.insert(o.link);
                          },
                          [&](const SetEthtool& o) {
                            touched.links.insert(o.link);
                            for (const auto& [name, value] : o.settings) touched.ethtool[o.link].emplace(name);
                          },
                          [&](const AddAddress& o) { touched.links.insert(o.address.link); },
                          [&](const RemoveAddress& o) { touched.links.insert(o.address.link); },
                          [&](const SetRoute& o) { add_route(o.route, touched); },
                          [&](const RemoveRoute& o) { add_route(o.route, touched); },
                          [&](const AddBridgeVlan& o) { touched.links.insert(o.vlan.link); },
                          [&](const RemoveBridgeVlan& o) { touched.links.insert(o.vlan.link); },
                          [](const RunHook&) {},
                          [&](const AddPortFdb& o) { touched.links.insert(o.entry.link); },
                          [&](const RemovePortFdb& o) { touched.links.insert(o.entry.link); },
                          [&](const AddFdb& o) { touched.links.insert(o.entry.link); },
                          [&](const RemoveFdb& o) { touched.links.insert(o.entry.link); },
                          [&](const StartDhcp& o) {
                            touched.links.insert(o.client.link);
                            touched.clients.push_back(o.client);
                          },
                          [&](const StopDhcp& o) {
                            touched.links.insert(o.client.link);
                            touched.clients.push_back(o.client);
                          },
                          [&](const auto& o) { touched.links.insert(o.link); }},
               planned.operation);
  }
  return touched;
}

/// A bridge's new default PVID goes to all ports that look as if nobody had set theirs.
void touch_ports(const Snapshot& snapshot, const Plan& plan, Touched& touched) {
  for (const auto& planned : plan.operations) {
    const auto* set = std::get_if<SetLinkData>(&planned.operation);
    if (set == nullptr || !set->data.contains("vlan_default_pvid")) continue;
    for (const auto& [name, link] : snapshot.links)
      if (link.master == set->link) touched.links.insert(name);
  }
}

bool is_touched(const Touched& touched, const Route& route) {
  if (is_kernel_route(route)) return false;
  if (std::ranges::any_of(touched.clients, [&](const DhcpClient& client) { return is_leased_route(client, route); })) return false;
  if (std::ranges::any_of(touched.routes, [&](const Route& key) { return has_same_key(key, route); })) return true;
  return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return touched.links.contains(hop.link); });
}

bool is_restorable(const Address& address) { return address.permanent && !is_link_local6(address); }

template <class T>
Asked<T> asked(T value) {
  return {std::move(value), {}};
}

template <class T>
std::span<const T> entries_of(const std::vector<T>& all, const std::string& link) {
  const auto range = std::ranges::equal_range(all, link, {}, &T::link);
  return {range.begin(), range.end()};
}

bool is_under(const Snapshot& snapshot, const Link& link, std::string_view kind) {
  const auto master = snapshot.links.find(link.master);
  return master != snapshot.links.end() && master->second.kind == kind;
}

/// A bond gives its ports its own MAC; one with fail_over_mac takes that of the port in use.
bool has_mac_of_its_own(const Snapshot& snapshot, const Link& link) {
  if (link.mac.is_zero() || link.loopback || !link.ethernet || is_under(snapshot, link, "bond")) return false;
  return link.kind != "bond" || text_of(link.data, "fail_over_mac") != "active";
}

/// A tap's attributes are its maker's, who sets some of them after it has been made; netlink only tells them.
bool has_data_of_its_maker(const Link& link) { return link.kind == "tun"; }

void add_attributes(const Link& link, const Touched& touched, DesiredLink& wanted) {
  for (const auto& [name, value] : link.data)
    if (!is_learned(name) && !has_data_of_its_maker(link)) wanted.data.emplace(name, asked(value));
  // What the kernel left out before is nothing, which has to be said.
  if (const auto names = touched.data.find(link.name); names != touched.data.end())
    for (const auto& name : names->second)
      if (names_link(link.kind, name)) wanted.data.try_emplace(name, asked(AttributeValue{std::string()}));
  const bool cost = touched.costs.contains(link.name) || touched.moved.contains(link.name) || touched.remade.contains(link.name);
  for (const auto& [name, value] : link.port)
    if (!is_learned(name) && (name != kCost || cost)) wanted.port.emplace(name, asked(value));
  for (const auto& [key, value] : link.sysctl) wanted.sysctl.emplace(key, asked(value));
  if (const auto names = touched.ethtool.find(link.name); names != touched.ethtool.end())
    for (const auto& name : names->second)
      if (const auto value = link.ethtool.find(name); value != link.ethtool.end()) wanted.ethtool.emplace(name, asked(value->second));
}

/// False on a kernel whose bridges are built without VLANs, and where there is no bridge.
bool knows_vlans(const Snapshot& snapshot) {
  if (!snapshot.bridge_vlans.empty()) return true;
  return std::ranges::any_of(
      snapshot.links, [](const auto& entry) { return entry.second.kind == "bridge" && entry.second.data.contains("vlan_default_pvid"); });
}

void add_objects(const Snapshot& before, const Link& link, bool vlans_known, DesiredLink& wanted) {
  for (const auto& address : entries_of(before.addresses, link.name))
    if (is_restorable(address)) wanted.addresses.push_back(asked(address));
  wanted.exact_addresses = true;
  const auto vlans = entries_of(before.bridge_vlans, link.name);
  if (vlans_known) wanted.vlans = asked(std::vector<BridgeVlan>(vlans.begin(), vlans.end()));
  const auto stations = entries_of(before.port_fdb, link.name);
  wanted.port_fdb = asked(std::vector<PortFdbEntry>(stations.begin(), stations.end()));
  for (const auto& entry : entries_of(before.fdb, link.name)) wanted.fdb.push_back(asked(entry));
  wanted.exact_fdb = true;
  const auto has_client = [&](Family family) { return std::ranges::binary_search(before.dhcp_clients, DhcpClient{link.name, family}); };
  wanted.dhcp4 = asked(has_client(Family::ipv4));
  wanted.dhcp6 = asked(has_client(Family::ipv6));
}

DesiredLink as_desired(const Snapshot& before, const Link& link, const Touched& touched) {
  DesiredLink wanted;
  wanted.name = link.name;
  if (touched.remade.contains(link.name)) wanted.kind = link.kind;
  wanted.up = asked(link.up);
  if (link.mtu != 0) wanted.mtu = asked(link.mtu);
  if (has_mac_of_its_own(before, link)) wanted.mac = asked(link.mac);
  // A guest's port stays where it is, unless the plan moves it.
  wanted.guest = is_guest_port(link.name) && touched.moved.contains(link.name);
  if (!is_guest_port(link.name) || wanted.guest) wanted.master = asked(link.master);
  if (!link.parent.empty()) wanted.parent = asked(link.parent);
  wanted.alias = asked(link.alias);
  wanted.rate = asked(link.rate);
  add_attributes(link, touched, wanted);
  add_objects(before, link, touched.vlans_known, wanted);
  return wanted;
}

/// The plan may have changed more than it names: what the model says it took along.
void add_side_effects(const Snapshot& before, const Plan& plan, Touched& touched) {
  touch_ports(before, plan, touched);
  KernelModel model(before);
  for (const auto& planned : plan.operations) std::ignore = model.apply(planned.operation);
  const Snapshot& after = model.state();
  for (const auto& [name, link] : before.links) {
    const auto found = after.links.find(name);
    if (found == after.links.end()) touched.remade.insert(name);
    if (found == after.links.end() || found->second != link) touched.links.insert(name);
  }
  for (const auto& address : before.addresses) {
    const auto of_link = entries_of(after.addresses, address.link);
    if (std::ranges::find(of_link, address) == of_link.end()) touched.links.insert(address.link);
  }
  for (const auto& route : before.routes) {
    const auto alike = std::ranges::equal_range(after.routes, route.destination, {}, &Route::destination);
    if (!is_kernel_route(route) && std::ranges::find(alike, route) == alike.end()) touched.routes.push_back(route);
  }
}

using LinkNames = std::set<std::string, std::less<>>;

/// Adds what stands on the links: ports and uppers, and what stands on those.
void add_above(const Snapshot& before, LinkNames& names) {
  const StackIndex stack(before);
  std::vector<std::string> ahead(names.begin(), names.end());
  while (!ahead.empty()) {
    const std::string name = std::move(ahead.back());
    ahead.pop_back();
    for (const auto& above : {stack.ports_of(name), stack.uppers_of(name)})
      for (const Link* link : above)
        if (names.insert(link->name).second) ahead.push_back(link->name);
  }
}

/// Adds what the links stand on, down to the cards.
void add_below(const Snapshot& before, LinkNames& names) {
  std::vector<std::string> ahead(names.begin(), names.end());
  while (!ahead.empty()) {
    const auto link = before.links.find(ahead.back());
    ahead.pop_back();
    if (link == before.links.end()) continue;
    for (const auto lower : {std::string_view(link->second.master), std::string_view(link->second.parent), lower_of(link->second)})
      if (!lower.empty() && names.emplace(lower).second) ahead.emplace_back(lower);
  }
}

/// Ports of one bond have one MAC and one state in common.
void add_siblings(const Snapshot& before, LinkNames& names) {
  for (const auto& [name, link] : before.links)
    if (is_under(before, link, "bond") && names.contains(link.master)) names.insert(name);
}

void insert_undo_hooks(const Plan& plan, Plan& inverse) {
  const auto is_down_side = [](const PlannedOperation& planned) {
    const auto phase = std::get<RunHook>(planned.operation).phase;
    return phase == HookPhase::pre_down || phase == HookPhase::down;
  };
  std::vector<PlannedOperation> before;
  std::vector<PlannedOperation> after;
  for (const auto& hook : plan.undo_hooks) (is_down_side(hook) ? before : after).push_back(hook);
  inverse.operations.insert(inverse.operations.begin(), before.begin(), before.end());
  inverse.operations.insert(inverse.operations.end(), after.begin(), after.end());
}

void forget_running_state(Link& link, const std::set<std::string, std::less<>>* ethtool, bool cost) {
  link.index = 0;
  link.carrier = false;
  link.operstate.clear();
  link.min_mtu = 0;
  link.max_mtu = 0;
  if (has_data_of_its_maker(link)) link.data.clear();
  const auto is_nothing = [](const AttributeValue& value) { return value == AttributeValue{std::string()}; };
  // What the bond's mode does not know can't be set, and does nothing.
  const std::string mode(text_of(link.data, "mode"));
  erase_if(link.data, [&](const auto& entry) {
    return is_learned(entry.first) || is_nothing(entry.second) || !is_supported(link.kind, entry.first, mode);
  });
  erase_if(link.port, [&](const auto& entry) { return is_learned(entry.first) || (entry.first == kCost && !cost); });
  erase_if(link.ethtool, [&](const auto& entry) { return ethtool == nullptr || !ethtool->contains(entry.first); });
}

}  // namespace

Restore make_restore(const Snapshot& before, const Plan& plan) {
  Touched touched = touched_by(plan);
  add_side_effects(before, plan, touched);
  touched.vlans_known = knows_vlans(before);
  Restore restore;
  restore.desired.exact_routes = true;
  for (const auto& name : touched.links) {
    const auto link = before.links.find(name);
    if (link != before.links.end()) restore.desired.links.emplace(name, as_desired(before, link->second, touched));
  }
  for (const auto& route : before.routes)
    if (is_touched(touched, route)) restore.desired.routes.push_back(asked(route));
  for (const auto& planned : plan.operations) {
    if (const auto* created = std::get_if<CreateLink>(&planned.operation)) {
      DesiredLink made;
      made.name = created->name;
      made.kind = created->kind;
      made.where = planned.why;
      if (!before.links.contains(made.name)) restore.previous.links.emplace(made.name, std::move(made));
    }
    if (const auto* set = std::get_if<SetRoute>(&planned.operation)) restore.previous.routes.push_back({set->route, planned.why});
    if (const auto* moved = std::get_if<SetMaster>(&planned.operation); moved != nullptr && !moved->master.empty()) {
      // So that a bridge that the plan made is not kept for the sake of a port that the plan gave it.
      if (before.links.contains(moved->link)) continue;
      auto& port = restore.previous.links.try_emplace(moved->link).first->second;
      port.name = moved->link;
      port.master = Asked<std::string>{moved->master, planned.why};
    }
  }
  return restore;
}

Snapshot needed_for_way_back(const Snapshot& before, const Plan& plan) {
  Touched touched = touched_by(plan);
  add_side_effects(before, plan, touched);
  LinkNames names = touched.links;
  add_above(before, names);
  add_below(before, names);
  add_siblings(before, names);
  // Whether this kernel's bridges know VLANs is seen by any of them.
  const auto aware = std::ranges::find_if(before.links, [](const auto& entry) { return entry.second.data.contains("vlan_default_pvid"); });
  if (aware != before.links.end()) names.insert(aware->first);
  Snapshot part;
  for (const auto& name : names)
    if (const auto link = before.links.find(name); link != before.links.end()) part.links.emplace(name, link->second);
  const auto is_part = [&](const auto& entry) { return names.contains(entry.link); };
  std::ranges::copy_if(before.addresses, std::back_inserter(part.addresses), is_part);
  std::ranges::copy_if(before.bridge_vlans, std::back_inserter(part.bridge_vlans), is_part);
  std::ranges::copy_if(before.qdiscs, std::back_inserter(part.qdiscs), is_part);
  std::ranges::copy_if(before.fdb, std::back_inserter(part.fdb), is_part);
  std::ranges::copy_if(before.port_fdb, std::back_inserter(part.port_fdb), is_part);
  std::ranges::copy_if(before.dhcp_clients, std::back_inserter(part.dhcp_clients), is_part);
  // The kernel's own routes of other links follow from nothing that is done here; all others are few.
  std::ranges::copy_if(before.routes, std::back_inserter(part.routes),
                       [&](const Route& route) { return !is_kernel_route(route) || std::ranges::any_of(route.nexthops, is_part); });
  part.rules = before.rules;
  return part;
}

Plan make_inverse(const Snapshot& before, const Plan& plan, const Snapshot& now) {
  const Restore restore = make_restore(before, plan);
  Plan inverse = make_plan(now, without_missing_links(restore.desired, now), restore.previous);
  insert_undo_hooks(plan, inverse);
  return inverse;
}

Snapshot comparable(const Snapshot& snapshot, const Plan& plan) {
  Touched touched = touched_by(plan);
  touch_ports(snapshot, plan, touched);
  Snapshot part;
  std::set<std::string_view> masters;
  for (const auto& [name, link] : snapshot.links) masters.insert(link.master);
  const auto is_here = [&](const auto& entry) { return touched.links.contains(entry.link); };
  for (const auto& name : touched.links) {
    const auto found = snapshot.links.find(name);
    if (found == snapshot.links.end()) continue;
    Link& link = part.links.emplace(name, found->second).first->second;
    const auto ethtool = touched.ethtool.find(name);
    forget_running_state(link, ethtool == touched.ethtool.end() ? nullptr : &ethtool->second, touched.costs.contains(name));
    // A bridge or bond whose last port left has a MAC that nobody can foretell, or none at all.
    const bool empty = (link.kind == "bridge" || link.kind == "bond") && !masters.contains(name);
    if (empty || !has_mac_of_its_own(snapshot, link)) link.mac = {};
  }
  for (Address address : snapshot.addresses) {
    if (!is_here(address) || !is_restorable(address)) continue;
    address.tentative = false;
    address.dad_failed = false;
    part.addresses.push_back(std::move(address));
  }
  std::ranges::copy_if(snapshot.routes, std::back_inserter(part.routes), [&](const Route& route) { return is_touched(touched, route); });
  std::ranges::copy_if(snapshot.bridge_vlans, std::back_inserter(part.bridge_vlans), is_here);
  std::ranges::copy_if(snapshot.fdb, std::back_inserter(part.fdb), is_here);
  std::ranges::copy_if(snapshot.port_fdb, std::back_inserter(part.port_fdb), is_here);
  std::ranges::copy_if(snapshot.dhcp_clients, std::back_inserter(part.dhcp_clients), is_here);
  return part;
}

}  // namespace drawbridge::network
