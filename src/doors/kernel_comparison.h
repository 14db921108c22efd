// A snapshot of a kernel held against the model of one (network/kernel_model): what of it a model can know, and what differs.
#pragma once

#include <algorithm>
#include <string>

#include "base/diff.h"
#include "network/link_defaults.h"
#include "network/snapshot_json.h"
#include "network/snapshot_order.h"

namespace drawbridge::doors::contract {

using namespace drawbridge::network;  // NOLINT: for test suites only

inline bool is_kernel_made(const Address& address) { return address.address.address.is_v6() && address.address.address.is_link_local(); }

/// A module for tunnels puts one of each kind into every network namespace, from the moment it is loaded ("gre0", "sit0").
inline bool is_fallback(const Link& link) {
  static constexpr std::string_view kNames[] = {"erspan0", "gre0", "gretap0", "ip6_vti0", "ip6gre0", "ip6tnl0", "ip_vti0", "sit0", "tunl0"};
  return std::ranges::find(kNames, link.name) != std::end(kNames);
}

/// What of a link the kernel works out in its own time, or tells only while somebody can use it.
inline void forget_learned(Link& link, const Link& modelled, const Snapshot& model) {
  for (auto* attributes : {&link.data, &link.port}) erase_if(*attributes, [](const auto& entry) { return is_learned(entry.first); });
  // A bond remembers a primary that is no port of it, and tells it once it is one.
  if (const auto primary = link.data.find("primary"); link.kind == "bond" && primary != link.data.end()) {
    const auto* named = std::get_if<std::string>(&primary->second);
    const auto port = named == nullptr ? model.links.end() : model.links.find(*named);
    if (port == model.links.end() || port->second.master != link.name) link.data.erase("primary");
  }
  // With fail_over_mac a bond has the MAC of the port that is active.
  if (link.kind == "bond" && modelled.data.contains("fail_over_mac") &&
      modelled.data.at("fail_over_mac") != AttributeValue{std::string("none")})
    link.mac = {};
  // A VLAN that is down takes over its raw device's MAC when it comes up.
  if (link.kind == "vlan" && !link.up && model.links.contains(link.parent) && model.links.at(link.parent).mac == modelled.mac)
    link.mac = {};
}

/// The part of `subject` that a model can know: without indexes, running state, learned and read-only attributes, link-local
/// IPv6 (the kernel makes and drops it on its own), and, of the kinds' attributes and settings, only those that `model` speaks of.
inline Snapshot settled(Snapshot subject, const Snapshot& model) {
  for (auto& [name, link] : subject.links) {
    link.index = 0;
    link.carrier = false;
    link.operstate.clear();
    link.min_mtu = link.max_mtu = 0;
    link.permanent_mac.reset();
    const auto known = model.links.find(name);
    if (known == model.links.end()) continue;
    erase_if(link.data, [&](const auto& entry) { return !known->second.data.contains(entry.first); });
    erase_if(link.port, [&](const auto& entry) { return !known->second.port.contains(entry.first); });
    erase_if(link.ethtool, [&](const auto& entry) { return !known->second.ethtool.contains(entry.first); });
    erase_if(link.sysctl, [&](const auto& entry) { return !known->second.sysctl.contains(entry.first); });
    if (known->second.mac.is_zero()) link.mac = {};  // the kernel drew one by lot
    if (known->second.mtu == 0) link.mtu = 0;
    forget_learned(link, known->second, model);
  }
  std::erase_if(subject.links, [&](const auto& entry) { return is_fallback(entry.second) && !model.links.contains(entry.first); });
  std::erase_if(subject.addresses, is_kernel_made);
  std::erase_if(subject.routes,
                [](const Route& route) { return route.destination.address.is_v6() && route.destination.address.is_link_local(); });
  // How the kernel marks what it puts on the loopback by itself differs between its versions.
  std::erase_if(subject.routes, [](const Route& route) { return route.destination.address.is_loopback(); });
  for (auto& address : subject.addresses) {
    address.tentative = false;
    if (address.preferred.counts_down()) address.preferred.seconds = 1;
    if (address.address.address.is_loopback()) address.protocol = 0;
  }
  subject.qdiscs.clear();
  sort_snapshot(subject);
  return subject;
}

/// The model without what the subject's kernel is built without: VLAN filtering of bridges.
inline Snapshot as_built_as(Snapshot model, const Snapshot& subject) {
  const auto filters = [](const auto& entry) { return entry.second.kind == "bridge" && entry.second.data.contains("vlan_default_pvid"); };
  if (std::ranges::any_of(subject.links, filters)) return model;
  for (auto& [name, link] : model.links)
    erase_if(link.data, [&](const auto& entry) {
      return link.kind == "bridge" && entry.first.starts_with("vlan_") && entry.first != "vlan_filtering";
    });
  model.bridge_vlans.clear();
  return model;
}

/// The difference as a unified diff of JSON, empty if there is none.
inline std::string compare_with_model(const Snapshot& subject, const Snapshot& model) {
  return unified_diff("model", snapshot_to_json(settled(as_built_as(model, subject), model)), "subject",
                      snapshot_to_json(settled(subject, model)));
}

}  // namespace drawbridge::doors::contract
