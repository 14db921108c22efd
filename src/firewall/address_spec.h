// "10.0.0.0/8,192.0.2.1-192.0.2.9", "office", "+guests": addresses as rules write them.
#pragma once

#include <optional>
#include <string_view>

#include "firewall/mistake.h"
#include "firewall/policy.h"
#include "firewall/rule_text.h"
#include "firewall/scope.h"

namespace drawbridge::firewall {

struct AddressSpec {
  std::optional<Family> family;  ///< nullopt: a set, which has two halves
  Addresses addresses;
};

/// nullopt: a mistake was added. `accepts`: a set that may hold too much is none.
std::optional<AddressSpec> read_addresses(const Word& word, std::string_view parameter, const Scope& scope, bool accepts,
                                          Mistakes& mistakes);

}  // namespace drawbridge::firewall
