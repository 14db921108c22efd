// One line at a time: what a rule, an entry or an alias of a file means, and what is wrong with it, by parameter. For lists that
// people see, and for what they want to write.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "firewall/resolve.h"
#include "firewall/rule_text.h"

namespace drawbridge::firewall {

struct CheckedRule {
  RuleText text;                 ///< views into the line
  std::optional<RuleLine> line;  ///< nullopt: there are errors
  Mistakes mistakes;
};

/// The family that all matches of the rule have; nullopt: both, or none.
std::optional<Family> family_of(const CheckedRule& rule);

/// Checks lines as if they stood in the document.
class LineChecker {
 public:
  LineChecker(const Document& document, std::shared_ptr<const DatacenterScope> datacenter);

  /// `place`: the document's level, or group.
  CheckedRule check_rule(std::string_view line, Level place) const;
  /// Of an entry of a set: whether its address can be understood. Duplicates aren't seen.
  Mistakes check_entry(std::string_view line) const;

 private:
  Scope scope() const;

  std::shared_ptr<const DatacenterScope> datacenter_;
  std::optional<FileNames> own_;  ///< of a guest
};

}  // namespace drawbridge::firewall
