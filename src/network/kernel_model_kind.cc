// Kinds of links in the kernel model: what a new one is given, and what is refused. Source: net/8021q, drivers/net/{bonding, dummy.c,
// macvlan.c, vrf.c, vxlan}, net/ipv4/ip_tunnel.c of Linux 6.1, and trials on it.
#include <algorithm>
#include <array>
#include <cerrno>

#include "network/kernel_model_parts.h"
#include "network/link_defaults.h"

namespace drawbridge::network::model {
namespace {

constexpr std::size_t kMostNameBytes = 15;  // IFNAMSIZ - 1
constexpr std::uint32_t kMostVrfMtu = 65575;
constexpr std::uint64_t kVlanIds = 4095;
constexpr std::uint64_t kVxlanIds = 1ULL << 24U;
constexpr std::uint32_t kVxlanHeader = 50;
constexpr std::uint32_t kVxlanHeader6 = 70;

bool is_valid_name(const std::string& name) {
  const auto bad = [](char c) { return c == '/' || c == ':' || c == ' ' || (c >= '\t' && c <= '\r'); };
  return !name.empty() && name.size() <= kMostNameBytes && name != "." && name != ".." && std::ranges::none_of(name, bad);
}

bool is_known_kind(std::string_view kind) {
  static constexpr std::array<std::string_view, 8> kKinds{"bond", "bridge", "dummy", "macvlan", "veth", "vlan", "vrf", "vxlan"};
  return std::ranges::find(kKinds, kind) != kKinds.end() || is_tunnel(kind);
}

/// The name was looked up and found, or there is none where one may be missing.
const Link* at(Model& model, const std::string& name) {
  const auto found = model.snapshot.links.find(name);
  return found == model.snapshot.links.end() ? nullptr : &found->second;
}

Result<void> check_names(Model& model, const CreateLink& operation) {
  if (!is_valid_name(operation.name)) return fail_errno(EINVAL, operation.name);
  if (find(model, operation.name) != nullptr) return fail_errno(EEXIST, operation.name);
  if (!is_known_kind(operation.kind)) return fail_errno(EOPNOTSUPP, operation.kind);
  if (operation.mac && (operation.mac->is_multicast() || operation.mac->is_zero())) return fail_errno(EADDRNOTAVAIL, operation.name);
  if (operation.kind != "veth" || operation.parent.empty()) return {};
  if (!is_valid_name(operation.parent)) return fail_errno(EINVAL, operation.parent);
  if (find(model, operation.parent) != nullptr || operation.parent == operation.name) return fail_errno(EEXIST, operation.parent);
  return {};
}

/// The limits of the kind, before the link has a lower device.
void set_limits(Link& link) {
  link.mtu = kDefaultMtu;
  link.min_mtu = kLeastMtu;
  link.max_mtu = kMostMtu;
  if (link.kind == "vlan") link.min_mtu = 0;
  if (link.kind == "dummy") link.min_mtu = link.max_mtu = 0;
  if (link.kind == "vrf") {
    link.min_mtu = kLeastMtu6;
    link.mtu = link.max_mtu = kMostVrfMtu;
  }
  if (!is_tunnel(link.kind)) return;
  link.ethernet = link.kind == "gretap" || link.kind == "ip6gretap";
  link.mtu = kUnknownMtu;
}

int stand_on_parent(Link& link, const Link& parent, const CreateLink& operation) {
  if (operation.mtu && parent.mtu != kUnknownMtu && *operation.mtu > parent.mtu) return EINVAL;
  link.parent = parent.name;
  link.mtu = operation.mtu.value_or(parent.mtu);
  return 0;
}

int make_vlan(Model& model, Link& link, const CreateLink& operation) {
  const auto id = number(link.data, "id");
  if (!id || operation.parent.empty()) return EINVAL;
  if (*id >= kVlanIds) return ERANGE;
  const Link* parent = find(model, operation.parent);
  if (parent == nullptr) return ENODEV;
  if (parent->loopback || parent->kind == "vrf") return EOPNOTSUPP;
  if (!model.vlan_on(parent->name, text(link.data, "protocol"), *id).empty()) return EEXIST;
  if (!operation.mac) link.mac = parent->mac;
  return stand_on_parent(link, *parent, operation);
}

int make_macvlan(Model& model, Link& link, const CreateLink& operation) {
  if (operation.parent.empty()) return EINVAL;
  const Link* parent = find(model, operation.parent);
  if (parent == nullptr) return ENODEV;
  if (parent->kind == "macvlan" && at(model, parent->parent) != nullptr) parent = at(model, parent->parent);
  if (parent->loopback || !parent->ethernet) return EINVAL;
  // Bridges and bonds have taken the place where frames are handed over.
  const Link* master = at(model, parent->master);
  if (master != nullptr && master->kind != "vrf") return EBUSY;
  return stand_on_parent(link, *parent, operation);
}

/// The largest MTU that fits into the lower device; nullopt: there is none, or nobody knows its MTU.
std::optional<std::uint32_t> room_in(Model& model, const Link& vxlan) {
  const Link* lower = at(model, lower_of(vxlan));
  if (lower == nullptr || lower->mtu == kUnknownMtu) return std::nullopt;
  const auto header = is_v6_vxlan(vxlan.data) ? kVxlanHeader6 : kVxlanHeader;
  return std::max(kLeastMtu, lower->mtu - std::min(header, lower->mtu));
}

bool is_multicast(const std::string& address) {
  const auto parsed = parse_ip(address);
  return parsed && parsed->is_multicast();
}

int make_vxlan(Model& model, Link& link, const CreateLink& operation) {
  const auto id = number(link.data, "id");
  if (!id) return EINVAL;
  if (*id >= kVxlanIds) return ERANGE;
  const auto device = text(link.data, "link");
  if (!device.empty()) {
    const Link* lower = find(model, device);
    if (lower == nullptr) return ENODEV;
    link.data.insert_or_assign("link", lower->name);
  }
  if (device.empty() && (is_multicast(text(link.data, "group")) || is_multicast(text(link.data, "group6")))) return EINVAL;
  const auto same = [&](const auto& entry) {
    const auto& other = entry.second;
    return other.kind == "vxlan" && number(other.data, "id") == id && number(other.data, "port") == number(link.data, "port") &&
           is_v6_vxlan(other.data) == is_v6_vxlan(link.data);
  };
  if (std::ranges::any_of(model.snapshot.links, same)) return EEXIST;
  const auto room = room_in(model, link);
  if (room) link.mtu = std::min(operation.mtu.value_or(*room), *room);
  return 0;
}

int make_vrf(Model& model, Link& link) {
  if (number(link.data, "table").value_or(0) == 0) return EINVAL;
  // The first VRF brings the rules that lead to the tables of all; they stay when it goes.
  constexpr std::uint32_t kPriority = 1000;
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    Rule rule{family, kPriority, {}, {}, "", "", 0, 0, 1};
    auto& rules = model.snapshot.rules;
    const auto order = [](const Rule& r) { return std::tie(r.family, r.priority); };
    if (std::ranges::find(rules, rule) == rules.end()) rules.insert(std::ranges::upper_bound(rules, order(rule), {}, order), rule);
  }
  return 0;
}

int make_kind(Model& model, Link& link, const CreateLink& operation) {
  if (link.kind == "vlan") return make_vlan(model, link, operation);
  if (link.kind == "macvlan") return make_macvlan(model, link, operation);
  if (link.kind == "vxlan") return make_vxlan(model, link, operation);
  if (link.kind == "vrf") return make_vrf(model, link);
  if (link.kind == "veth") link.parent = operation.parent;
  if (is_tunnel(link.kind)) link.parent = text(link.data, "link");
  return 0;
}

int fill_data(Model& model, Link& link, const CreateLink& operation) {
  link.data = default_data(link.kind);
  if (link.kind == "bridge") {
    if (const int refused = check_bridge_data(link.data, operation.data); refused != 0) return refused;
    merge_bridge_data(link.data, operation.data);
    if (!operation.mac) link.data.insert_or_assign(std::string(kDrawnMac), std::uint64_t{1});
  } else if (link.kind == "bond") {
    if (const int refused = check_bond_data(model, link, operation.data); refused != 0) return refused;
    merge_bond_data(link.data, operation.data);
  } else {
    merge(link.data, operation.data);
  }
  return 0;
}

/// Of a VXLAN's attributes, those that a later message may name only with the value they have (id), or not at all.
int check_vxlan_data(const Link& link, const Attributes& wanted) {
  static constexpr std::array<std::string_view, 14> kFixed{
      "port", "proxy", "rsc",         "l2miss",   "l3miss", "limit", "external", "udp_csum", "udp_zero_csum6_tx", "udp_zero_csum6_rx",
      "gbp",  "gpe",   "ttl_inherit", "vnifilter"};
  for (const auto& [name, value] : wanted) {
    if (name == "id" && number(link.data, "id") != number(wanted, "id")) return EOPNOTSUPP;
    if (std::ranges::find(kFixed, name) != kFixed.end()) return EOPNOTSUPP;
    const bool v6 = name == "local6" || name == "group6";
    if ((v6 || name == "local" || name == "group") && v6 != is_v6_vxlan(link.data)) return EOPNOTSUPP;
  }
  return 0;
}

}  // namespace

bool is_v6_vxlan(const Attributes& data) { return !text(data, "local6").empty() || !text(data, "group6").empty(); }

Result<Link> make_link(Model& model, const CreateLink& operation) {
  TRY_VOID(check_names(model, operation));
  Link link;
  link.index = model.next_index();
  link.name = operation.name;
  link.kind = operation.kind;
  link.operstate = "down";
  link.mac = operation.mac.value_or(MacAddress{});
  set_limits(link);
  if (operation.mtu) {
    if (*operation.mtu < link.min_mtu || (link.max_mtu != 0 && *operation.mtu > link.max_mtu)) return fail_errno(EINVAL, operation.name);
    link.mtu = *operation.mtu;
  }
  if (const int refused = fill_data(model, link, operation); refused != 0) return fail_errno(refused, operation.name);
  if (const int refused = make_kind(model, link, operation); refused != 0)
    return fail_errno(refused, refused == ENODEV ? operation.parent : operation.name);
  return link;
}

int check_data(Model& model, const Link& link, const Attributes& wanted) {
  if (link.kind == "bridge") return check_bridge_data(link.data, wanted);
  if (link.kind == "bond") return check_bond_data(model, link, wanted);
  if (link.kind == "vxlan") return check_vxlan_data(link, wanted);
  // Kinds that can't be changed at all.
  if (link.kind == "vrf" || link.kind == "veth" || link.kind == "dummy" || is_tunnel(link.kind)) return EOPNOTSUPP;
  if (link.kind == "macvlan" && (text(wanted, "mode") == "passthru") != (text(link.data, "mode") == "passthru")) return EINVAL;
  return 0;
}

int check_mtu(Model& model, const Link& link, std::uint32_t mtu) {
  if (mtu < link.min_mtu || (link.max_mtu != 0 && mtu > link.max_mtu)) return EINVAL;
  const Link* parent = at(model, lower_of(link));
  const bool too_large = parent != nullptr && parent->mtu != kUnknownMtu && mtu > parent->mtu;
  if (link.kind == "vlan" && too_large) return ERANGE;
  if (link.kind == "macvlan" && too_large) return EINVAL;
  if (link.kind == "vxlan") {
    if (const auto room = room_in(model, link); room && mtu > *room) return EINVAL;
  }
  if (link.kind != "bond") return 0;
  for (const auto& name : model.ports_of(link.name)) {
    if (const int refused = check_mtu(model, *at(model, name), mtu); refused != 0) return refused;
  }
  return 0;
}

}  // namespace drawbridge::network::model
