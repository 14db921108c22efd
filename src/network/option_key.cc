#include "network/option_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace drawbridge::network {
namespace {

using enum OptionForm;

constexpr std::array kKeys{
    OptionKey{"bond-miimon", "bond_miimon", "bond-miimon"},
    OptionKey{"bond-mode", "bond_mode", "bond-mode"},
    OptionKey{"bond-primary", "bond-primary", "bond-primary"},
    OptionKey{"bond-slaves", "slaves", "bond-slaves", names},
    OptionKey{"bond-xmit-hash-policy", "bond_xmit_hash_policy", "bond-xmit-hash-policy"},
    OptionKey{"bridge-access", "bridge-access", "bridge-access"},
    OptionKey{"bridge-arp-nd-suppress", "bridge-arp-nd-suppress", "bridge-arp-nd-suppress"},
    OptionKey{"bridge-disable-mac-learning", "bridge-disable-mac-learning", "bridge-disable-mac-learning"},
    OptionKey{"bridge-fd", "bridge_fd", "bridge-fd"},
    OptionKey{"bridge-learning", "bridge-learning", "bridge-learning"},
    OptionKey{"bridge-multicast-flood", "bridge-multicast-flood", "bridge-multicast-flood"},
    OptionKey{"bridge-ports", "bridge_ports", "bridge-ports", names},
    OptionKey{"bridge-stp", "bridge_stp", "bridge-stp"},
    OptionKey{"bridge-unicast-flood", "bridge-unicast-flood", "bridge-unicast-flood"},
    OptionKey{"bridge-vids", "bridge_vids", "bridge-vids"},
    OptionKey{"bridge-vlan-aware", "bridge_vlan_aware", "bridge-vlan-aware"},
    OptionKey{"link-type", "link-type", "link-type"},
    OptionKey{"mtu", "mtu", "mtu"},
    OptionKey{"ovs-bonds", "ovs_bonds", "ovs_bonds", names},
    OptionKey{"ovs-bridge", "ovs_bridge", "ovs_bridge"},
    OptionKey{"ovs-options", "ovs_options", "ovs_options"},
    OptionKey{"ovs-ports", "ovs_ports", "ovs_ports", names},
    OptionKey{"ovs-type", "ovs_type", "ovs_type"},
    OptionKey{"uplink-id", "uplink-id", "uplink-id"},
    OptionKey{"vlan-id", "vlan-id", "vlan-id"},
    OptionKey{"vlan-protocol", "vlan-protocol", "vlan-protocol"},
    OptionKey{"vlan-raw-device", "vlan-raw-device", "vlan-raw-device"},
    OptionKey{"vxlan-id", "vxlan-id", "vxlan-id"},
    OptionKey{"vxlan-local-tunnelip", "vxlan-local-tunnelip", "vxlan-local-tunnelip"},
    OptionKey{"vxlan-physdev", "vxlan-physdev", "vxlan-physdev"},
    OptionKey{"vxlan-remoteip", "vxlan-remoteip", "vxlan-remoteip", repeated},
    OptionKey{"vxlan-svcnodeip", "vxlan-svcnodeip", "vxlan-svcnodeip"},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSynonyms{
    {{"slaves", "bond-slaves"}, {"bond-ports", "bond-slaves"}, {"ovs-mtu", "mtu"}}};

constexpr std::array<std::string_view, 5> kQualifiers{"netmask", "broadcast", "scope", "pointopoint", "preferred-lifetime"};

constexpr std::array<std::string_view, 7> kBondModes{"balance-rr", "active-backup", "balance-xor", "broadcast",
                                                     "802.3ad",    "balance-tlb",   "balance-alb"};

}  // namespace

std::span<const OptionKey> option_keys() { return kKeys; }

const OptionKey* find_option_key(std::string_view canonical_name) {
  const auto found = std::ranges::lower_bound(kKeys, canonical_name, {}, &OptionKey::name);
  return found != kKeys.end() && found->name == canonical_name ? &*found : nullptr;
}

const OptionKey* find_option_key_by_parameter(std::string_view parameter) {
  const auto found = std::ranges::find(kKeys, parameter, &OptionKey::parameter);
  return found == kKeys.end() ? nullptr : &*found;
}

std::string canonical_option(std::string_view written) {
  std::string name = replace_all(written, '_', '-');
  for (const auto& [synonym, meant] : kSynonyms)
    if (name == synonym) return std::string(meant);
  return name;
}

bool is_address_qualifier(std::string_view canonical_name) { return std::ranges::find(kQualifiers, canonical_name) != kQualifiers.end(); }

bool is_address_option(std::string_view canonical_name) {
  return canonical_name == "address" || canonical_name == "gateway" || is_address_qualifier(canonical_name);
}

std::string bond_mode_name(std::string_view mode) {
  if (mode.size() == 1 && mode[0] >= '0' && mode[0] <= '6') return std::string(kBondModes[static_cast<std::size_t>(mode[0] - '0')]);
  return std::string(mode);
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "yes" || word == "on" || word == "1" || word == "true") return true;
  if (word == "no" || word == "off" || word == "0" || word == "false") return false;
  return std::nullopt;
}

}  // namespace drawbridge::network
