// Settings of a card's driver, in the words of ethtool(8).
#include <array>

#include "base/text.h"
#include "network/resolvers/option_table.h"

namespace drawbridge::network {
namespace {

constexpr std::array kDuplex{WordPair{"half", "half"}, WordPair{"full", "full"}};
constexpr std::array kFec{WordPair{"rs", "rs"}, WordPair{"baser", "baser"}, WordPair{"auto", "auto"}, WordPair{"off", "off"}};
constexpr std::uint64_t kMostSpeed = 1'600'000;

constexpr std::array kOptions{
    OptionRow{"gro-offload", "gro", Unit::on_off},
    OptionRow{"gso-offload", "gso", Unit::on_off},
    OptionRow{"link-autoneg", "autoneg", Unit::on_off},
    OptionRow{"link-duplex", "duplex", Unit::word, 0, 0, kDuplex},
    OptionRow{"link-fec", "fec", Unit::word, 0, 0, kFec},
    OptionRow{"link-speed", "speed", Unit::number, 1, kMostSpeed},
    OptionRow{"lro-offload", "lro", Unit::on_off},
    OptionRow{"rx-offload", "rx", Unit::on_off},
    OptionRow{"rx-vlan-filter", "rx-vlan-filter", Unit::on_off},
    OptionRow{"tso-offload", "tso", Unit::on_off},
    OptionRow{"tx-offload", "tx", Unit::on_off},
};

/// A number of descriptors, or `max`: as many as the driver has, which only the machine knows.
void add_ring(const Interface& interface, std::string_view name, DesiredLink& link, Resolving& resolving) {
  constexpr std::uint64_t kMost = 0xFFFFFFFF;
  const OptionRow row{name, name, Unit::number, 1, kMost};
  const OptionLine* option = interface.find_option(name);
  if (option == nullptr) return;
  const auto text = trim(option->value);
  std::optional<AttributeValue> value = parse_value(row, text);
  if (to_lower(text) == "max") {
    const Link* present = resolving.kernel_link(interface.name);
    const auto most = present == nullptr ? Attributes::const_iterator{} : present->ethtool.find(std::string(name) + "-max");
    if (present == nullptr || most == present->ethtool.end()) return resolving.not_applied(*option, "the driver tells no maximum");
    value = most->second;
  }
  if (!value) return report_value(row, *option, option->value, resolving);
  link.ethtool.insert_or_assign(std::string(name), Asked<AttributeValue>{*value, option->where});
}

}  // namespace

void add_ethtool(const Interface& interface, DesiredLink& link, Resolving& resolving) {
  resolve_options(kOptions, interface, link.ethtool, resolving);
  add_ring(interface, "ring-rx", link, resolving);
  add_ring(interface, "ring-tx", link, resolving);
  // What is negotiated is not also dictated.
  const auto autoneg = link.ethtool.find("autoneg");
  const bool negotiates = autoneg != link.ethtool.end() && autoneg->second.value == AttributeValue{std::uint64_t{1}};
  if (!negotiates) return;
  for (const std::string_view dictated : {"speed", "duplex"}) {
    const auto found = link.ethtool.find(dictated);
    if (found == link.ethtool.end()) continue;
    resolving.not_applied(*interface.find_option("link-" + std::string(dictated)), "link-autoneg is on");
    link.ethtool.erase(found);
  }
}

}  // namespace drawbridge::network
