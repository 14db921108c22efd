// The kernel's expressions as the statements that they were made from.
#pragma once

#include <vector>

#include "netfilter/attribute_reader.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

/// From the payload of NFTA_RULE_EXPRESSIONS. What is given is encoded again and compared: if it is not exactly what the kernel has, the
/// rule is one Foreign statement.
std::vector<nftables::Statement> read_statements(Bytes expressions);
/// nullopt: a verdict that no rule of ours has.
std::optional<nftables::Verdict> read_verdict(std::uint32_t code, std::string_view chain);

}  // namespace drawbridge::netfilter
