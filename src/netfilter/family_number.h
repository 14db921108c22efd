// The kernel's numbers for tables' families: of linux/netfilter.h, which can't stand beside libc's netinet/in.h.
#pragma once

#include <cstdint>
#include <optional>

#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

inline constexpr std::uint8_t kInetNumber = 1, kBridgeNumber = 7;  // NFPROTO_INET, NFPROTO_BRIDGE

constexpr std::uint8_t number_of(nftables::TableFamily family) {
  return family == nftables::TableFamily::inet ? kInetNumber : kBridgeNumber;
}
/// nullopt: a family that we have no table of.
constexpr std::optional<nftables::TableFamily> family_of(std::uint8_t number) {
  if (number == kInetNumber) return nftables::TableFamily::inet;
  if (number == kBridgeNumber) return nftables::TableFamily::bridge;
  return std::nullopt;
}

}  // namespace drawbridge::netfilter
