// The way back: the state before, asked for as if a file had done so.
#include <algorithm>
#include <set>

#include "network/kernel_model.h"
#include "network/link_defaults.h"
#include "network/plan.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

using Keys = std::vector<Route>;

struct Touched {
  std::set<std::string, std::less<>> links;
  std::set<std::string, std::less<>> remade;  ///< made or deleted: they come back as a whole, or go
  Keys routes;
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
    std::visit(
        Overloaded{
            [&](const CreateLink& o) {
              touched.links.insert(o.name);
              touched.remade.insert(o.name);
            },
            [&](const DeleteLink& o) {
              touched.links.insert(o.name);
              touched.remade.insert(o.name);
            },
            [&](const SetMaster& o) {
              touched.links.insert(o.link);
              if (!o.master.empty()) touched.links.insert(o.master);
            },
            [&](const AddAddress& o) { touched.links.insert(o.address.link); },
            [&](const RemoveAddress& o) { touched.links.insert(o.address.link); }, [&](const SetRoute& o) { add_route(o.route, touched); },
            [&](const RemoveRoute& o) { add_route(o.route, touched); }, [&](const AddBridgeVlan& o) { touched.links.insert(o.vlan.link); },
            [&](const RemoveBridgeVlan& o) { touched.links.insert(o.vlan.link); }, [](const RunHook&) {},
            [&](const AddFdb& o) { touched.links.insert(o.entry.link); }, [&](const RemoveFdb& o) { touched.links.insert(o.entry.link); },
            [&](const StartDhcp& o) { touched.links.insert(o.client.link); },
            [&](const StopDhcp& o) { touched.links.insert(o.client.link); }, [&](const auto& o) { touched.links.insert(o.link); }},
        planned.operation);
  }
  return touched;
}

bool is_touched(const Touched& touched, const Route& route) {
  if (is_kernel_route(route)) return false;
  if (std::ranges::any_of(touched.routes, [&](const Route& key) { return has_same_key(key, route); })) return true;
  return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return touched.links.contains(hop.link); });
}

bool is_restorable(const Address& address) { return address.permanent && !is_link_local6(address); }

template <class T>
Asked<T> asked(T value) {
  return {std::move(value), {}};
}

DesiredLink as_desired(const Snapshot& before, const Link& link, const Touched& touched) {
  DesiredLink wanted;
  wanted.name = link.name;
  const bool remade = touched.remade.contains(link.name);
  if (remade) wanted.kind = link.kind;
  wanted.up = asked(link.up);
  wanted.mtu = asked(link.mtu);
  if (!link.mac.is_zero() && !link.loopback) wanted.mac = asked(link.mac);
  if (!is_guest_port(link.name)) wanted.master = asked(link.master);
  wanted.alias = asked(link.alias);
  for (const auto& [name, value] : link.data)
    if (!is_learned(name)) wanted.data.emplace(name, asked(value));
  for (const auto& [name, value] : link.port)
    if (!is_learned(name)) wanted.port.emplace(name, asked(value));
  for (const auto& [key, value] : link.sysctl) wanted.sysctl.emplace(key, asked(value));
  for (const auto& address : before.addresses)
    if (address.link == link.name && is_restorable(address)) wanted.addresses.push_back(asked(address));
  wanted.exact_addresses = true;
  std::vector<BridgeVlan> vlans;
  std::ranges::copy_if(before.bridge_vlans, std::back_inserter(vlans), [&](const BridgeVlan& vlan) { return vlan.link == link.name; });
  wanted.vlans = asked(std::move(vlans));
  return wanted;
}

/// The plan may have changed more than it names: what the model says it took along.
void add_side_effects(const Snapshot& before, const Plan& plan, Touched& touched) {
  Snapshot after = before;
  for (const auto& planned : plan.operations) std::ignore = apply_to_model(after, planned.operation);
  for (const auto& [name, link] : before.links) {
    const auto found = after.links.find(name);
    if (found == after.links.end()) touched.remade.insert(name);
    if (found == after.links.end() || found->second != link) touched.links.insert(name);
  }
  for (const auto& address : before.addresses)
    if (std::ranges::find(after.addresses, address) == after.addresses.end()) touched.links.insert(address.link);
  for (const auto& route : before.routes)
    if (!is_kernel_route(route) && std::ranges::find(after.routes, route) == after.routes.end()) touched.routes.push_back(route);
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

bool has_ports(const Snapshot& snapshot, const std::string& bridge) {
  return std::ranges::any_of(snapshot.links, [&](const auto& entry) { return entry.second.master == bridge; });
}

void forget_running_state(Link& link) {
  link.index = 0;
  link.carrier = false;
  link.operstate.clear();
  link.min_mtu = 0;
  link.max_mtu = 0;
  std::erase_if(link.data, [](const auto& entry) { return is_learned(entry.first); });
  std::erase_if(link.port, [](const auto& entry) { return is_learned(entry.first); });
}

}  // namespace

Restore make_restore(const Snapshot& before, const Plan& plan) {
  Touched touched = touched_by(plan);
  add_side_effects(before, plan, touched);
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
      DesiredLink port;
      port.name = moved->link;
      port.master = Asked<std::string>{moved->master, planned.why};
      if (!before.links.contains(port.name)) restore.previous.links.emplace(port.name, std::move(port));
    }
  }
  return restore;
}

Plan make_inverse(const Snapshot& before, const Plan& plan, const Snapshot& now) {
  const Restore restore = make_restore(before, plan);
  Plan inverse = make_plan(now, without_missing_links(restore.desired, now), restore.previous);
  insert_undo_hooks(plan, inverse);
  return inverse;
}

Snapshot comparable(const Snapshot& snapshot, const Plan& plan) {
  const Touched touched = touched_by(plan);
  Snapshot part;
  for (const auto& name : touched.links) {
    const auto found = snapshot.links.find(name);
    if (found == snapshot.links.end()) continue;
    Link& link = part.links.emplace(name, found->second).first->second;
    forget_running_state(link);
    // A bridge whose last port left has no MAC at all, and nobody can give it none.
    if (link.kind == "bridge" && !has_ports(snapshot, name)) link.mac = {};
  }
  for (Address address : snapshot.addresses) {
    if (!touched.links.contains(address.link) || !is_restorable(address)) continue;
    address.tentative = false;
    address.dad_failed = false;
    part.addresses.push_back(std::move(address));
  }
  std::ranges::copy_if(snapshot.routes, std::back_inserter(part.routes), [&](const Route& route) { return is_touched(touched, route); });
  std::ranges::copy_if(snapshot.bridge_vlans, std::back_inserter(part.bridge_vlans),
                       [&](const BridgeVlan& vlan) { return touched.links.contains(vlan.link); });
  return part;
}

}  // namespace drawbridge::network
