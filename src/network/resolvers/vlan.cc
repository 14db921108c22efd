// VLANs of a link, in all their spellings.
#include <array>

#include "base/text.h"
#include "network/resolvers/option_table.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::uint16_t kMostVlan = 4094;

constexpr std::array kOptions{
    OptionRow{"vlan-bridge-binding", "bridge_binding", Unit::on_off},
    OptionRow{"vlan-protocol", "protocol", Unit::word, 0, 0, kVlanProtocols},
};

std::vector<LowerLink> parent_link(const Interface& vlan, const Resolving& /*resolving*/) {
  const std::string parent = parent_of(vlan);
  if (parent.empty() || parent == vlan.name) return {};
  const auto* line = vlan.find_option("vlan-raw-device");
  return {{parent, line == nullptr ? vlan.where : line->value_where}};
}

void add_to_bridge(const DesiredLink& vlan, const std::string& parent, std::uint16_t id, Resolving& resolving) {
  if (!resolving.is_vlan_aware(parent)) return;
  DesiredLink* bridge = resolving.find(parent);
  // The bridge has its PVID already, untagged; as a tagged member it would lose its own traffic.
  if (bridge == nullptr || id == 1) return;
  if (!bridge->vlans) bridge->vlans = Asked<std::vector<BridgeVlan>>{{}, vlan.where};
  bridge->vlans->value.push_back({bridge->name, id, id, false, false, true});
}

bool resolve(const Interface& vlan, const std::vector<LowerLink>& lower, DesiredLink& link, Resolving& resolving) {
  const auto id = parse_number<std::uint16_t>(vlan_id_of(vlan));
  if (!id || *id < 1 || *id > kMostVlan || lower.empty()) {
    const auto* line = vlan.find_option("vlan-id");
    resolving.error(line == nullptr ? vlan.where : line->value_where, "vlan-incomplete",
                    "VLAN interface " + printable(vlan.name) + (lower.empty() ? " has no raw device" : " has no id from 1 to 4094"),
                    lower.empty() ? "add a vlan-raw-device line" : "add a vlan-id line");
    return false;
  }
  resolve_options(kOptions, vlan, link.data, resolving);
  make_vlan(link, {lower.front().name, lower.front().where}, *id, resolving);
  if (const auto* line = vlan.find_option("vlan-id")) link.data.at("id").where = line->where;
  return true;
}

}  // namespace

void make_vlan(DesiredLink& link, const Asked<std::string>& parent, std::uint16_t id, Resolving& resolving) {
  link.kind = "vlan";
  link.parent = parent;
  link.data.insert_or_assign("id", Asked<AttributeValue>{AttributeValue{std::uint64_t{id}}, link.where});
  link.data.try_emplace("protocol", Asked<AttributeValue>{AttributeValue{std::string("802.1Q")}, link.where});
  const DesiredLink* lower = resolving.find(parent.value);
  if (!link.mtu && lower != nullptr && lower->mtu) link.mtu = lower->mtu;
  add_to_bridge(link, parent.value, id, resolving);
}

const ResolverRow& vlan_resolver() {
  static const ResolverRow row{.type = InterfaceType::vlan, .lower = parent_link, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
