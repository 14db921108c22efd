// Macros: names of services for rules to use, each one or more matches.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "rules/number_set.h"

namespace drawbridge::firewall {

struct MacroLine {
  std::optional<Family> family;  ///< nullopt: both
  std::uint8_t protocol = 0;
  std::optional<rules::NumberSet> source_ports;
  std::optional<rules::NumberSet> destination_ports;
  std::optional<std::uint8_t> icmp_type;
};

struct Macro {
  std::string_view name;
  std::string_view description;
  std::vector<MacroLine> lines;
};

/// All, sorted by name without regard to case.
std::span<const Macro> macros();

/// In any case; nullptr if there is none.
const Macro* find_macro(std::string_view name);

}  // namespace drawbridge::firewall
