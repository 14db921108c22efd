#include "rules/field.h"

#include <algorithm>
#include <array>

namespace drawbridge::rules {
namespace {

struct Known {
  std::string_view word;
  unsigned width;
};

/// In the order of Field.
constexpr std::array<Known, kFields> kKnown{{
    {"packet-type", 3},       {"ether-source", 48},     {"ether-destination", 48}, {"ether-type", 16},        {"vlan-id", 12},
    {"arp-operation", 16},    {"arp-source-mac", 48},   {"arp-source-ip", 32},     {"arp-target-ip", 32},     {"ip-version", 4},
    {"ipv4-source", 32},      {"ipv4-destination", 32}, {"ipv6-source", 128},      {"ipv6-destination", 128}, {"protocol", 8},
    {"hop-limit", 8},         {"is-fragment", 1},       {"source-type", 8},        {"destination-type", 8},   {"source-port", 16},
    {"destination-port", 16}, {"tcp-flags", 8},         {"icmp-type", 8},          {"icmp-code", 8},          {"icmpv6-type", 8},
    {"icmpv6-code", 8},       {"nd-target", 128},       {"dhcp-client-mac", 48},   {"connection-state", 7},   {"connection-mark", 32},
    {"over-syn-limit", 1},
}};

constexpr std::array<std::string_view, kNameFields> kNames{"in-port", "out-port", "in-bridge", "out-bridge"};

}  // namespace

unsigned width_of(Field field) { return kKnown[static_cast<std::size_t>(field)].width; }
std::string_view word_of(Field field) { return kKnown[static_cast<std::size_t>(field)].word; }
std::string_view word_of(NameField field) { return kNames[static_cast<std::size_t>(field)]; }

std::optional<Field> field_of(std::string_view word) {
  const auto found = std::ranges::find(kKnown, word, &Known::word);
  if (found == kKnown.end()) return std::nullopt;
  return static_cast<Field>(found - kKnown.begin());
}

}  // namespace drawbridge::rules
