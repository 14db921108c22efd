// A list's rules as a chain's, but for what their actions need of other objects.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "nftables/compile.h"
#include "nftables/conditions.h"
#include "nftables/set_pool.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// From how many rules on a merged one is worth a set of its own. The kernel finds sets by walking a list of all of them: where there are
/// many ports, and so many lists, a few rules cost less than another set. In steps, so that another guest rarely changes it.
std::size_t worth_a_set(const rules::Program& program);

class RuleMaker {
 public:
  /// What an action that is no rejection does; none: nothing.
  using Actions = std::function<Result<std::vector<Statement>>(const rules::Action&)>;
  RuleMaker(const rules::Program& program, const CompileOptions& options, const Place& place, SetPool& pool, Actions actions)
      : program_(program), options_(options), place_(place), pool_(pool), actions_(std::move(actions)) {}

  /// Errors: what can't be said here, with the rule's file and line.
  Result<std::vector<Rule>> rules_of(const rules::List& list, std::size_t worth);

 private:
  using Part = std::pair<Way, std::vector<Statement>>;

  Result<void> add_rule(const rules::Rule& rule, const std::string& comment);
  void add_way(const Way& way, const rules::Rule& rule, std::span<const Statement> action, const std::string& comment);
  Result<std::vector<Part>> with_action(Way way, const rules::Rule& rule);
  Result<std::vector<Part>> with_rejection(Way way, const rules::Reject& reject);
  std::string comment_of(const rules::List& list, const std::vector<std::size_t>& members) const;
  std::string origin(const rules::Origin& origin) const;
  std::string line_of(const rules::Origin& origin) const;
  Error located(Error error, const rules::Origin& origin) const;

  const rules::Program& program_;
  const CompileOptions& options_;
  const Place& place_;
  SetPool& pool_;
  Actions actions_;
  std::vector<Rule> made_;
};

}  // namespace drawbridge::nftables
