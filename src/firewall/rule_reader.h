// From a rule's text to what it matches: all names resolved, or the mistakes why not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "firewall/mistake.h"
#include "firewall/name_tables.h"
#include "firewall/policy.h"
#include "firewall/rule_text.h"
#include "firewall/scope.h"

namespace drawbridge::firewall {

/// What the rules of one place may refer to. Views: it is made for one reading.
struct RulePlace {
  Level level = Level::datacenter;  ///< whose list the rule stands in; a group's is `group`
  const Scope& scope;
  const NameTables& tables;
  std::span<const std::string> groups;                            ///< in lower case, sorted
  std::span<const std::pair<std::string, std::string>> altnames;  ///< of devices, with their names; sorted
};

/// nullopt if a mistake of severity error was added: half a rule is none. A disabled rule is read as well.
std::optional<RuleLine> read_rule(const RuleText& text, const RulePlace& place, Place where, Mistakes& mistakes);

}  // namespace drawbridge::firewall
