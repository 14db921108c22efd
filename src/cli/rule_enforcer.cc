#include "cli/rule_enforcer.h"

#include "cli/firewall_paths.h"
#include "netfilter/ruleset_socket.h"
#include "netfilter/ruleset_watch.h"
#include "netfilter/saved_ruleset.h"
#include "nftables/compile.h"
#include "store/kernel_parameter_files.h"

namespace drawbridge::cli {
namespace {

/// Somebody else changes rulesets, ours or others', all the time.
constexpr int kMostTries = 5;

Result<nftables::Ruleset> compiled(const rules::Program& program) {
  if (program.stages.empty()) return nftables::Ruleset();
  return nftables::compile(program);
}

/// What would have to go: tables that are there, with nothing in their place.
nftables::Ruleset tables_of(const nftables::Ruleset& ruleset) {
  nftables::Ruleset tables;
  for (const auto& [family, table] : ruleset.tables) tables.tables[family];
  return tables;
}

class Enforcer final : public RuleEnforcer {
 public:
  Enforcer(netfilter::RulesetSocket socket, netfilter::RulesetWatch watch, doors::Files& files, doors::Clock& clock,
           const transaction::Paths& paths)
      : socket_(std::move(socket)), watch_(std::move(watch)), files_(files), clock_(clock), paths_(paths) {}

  int descriptor() const override { return watch_.descriptor(); }

  std::optional<std::string> take_disturber() override {
    const auto news = watch_.drain();
    if (news && !news->changed && !news->lost) return std::nullopt;
    return news && !news->by.empty() ? news->by : std::string(kSomebody);
  }

  Result<bool> enforce(const rules::Program& program, How how) override {
    const auto wanted = TRY(compiled(program));
    const bool changed = TRY(install(wanted, how));
    if (!changed) return false;
    // The proof: what the kernel says that it has.
    auto differences = nftables::find_differences(wanted, TRY(socket_.read(wanted.name)), 1);
    if (differences.count > 0) {
      TRY_VOID(install(wanted, How::anew));
      differences = nftables::find_differences(wanted, TRY(socket_.read(wanted.name)), 1);
    }
    if (differences.count > 0)
      return fail(Errc::unavailable,
                  "the kernel does not hold the rules that it took: " + nftables::format_difference(differences.list.front()));
    return true;
  }

  Result<nftables::Differences> verify(const rules::Program& program) override {
    const auto wanted = TRY(compiled(program));
    return nftables::find_differences(wanted, TRY(socket_.read(wanted.name)));
  }

  Result<void> restore() override {
    const auto saved = TRY(files_.read(saved_rules(paths_)));
    return socket_.restore(saved);
  }

  Result<void> lift() override {
    TRY(install({}, How::what_differs));
    return {};
  }

  Result<void> save() override {
    if (is_saved_ || !in_force_) return {};
    // No file means: no rules.
    if (in_force_->tables.empty())
      TRY_VOID(files_.remove(saved_rules(paths_)));
    else
      TRY_VOID(files_.write(saved_rules(paths_), netfilter::save_ruleset(*in_force_), 0600));
    is_saved_ = true;
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
  /// True: something was sent.
  Result<bool> install(const nftables::Ruleset& wanted, How how) {
    for (int tries = 1;; ++tries) {
      const auto before = TRY(socket_.generation());
      // What we know of the kernel holds as long as nobody has changed any ruleset.
      const auto current = in_force_ && before == generation_ ? *in_force_ : TRY(socket_.read(wanted.name));
      const auto done = send(current, wanted, how, before);
      if (!done && done.error().code == Errc::conflict && tries < kMostTries) continue;
      if (!done) return fail(done.error());
      generation_ = TRY(socket_.generation());
      is_saved_ = is_saved_ && generation_ == before;
      in_force_ = wanted;
      return generation_ != before;
    }
  }

  Result<void> send(const nftables::Ruleset& current, const nftables::Ruleset& wanted, How how, std::uint32_t generation) {
    if (wanted.tables.empty()) return current.tables.empty() ? Result<void>() : socket_.remove(tables_of(current));
    if (how == How::anew) return socket_.replace(wanted, generation);
    return socket_.update(current, wanted, generation);
  }

  netfilter::RulesetSocket socket_;
  netfilter::RulesetWatch watch_;
  doors::Files& files_;
  doors::Clock& clock_;
  transaction::Paths paths_;
  std::optional<nftables::Ruleset> in_force_;  ///< as it was put there from here
  std::uint32_t generation_ = 0;               ///< of the kernel's rulesets, when it was put there
  bool is_saved_ = false;
};

}  // namespace

Result<std::unique_ptr<RuleEnforcer>> RuleEnforcer::open(doors::Files& files, doors::Clock& clock, const transaction::Paths& paths) {
  auto socket = TRY(netfilter::RulesetSocket::open());
  auto watch = TRY(netfilter::RulesetWatch::open(nftables::Ruleset().name, socket.port()));
  return std::make_unique<Enforcer>(std::move(socket), std::move(watch), files, clock, paths);
}

}  // namespace drawbridge::cli
