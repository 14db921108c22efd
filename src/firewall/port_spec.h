// "22,80:90,http": ports as rules write them.
#pragma once

#include <optional>
#include <string_view>

#include "firewall/mistake.h"
#include "firewall/name_tables.h"
#include "firewall/rule_text.h"
#include "rules/number_set.h"

namespace drawbridge::firewall {

/// Numbers, ranges and names of services of that protocol, separated by commas. nullopt: a mistake was added.
std::optional<rules::NumberSet> read_ports(const Word& word, std::string_view parameter, std::uint8_t protocol, const NameTables& tables,
                                           Mistakes& mistakes);

}  // namespace drawbridge::firewall
