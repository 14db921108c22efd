// Puts a rule program into the kernel, with the kernel parameters that belong to it, and takes it out again. The service keeps one for
// as long as it runs; commands make one for their moment.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "firewall/policy.h"
#include "nftables/difference.h"
#include "rules/program.h"
#include "rules/without_line.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

/// Whoever changed our rules without being known.
inline constexpr std::string_view kSomebody = "somebody";

class RuleEnforcer {
 public:
  /// Works in the network namespace of the calling thread. Everything must outlive it. Errors: denied, unavailable.
  static Result<std::unique_ptr<RuleEnforcer>> open(doors::Files& files, doors::Clock& clock, const transaction::Paths& paths);
  virtual ~RuleEnforcer() = default;

  /// Readable when somebody else may have changed our tables.
  virtual int descriptor() const = 0;
  /// Who has changed them since the last call ("nft (pid 4711)", or kSomebody); nullopt: nobody.
  virtual std::optional<std::string> take_disturber() = 0;

  enum class How : std::uint8_t {
    what_differs,  ///< is sent; counters and limits of the rest live on
    anew,          ///< everything
  };
  /// The kernel's rules become the program's, in one transaction or not at all, and are read back: an error names the rule's file and
  /// line, and what was in force stays. A line that the kernel refuses, or that can't be put in its words, is left out where that opens
  /// nothing (rules/without_line.h), and all others are in force: refused() names it, and for a minute it is not tried again. A program
  /// without stages means: no rules. To be called with the lock of rules held. True: there was something to do.
  virtual Result<bool> enforce(const rules::Program& program, How how = How::what_differs) = 0;
  /// The kernel has taken what enforce() gave it, but could not be read since, for somebody changes rulesets all the time: to be called
  /// again.
  virtual bool is_proven() const = 0;
  /// Lines that enforce() has left out, as errors; also told to others (refused_lines.h).
  virtual const Diagnostics& refused() const = 0;
  /// The same as values; and those that it would leave out of this program without trying.
  virtual std::vector<rules::LineGivenUp> left_out() const = 0;
  virtual std::vector<rules::LineGivenUp> will_leave_out(const rules::Program& program) const = 0;
  /// The kernel has rules of ours, whichever.
  virtual Result<bool> has_rules() = 0;
  /// In what the kernel's rules differ from the program's.
  virtual Result<nftables::Differences> verify(const rules::Program& program) = 0;
  /// What the kernel's rules have counted, by "file:line" or by what built-in rules are for; empty if they don't count.
  virtual Result<std::map<std::string, nftables::Counter>> counts() = 0;
  /// What was last saved, as it was then. Errors: not_found; damaged; the kernel's refusal.
  virtual Result<void> restore() = 0;
  /// Takes all rules out.
  virtual Result<void> lift() = 0;
  /// Keeps what is in force for the next boot, if it isn't kept already.
  virtual Result<void> save() = 0;
  /// Sets the kernel's parameters as the node's options say, or as they had been (nullptr). What can't be set is told; the rest is.
  virtual Diagnostics set_parameters(const firewall::NodeOptions* options) = 0;
};

}  // namespace drawbridge::cli
