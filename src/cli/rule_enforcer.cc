#include "cli/rule_enforcer.h"

#include <malloc.h>

#include <utility>

#include "cli/firewall_paths.h"
#include "cli/refused_lines.h"
#include "netfilter/ruleset_socket.h"
#include "netfilter/ruleset_watch.h"
#include "netfilter/saved_ruleset.h"
#include "nftables/compile.h"
#include "nftables/counts.h"
#include "nftables/delta.h"
#include "nftables/live_compiler.h"
#include "store/kernel_parameter_files.h"

namespace drawbridge::cli {
namespace {

/// Somebody else changes rulesets, ours or others', all the time.
constexpr int kMostTries = 5;
/// For so long a line that was refused is left out without another try.
constexpr std::chrono::seconds kBelieved{60};

/// All that either has, by name.
nftables::Ruleset names_of(const nftables::LiveCompiler::Change& change) {
  nftables::Ruleset names = change.to;
  for (const auto& [family, table] : change.from.tables) {
    auto& all = names.tables[family];
    all.chains.insert(table.chains.begin(), table.chains.end());
    all.sets.insert(table.sets.begin(), table.sets.end());
    all.helpers.insert(table.helpers.begin(), table.helpers.end());
  }
  return names;
}

/// By which tables are read without what is in them.
nftables::Ruleset nothing_of_ours() {
  nftables::Ruleset names;
  for (const auto family : {nftables::TableFamily::inet, nftables::TableFamily::bridge}) names.tables[family];
  return names;
}

class Enforcer final : public RuleEnforcer {
 public:
  Enforcer(netfilter::RulesetSocket socket, netfilter::RulesetWatch watch, doors::Files& files, doors::Clock& clock,
           const transaction::Paths& paths)
      : socket_(std::move(socket)), watch_(std::move(watch)), files_(files), clock_(clock), paths_(paths) {}

  int descriptor() const override { return watch_.descriptor(); }

  std::optional<std::string> take_disturber() override {
    hear();
    return std::exchange(heard_, std::nullopt);
  }

  Result<bool> enforce(const rules::Program& program, How how) override {
    auto known = how == How::anew ? std::vector<RefusedLine>() : known_of(program);
    const bool tries_all = known.empty();
    LineQuarantine quarantine(program, std::move(known));
    for (;;) {
      auto done = enforce_once(quarantine.program(), quarantine.is_needed() ? Merging::no : Merging::yes, how);
      // Somebody's line may be the cause; which is known only if each line has its own rules.
      if (!done && quarantine.takes(done.error(), socket_.refused())) continue;
      if (!done && quarantine.is_needed()) return fail(quarantine.first_error());
      if (done && tries_all) tried_at_ = clock_.boot_time();
      if (done) remember(quarantine.lines());
      return done;
    }
  }

  bool is_proven() const override { return is_proven_; }

  const Diagnostics& refused() const override { return refused_; }
  std::vector<rules::LineGivenUp> left_out() const override { return given_up(left_out_); }
  std::vector<rules::LineGivenUp> will_leave_out(const rules::Program& program) const override { return given_up(known_of(program)); }

  Result<bool> has_rules() override {
    const auto names = TRY(socket_.read_part(nothing_of_ours()));
    return !names.tables.empty();
  }

  Result<nftables::Differences> verify(const rules::Program& program) override {
    const LineQuarantine quarantine(program, still_there(read_refused_lines(files_, paths_), program));
    nftables::Ruleset wanted;
    if (!program.stages.empty())
      wanted = TRY(nftables::compile(quarantine.program(), options_for(quarantine.is_needed() ? Merging::no : Merging::yes)));
    auto differences = nftables::find_differences(wanted, TRY(socket_.read(wanted.name)));
    for (const auto& line : quarantine.lines()) {
      const std::string origin = line.given.file + ":" + std::to_string(line.given.line);
      differences.list.push_back(
          {.kind = nftables::Difference::Kind::missing, .family = {}, .object = "line", .origin = origin, .wanted = line.why, .found = {}});
      ++differences.count;
    }
    return differences;
  }

  Result<std::map<std::string, nftables::Counter>> counts() override {
    return nftables::sum_counts(TRY(socket_.read(nftables::Ruleset().name)));
  }

  Result<void> restore() override {
    const auto saved = TRY(files_.read(saved_rules(paths_)));
    holds_ = Holds::unknown;
    return socket_.restore(saved);
  }

  Result<void> lift() override {
    TRY(remove_all());
    return {};
  }

  Result<void> save() override {
    if (is_saved_ || holds_ == Holds::unknown) return {};
    // No file means: no rules.
    if (holds_ == Holds::nothing)
      TRY_VOID(files_.remove(saved_rules(paths_)));
    else if (is_settled_)
      TRY_VOID(files_.write(saved_rules(paths_), netfilter::save_ruleset(compiler_.ruleset()), 0600));
    else
      return {};  // what is in force is not what was compiled last; what was saved before it is as good
    is_saved_ = true;
    // Compiling, reading back and saving leave more holes in the heap than there is in it. All is quiet now, so the kernel gets them back.
    malloc_trim(0);
    return {};
  }

  Diagnostics set_parameters(const firewall::NodeOptions* options) override {
    const auto path = parameter_record(paths_);
    const auto record = store::read_parameter_record(files_, path, clock_.boot_id());
    if (!record) return {to_diagnostic(record.error(), "parameters-unknown")};
    const auto present = store::read_kernel_parameters(firewall::parameter_paths());
    const auto wanted = options != nullptr ? firewall::wanted_parameters(*options, present) : firewall::Parameters();
    const auto plan = firewall::plan_parameters(wanted, present, record->ours, record->originals);
    const store::ParameterRecord next{record->boot_id, wanted, plan.originals};
    Diagnostics problems;
    // What had been there is remembered before it is gone.
    if (next != *record)
      if (const auto written = store::write_parameter_record(files_, path, next); !written)
        return {to_diagnostic(written.error(), "parameters-not-set")};
    for (const auto& change : plan.changes)
      if (const auto set = store::write_kernel_parameter(change); !set) {
        problems.push_back(to_diagnostic(set.error(), "parameter-not-set"));
        problems.back().severity = Severity::warning;
      }
    return problems;
  }

 private:
  enum class Merging : std::uint8_t { yes, no };

  Result<bool> enforce_once(const rules::Program& program, Merging merging, How how) {
    if (program.stages.empty()) return remove_all();
    set_options(merging);
    is_settled_ = false;
    TRY_VOID(compiler_.update(program));
    // Whoever interfered meanwhile was heard, and will not wake us again.
    const bool sent = TRY(install(how));
    if (!sent && holds_ == Holds::compiled && is_proven_) return false;
    // The proof: what the kernel says that it has.
    const bool was_proven = std::exchange(is_proven_, false);
    auto differences = find_flaws(was_proven);
    if (differences && differences->count > 0) {
      TRY(install(How::anew));
      differences = find_flaws(false);
    }
    // The kernel has taken it, which is more than anything older has for it.
    if (!differences && differences.error().code == Errc::conflict) return sent;
    if (!differences) return fail(differences.error());
    is_proven_ = true;
    if (differences->count > 0)
      return fail(Errc::unavailable,
                  "the kernel does not hold the rules that it took: " + nftables::format_difference(differences->list.front()));
    return true;
  }

  nftables::CompileOptions options_for(Merging merging) const {
    nftables::CompileOptions options;
    options.merge = merging == Merging::yes;
    options.counters = files_.read(counters_mark(paths_)).has_value();
    return options;
  }

  /// Another way of compiling begins anew, and knows nothing of what the kernel has.
  void set_options(Merging merging) {
    auto options = options_for(merging);
    if (options == options_) return;
    options_ = options;
    compiler_ = nftables::LiveCompiler(std::move(options));
    if (holds_ == Holds::compiled) holds_ = Holds::unknown;
  }

  /// Lines of the program that the kernel refused a moment ago: nobody has reason to think that it would take them now.
  std::vector<RefusedLine> known_of(const rules::Program& program) const {
    const bool is_recent = tried_at_ && clock_.boot_time() - *tried_at_ < kBelieved;
    return is_recent && !left_out_.empty() ? still_there(left_out_, program) : std::vector<RefusedLine>();
  }

  /// What was left out, for others to tell. That it can't be written is no reason to have no rules.
  void remember(const std::vector<RefusedLine>& lines) {
    left_out_ = lines;
    if (remembered_ == lines) return;
    refused_ = diagnostics_of(lines);
    if (const auto written = write_refused_lines(files_, paths_, lines); written)
      remembered_ = lines;
    else
      refused_.push_back(to_diagnostic(written.error(), "refused-lines-not-written"));
  }

  /// What the kernel has of us, as far as is known.
  enum class Holds : std::uint8_t { unknown, nothing, compiled };

  /// What others have done to our tables. What they do to theirs is nothing to us.
  void hear() {
    const auto news = watch_.drain();
    if (news && !news->changed && !news->lost) return;
    if (news && !news->by.empty())
      heard_ = news->by;
    else if (!heard_)
      heard_ = kSomebody;
    holds_ = Holds::unknown;
    tried_at_.reset();  // by hand somebody may have found another way
  }

  /// After a transaction of ours. It was made at the generation that was asked for, so who came before it has been heard by now.
  void note(Holds what, bool sent) {
    holds_ = what;
    is_saved_ = is_saved_ && !sent;
    hear();
  }

  /// Nothing of ours. True: there was something.
  Result<bool> remove_all() {
    bool removed = false;
    for (int tries = 1;; ++tries) {
      hear();
      if (holds_ == Holds::nothing) return removed;
      auto current = socket_.read_part(nothing_of_ours());
      // Somebody changes rulesets all the time: what may be there goes.
      if (!current && current.error().code == Errc::conflict) current = nothing_of_ours();
      if (!current) return fail(current.error());
      if (!current->tables.empty()) TRY_VOID(socket_.remove(*current));
      removed = removed || !current->tables.empty();
      is_proven_ = true;
      note(Holds::nothing, !current->tables.empty());
      if (tries == kMostTries) return fail(Errc::conflict, "somebody else changes the firewall's tables all the time");
    }
  }

  /// The kernel gets what was compiled. True: something was sent.
  Result<bool> install(How how) {
    for (int tries = 1;; ++tries) {
      hear();
      is_part_ = how == How::what_differs && holds_ == Holds::compiled;
      const bool is_last = tries == kMostTries;
      is_part_ = is_part_ && !is_last;
      const auto sent = is_part_ ? send_part() : is_last ? send_regardless() : send_whole(how);
      if (!sent && sent.error().code == Errc::conflict && !is_last) continue;
      if (!sent) return fail(sent.error());
      compiler_.settle();
      is_settled_ = true;
      note(Holds::compiled, *sent);
      return *sent;
    }
  }

  Result<bool> send_part() {
    const auto generation = TRY(socket_.generation());
    auto change = compiler_.change();
    if (nftables::make_delta(change.from, change.to).tables.empty()) return false;
    TRY_VOID(socket_.update(change.from, change.to, generation));
    sent_names_ = names_of(change);
    sent_ = std::move(change.to);
    return true;
  }

  Result<bool> send_whole(How how) {
    const auto generation = TRY(socket_.generation());
    if (how == How::anew) {
      TRY_VOID(socket_.replace(compiler_.ruleset(), generation));
      return true;
    }
    const auto current = TRY(socket_.read(compiler_.ruleset().name));
    if (nftables::make_delta(current, compiler_.ruleset()).tables.empty()) return false;
    TRY_VOID(socket_.update(current, compiler_.ruleset(), generation));
    return true;
  }

  /// Whatever the kernel has by now: somebody changes something each time before the difference to it could be sent.
  Result<bool> send_regardless() {
    TRY_VOID(socket_.replace(compiler_.ruleset()));
    return true;
  }

  /// In what the kernel's rules are not those that it was given: of what was sent, if all else is proven; else of everything.
  Result<nftables::Differences> find_flaws(bool was_proven) {
    if (was_proven && is_part_ && holds_ == Holds::compiled) {
      auto found = nftables::find_differences(sent_, TRY(socket_.read_part(sent_names_)), 1);
      if (found.count == 0) return found;
    }
    return nftables::find_differences(compiler_.ruleset(), TRY(socket_.read(compiler_.ruleset().name)), 1);
  }

  netfilter::RulesetSocket socket_;
  netfilter::RulesetWatch watch_;
  doors::Files& files_;
  doors::Clock& clock_;
  transaction::Paths paths_;
  nftables::CompileOptions options_;
  nftables::LiveCompiler compiler_{options_};
  bool is_settled_ = false;  ///< what was compiled last is in force
  Holds holds_ = Holds::unknown;
  std::optional<std::string> heard_;     ///< who changed our tables
  bool is_part_ = false;                 ///< what was sent last was what differed from the compiled ruleset of before
  nftables::Ruleset sent_, sent_names_;  ///< that, and the names of all that it concerned
  bool is_saved_ = false;
  Diagnostics refused_;
  bool is_proven_ = true;
  std::vector<RefusedLine> left_out_;
  std::optional<std::chrono::nanoseconds> tried_at_;    ///< all lines, those that had been refused, too
  std::optional<std::vector<RefusedLine>> remembered_;  ///< what the file about it says
};

}  // namespace

Result<std::unique_ptr<RuleEnforcer>> RuleEnforcer::open(doors::Files& files, doors::Clock& clock, const transaction::Paths& paths) {
  auto socket = TRY(netfilter::RulesetSocket::open());
  auto watch = TRY(netfilter::RulesetWatch::open(nftables::Ruleset().name, socket.port()));
  return std::make_unique<Enforcer>(std::move(socket), std::move(watch), files, clock, paths);
}

}  // namespace drawbridge::cli
