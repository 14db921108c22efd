#include "network/link_rules.h"

#include <algorithm>
#include <array>

#include "network/link_defaults.h"

namespace drawbridge::network {
namespace {

struct Row {
  std::string_view kind;
  std::string_view attribute;
  Change change;
};

constexpr std::array kRows{
    // drivers/net/bonding/bond_options.c: BOND_OPTFLAG_NOSLAVES, BOND_OPTFLAG_IFDOWN
    Row{"bond", "mode", Change::no_ports},
    Row{"bond", "fail_over_mac", Change::no_ports},
    Row{"bond", "ad_lacp_active", Change::down},
    Row{"bond", "ad_lacp_rate", Change::down},
    Row{"bond", "ad_select", Change::down},
    Row{"bond", "ad_user_port_key", Change::down},
    Row{"bond", "tlb_dynamic_lb", Change::down},
    // net/8021q/vlan_netlink.c: a change is accepted and ignored
    Row{"vlan", "id", Change::anew},
    Row{"vlan", "protocol", Change::anew},
    // drivers/net/vxlan/vxlan_core.c: "Cannot change"
    Row{"vxlan", "external", Change::anew},
    Row{"vxlan", "gbp", Change::anew},
    Row{"vxlan", "gpe", Change::anew},
    Row{"vxlan", "id", Change::anew},
    Row{"vxlan", "l2miss", Change::anew},
    Row{"vxlan", "l3miss", Change::anew},
    Row{"vxlan", "limit", Change::anew},
    Row{"vxlan", "port", Change::anew},
    Row{"vxlan", "proxy", Change::anew},
    Row{"vxlan", "rsc", Change::anew},
    Row{"vxlan", "ttl_inherit", Change::anew},
    Row{"vxlan", "udp_csum", Change::anew},
    Row{"vxlan", "udp_zero_csum6_rx", Change::anew},
    Row{"vxlan", "udp_zero_csum6_tx", Change::anew},
    Row{"vxlan", "vnifilter", Change::anew},
    // drivers/net/vrf.c has no changelink
    Row{"vrf", "table", Change::anew},
};

struct ModeRow {
  std::string_view attribute;
  std::string_view modes;  ///< those that know the option
};

/// bond_options.c: unsuppmodes
constexpr std::array kModeRows{
    ModeRow{"active_slave", "active-backup balance-tlb balance-alb"},
    ModeRow{"primary", "active-backup balance-tlb balance-alb"},
    ModeRow{"packets_per_slave", "balance-rr"},
    ModeRow{"tlb_dynamic_lb", "balance-tlb balance-alb"},
    ModeRow{"ad_actor_sys_prio", "802.3ad"},
    ModeRow{"ad_actor_system", "802.3ad"},
    ModeRow{"ad_lacp_active", "802.3ad"},
    ModeRow{"ad_lacp_rate", "802.3ad"},
    ModeRow{"ad_user_port_key", "802.3ad"},
    ModeRow{"arp_interval", "balance-rr active-backup balance-xor broadcast"},
    ModeRow{"arp_validate", "balance-rr active-backup balance-xor broadcast"},
};

bool is_word_of(std::string_view words, std::string_view word) {
  for (auto at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

bool is_empty(const AttributeValue& value) {
  const auto* number = std::get_if<std::uint64_t>(&value);
  return number != nullptr ? *number == 0 : std::get<std::string>(value).empty();
}

}  // namespace

Change change_of(std::string_view kind, std::string_view attribute) {
  if (kind == "bridge") return Change::in_place;
  // What a message about a tunnel leaves out the kernel sets to zero.
  if (is_tunnel(kind)) return Change::anew;
  const auto found = std::ranges::find_if(kRows, [&](const Row& row) { return row.kind == kind && row.attribute == attribute; });
  return found == kRows.end() ? Change::in_place : found->change;
}

bool is_bound_to_parent(std::string_view kind) { return kind == "vlan" || kind == "macvlan" || kind == "veth"; }

bool names_port(std::string_view kind, std::string_view attribute) {
  return kind == "bond" && (attribute == "primary" || attribute == "active_slave");
}

bool names_link(std::string_view kind, std::string_view attribute) {
  return names_port(kind, attribute) || (attribute == "link" && (kind == "vxlan" || is_tunnel(kind)));
}

bool is_supported(std::string_view kind, std::string_view attribute, std::string_view bond_mode) {
  if (kind != "bond") return true;
  const auto found = std::ranges::find(kModeRows, attribute, &ModeRow::attribute);
  return found == kModeRows.end() || is_word_of(found->modes, bond_mode);
}

std::string_view lower_of(const Link& link) {
  if (link.kind == "vlan" || link.kind == "macvlan") return link.parent;
  return link.kind == "vxlan" ? text_of(link.data, "link") : std::string_view{};
}

std::string_view text_of(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string_view{} : *text;
}

bool is_same_value(const Attributes& present, std::string_view name, const AttributeValue& wanted) {
  const auto found = present.find(name);
  return found == present.end() ? is_empty(wanted) : found->second == wanted;
}

}  // namespace drawbridge::network
