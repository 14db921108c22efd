// Links of the kernel model. Source: net/core/rtnetlink.c, net/core/dev.c, drivers/net/veth.c of Linux, and trials in namespaces.
#include <algorithm>
#include <cerrno>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

void erase_link(Model& model, const std::string& name) {
  auto& snapshot = model.snapshot;
  if (const auto found = snapshot.links.find(name); found != snapshot.links.end() && !found->second.master.empty()) release(model, name);
  for (const auto& port : model.ports_of(name)) release(model, port);
  flush_addresses(snapshot, name, Family::ipv4);
  flush_addresses(snapshot, name, Family::ipv6);
  drop_nexthops(snapshot, name);
  erase_entries_of(snapshot.bridge_vlans, name);
  erase_entries_of(snapshot.qdiscs, name);
  erase_entries_of(snapshot.fdb, name);
  erase_entries_of(snapshot.dhcp_clients, name);
  erase_entries_of(snapshot.port_fdb, name);
  model.drop(name);
}

/// Everything that goes with the link: the other end of a cable, the VLANs on it, and what stands on those.
NameList with_dependents(const Model& model, const std::string& name) {
  NameList all{name};
  const auto note = [&](const std::string& other) {
    if (model.snapshot.links.contains(other) && std::ranges::find(all, other) == all.end()) all.push_back(other);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& upper : model.uppers_of(all[i])) note(upper);
    const auto& link = model.snapshot.links.find(all[i])->second;
    if (link.kind == "veth" && !link.parent.empty()) note(link.parent);
  }
  return all;
}

}  // namespace

Link* find(Model& model, const std::string& name) {
  auto& links = model.snapshot.links;
  if (const auto found = links.find(name); found != links.end()) return &found->second;
  if (model.relations == nullptr) {
    const Link* link = std::as_const(model.snapshot).find_link(name);
    return link == nullptr ? nullptr : &links.find(link->name)->second;
  }
  const auto* known = model.relations->name_of_altname(name);
  return known == nullptr ? nullptr : &links.find(*known)->second;
}

Result<Link*> need(Model& model, const std::string& name) {
  Link* link = find(model, name);
  if (link == nullptr) return fail_errno(ENODEV, name);
  return link;
}

bool is_own_address(const Snapshot& snapshot, const IpAddress& address) {
  return std::ranges::any_of(snapshot.addresses, [&](const Address& a) { return a.address.address == address; });
}

std::uint32_t setting(const Link& link, std::string_view key) {
  const auto found = link.sysctl.find(key);
  return found == link.sysctl.end() ? 0 : found->second;
}

std::optional<std::uint64_t> number(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end() || !std::holds_alternative<std::uint64_t>(found->second)) return std::nullopt;
  return std::get<std::uint64_t>(found->second);
}

std::string text(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end() || !std::holds_alternative<std::string>(found->second)) return {};
  return std::get<std::string>(found->second);
}

void merge(Attributes& into, const Attributes& from) {
  for (const auto& [name, value] : from) into.insert_or_assign(name, value);
}

Result<void> create_link(Model& model, const CreateLink& operation) {
  Link& link = model.add(TRY(make_link(model, operation)));
  link.alias = operation.alias;
  if (link.kind == "bridge") add_default_vlan(model.snapshot, link, link.name);
  if (link.kind != "veth" || link.parent.empty()) return {};
  Link peer = link;
  peer.alias.clear();
  ++peer.index;
  peer.name = link.parent;
  peer.parent = link.name;
  peer.mac = {};
  model.add(std::move(peer));
  return {};
}

Result<void> delete_link(Model& model, const DeleteLink& operation) {
  const Link* link = TRY(need(model, operation.name));
  if (link->kind.empty()) return fail_errno(EOPNOTSUPP, operation.name);
  // Copied: the name belongs to the link that goes.
  const std::string name = link->name;
  for (const auto& gone : with_dependents(model, name)) erase_link(model, gone);
  return {};
}

Result<void> set_up(Model& model, const SetUp& operation) {
  const Link* link = TRY(need(model, operation.link));
  const std::string name = link->name;
  if (!operation.up) {
    lower(model, name);
  } else if (const int refused = raise(model, name); refused != 0) {
    return fail_errno(refused, operation.link);
  }
  return {};
}

Result<void> set_mtu(Model& model, const SetMtu& operation) {
  Link* link = TRY(need(model, operation.link));
  if (link->mtu == operation.mtu) return {};
  if (const int refused = check_mtu(model, *link, operation.mtu); refused != 0) return fail_errno(refused, operation.link);
  const std::string name = link->name;
  if (link->kind == "bond")
    for (const auto& port : model.ports_of(name)) change_mtu(model, port, operation.mtu);
  change_mtu(model, name, operation.mtu);
  return {};
}

Result<void> set_mac(Model& model, const SetMac& operation) {
  Link* link = TRY(need(model, operation.link));
  if (link->loopback) return fail_errno(EOPNOTSUPP, operation.link);
  if (operation.mac.is_multicast() || operation.mac.is_zero()) return fail_errno(EADDRNOTAVAIL, operation.link);
  if (link->mac == operation.mac) return {};
  const std::string name = link->name;
  if (link->kind == "macvlan") {
    const auto has_it = [&](const std::string& other) {
      return model.snapshot.links.contains(other) && model.snapshot.links.find(other)->second.mac == operation.mac;
    };
    if (has_it(link->parent)) return fail_errno(EADDRINUSE, operation.link);
  }
  if (link->kind == "bond") {
    if (keeps_port_macs(*link)) return {};  // the kernel says yes and does nothing
    for (const auto& port : model.ports_of(name)) change_mac(model, port, operation.mac);
  }
  change_mac(model, name, operation.mac);
  return {};
}

Result<void> set_alias(Model& model, const SetAlias& operation) {
  Link* link = TRY(need(model, operation.link));
  constexpr std::size_t kMostAliasBytes = 255;  // IFALIASZ - 1
  if (operation.alias.size() > kMostAliasBytes) return fail_errno(EINVAL, operation.link);
  link->alias = operation.alias;
  return {};
}

Result<void> set_ethtool(Model& model, const SetEthtool& operation) {
  Link* link = TRY(need(model, operation.link));
  merge(link->ethtool, operation.settings);
  return {};
}

Result<void> set_sysctl(Model& model, const SetSysctl& operation) {
  Link* link = TRY(need(model, operation.link));
  const bool was_disabled = setting(*link, "ipv6.disable_ipv6") != 0;
  link->sysctl[operation.key] = operation.value;
  if (operation.key != "ipv6.disable_ipv6" || was_disabled == (operation.value != 0)) return {};
  if (operation.value != 0) flush_addresses(model.snapshot, link->name, Family::ipv6);
  if (operation.value == 0 && link->loopback && link->up) add_loopback_addresses(model, link->name);
  return {};
}

}  // namespace drawbridge::network::model
