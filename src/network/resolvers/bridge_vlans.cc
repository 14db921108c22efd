#include "network/resolvers/bridge_vlans.h"

#include <bitset>

#include "base/text.h"
#include "network/option_key.h"
#include "network/validate_checks.h"

namespace drawbridge::network {
namespace {

constexpr std::size_t kVlans = 4095;
constexpr std::uint16_t kUsualPvid = 1;
using VlanSet = std::bitset<kVlans>;

/// A value and the line it is from; the line decides which place a plan names.
struct Said {
  const OptionLine* option = nullptr;
  std::string_view text;
};

/// The port's own line, else what the bridge says of it.
Said said_of(const Interface* own, std::string_view option, const PortValues& bridge, std::string_view port) {
  if (own != nullptr)
    if (const auto* line = own->find_option(option)) return {line, trim(line->value)};
  const auto text = bridge.value_for(port);
  return text.empty() ? Said{} : Said{bridge.option(), text};
}

void report(const Said& said, std::string_view text, std::string hint, Resolving& resolving) {
  resolving.error(said.option->value_where, "value-invalid", "'" + printable(text) + "' is no value for " + printable(said.option->name),
                  std::move(hint));
}

std::optional<std::uint16_t> read_id(const Said& said, Resolving& resolving) {
  if (said.option == nullptr) return std::nullopt;
  const auto range = parse_vid_range(said.text);
  if (range && range->first == range->second) return range->first;
  report(said, said.text, "write a VLAN id from 1 to 4094", resolving);
  return std::nullopt;
}

VlanSet read_set(const Said& said, Resolving& resolving) {
  VlanSet set;
  if (said.option == nullptr) return set;
  for (const auto word : split_list(said.text)) {
    const auto range = parse_vid_range(word);
    if (!range) {
      report(said, word, "write ids and ranges from 1 to 4094, such as 2-100 200", resolving);
      continue;
    }
    for (std::size_t id = range->first; id <= range->second; ++id) set.set(id);
  }
  return set;
}

bool takes_untagged(const Said& said, Resolving& resolving) {
  if (said.option == nullptr) return true;
  const auto on = parse_switch(said.text);
  if (!on) report(said, said.text, "write yes or no", resolving);
  return on.value_or(true);
}

std::vector<BridgeVlan> ranges_of(const std::string& port, VlanSet tagged, std::optional<std::uint16_t> pvid) {
  if (pvid) tagged.reset(*pvid);
  std::vector<BridgeVlan> ranges;
  for (std::size_t id = 1; id < kVlans; ++id) {
    if (pvid && id == *pvid) ranges.push_back({port, *pvid, *pvid, true, true, false});
    if (!tagged.test(id)) continue;
    const std::size_t first = id;
    while (id + 1 < kVlans && tagged.test(id + 1)) ++id;
    ranges.push_back({port, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(id), false, false, false});
  }
  return ranges;
}

}  // namespace

PortVlans::PortVlans(const Interface& bridge)
    : bridge_(bridge),
      access_(bridge.find_option("bridge-access")),
      pvid_(bridge.find_option("bridge-pvid")),
      port_pvids_(bridge.find_option("bridge-port-pvids")),
      port_vids_(bridge.find_option("bridge-port-vids")),
      untagged_(bridge.find_option("bridge-allow-untagged")) {}

Asked<std::vector<BridgeVlan>> PortVlans::vlans_of(const LowerLink& port, const Interface* own, Resolving& resolving) const {
  const Said access = said_of(own, "bridge-access", access_, port.name);
  if (const auto id = read_id(access, resolving)) return {ranges_of(port.name, {}, *id), access.option->where};
  Said vids = said_of(own, "bridge-vids", port_vids_, port.name);
  if (vids.option == nullptr)
    if (const auto* line = bridge_.find_option("bridge-vids")) vids = {line, line->value};
  Said pvid = said_of(own, "bridge-pvid", port_pvids_, port.name);
  if (pvid.option == nullptr) pvid = said_of(nullptr, "", pvid_, port.name);
  const auto tagged = read_set(vids, resolving);
  const auto asked = read_id(pvid, resolving);
  const bool untagged = takes_untagged(said_of(own, "bridge-allow-untagged", untagged_, port.name), resolving);
  const auto id = untagged ? std::optional(asked.value_or(kUsualPvid)) : std::nullopt;
  const SourceLocation& where = vids.option != nullptr ? vids.option->where : pvid.option != nullptr ? pvid.option->where : port.where;
  return {ranges_of(port.name, tagged, id), where};
}

}  // namespace drawbridge::network
