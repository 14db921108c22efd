// A rule's expressions as the kernel dumps them, in a form in which equal expressions are equal: what it adds by itself (defaults,
// what a counter has counted) is left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netfilter/attribute_reader.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

/// Points into the bytes that it was read from.
struct Expression {
  std::string_view name;  ///< the kernel's: "payload"
  Parts parts;
  nftables::Counter counted{};  ///< of a counter, how far it has come
  bool operator==(const Expression&) const = default;
};

/// From the payload of NFTA_RULE_EXPRESSIONS; nullopt: it is cut short.
std::optional<std::vector<Expression>> parse_expressions(Bytes bytes);
/// "payload cmp immediate"
std::string names_of(const std::vector<Expression>& expressions);

}  // namespace drawbridge::netfilter
