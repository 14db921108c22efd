// The compiler (compile.h) kept up to date: told the next program, it makes anew what follows from what changed. Pure. After any sequence
// of programs the ruleset equals the one that compile() makes of the last.
#pragma once

#include <memory>

#include "base/result.h"
#include "nftables/compile.h"
#include "nftables/ruleset.h"
#include "rules/program.h"

namespace drawbridge::nftables {

class LiveCompiler {
 public:
  explicit LiveCompiler(CompileOptions options = {});
  ~LiveCompiler();
  LiveCompiler(LiveCompiler&&) noexcept;
  LiveCompiler& operator=(LiveCompiler&&) noexcept;

  /// Errors are compile()'s; the ruleset is then void until an update succeeds. What the program shares with the last one by pointer
  /// costs a comparison.
  Result<void> update(const rules::Program& program);
  /// Of the last program.
  const Ruleset& ruleset() const;

  /// Two rulesets that differ as the kernel's does from what it should be. Both hold only what differs, or everything where everything was
  /// made anew; what was always there is in neither.
  struct Change {
    Ruleset from, to;
  };
  /// What has changed since settle(); at first, since there was nothing.
  Change change() const;
  /// The kernel has it.
  void settle();

 private:
  class Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace drawbridge::nftables
