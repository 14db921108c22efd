#include "cli/guest_live.h"

#include <boost/json.hpp>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"
#include "cli/guest_runtime.h"
#include "cli/port_wiring.h"
#include "guest/machine.h"
#include "hypervisor/live_cards.h"

namespace drawbridge::cli {
namespace {

using hypervisor::CardPlan;

/// What became of one key.
struct KeyResult {
  std::string key;
  std::string result;  ///< "done", "pending", "failed"
  std::string what;    ///< done: "plugged in"…; else why not
  std::string hint;
};

std::optional<guest::Nic> card_of(const guest::Settings& settings, std::uint8_t slot) {
  const auto at = settings.nics.find(slot);
  return at == settings.nics.end() ? std::nullopt : std::optional(at->second);
}

class LiveChange {
 public:
  LiveChange(Context& context, Desk& desk) : context_(context), desk_(desk), original_(desk.stored.bytes) {}

  Exit run(const guest::Change& change) {
    auto lock = lock_runtime(context_, desk_.stored.file.vmid);
    if (!lock) return context_.console.fail(lock.error());
    const auto changed = change_guest(desk_.stored.document, desk_.stored.file, change, desk_.surroundings, true);
    warnings_ = changed.diagnostics;
    if (has_errors(warnings_)) return context_.console.fail(warnings_);
    notes_ = changed.notes;
    if (auto written = write(changed.document); !written) return context_.console.fail(written.error());
    // Scripts that wire a new port read the guests' files; they must find them free.
    desk_.lock.reset();
    runtime_ = runtime_of(context_, desk_.stored.file);
    for (const auto& [key, value] : change.values) take(key);
    for (const std::string& key : change.removed) take(key);
    return tell();
  }

 private:
  Result<void> write(const guest::Document& document) {
    std::string bytes = guest::print(document);
    if (bytes != desk_.stored.bytes)
      TRY_VOID(store::write_guest(context_.system.files(), context_.system.root(), desk_.stored.file, bytes, desk_.stored.digest));
    desk_.stored.digest = sha256_hex(bytes);
    desk_.stored.bytes = std::move(bytes);
    desk_.stored.document = document;
    return {};
  }

  guest::Change change_to(const std::string& key, const guest::Value* value) const {
    guest::Change change;
    if (value != nullptr)
      change.values[key] = value->text;
    else
      change.removed.push_back(key);
    return change;
  }

  void take(const std::string& key) {
    const auto guest = guest_of(desk_);
    const auto next = guest::next_settings(guest);
    const auto* value = next.find(key);
    const auto effect = hypervisor::effect_of(key);
    if (effect == hypervisor::Effect::card) return take_card(key, *guest::nic_slot(key), guest, next);
    if (effect == hypervisor::Effect::at_next_start) {
      const bool differs = guest.pending.settings.values.contains(key) || guest.pending.deleted.contains(key);
      if (differs) results_.push_back({key, "pending", "it takes effect at the next start", {}});
      return;
    }
    const auto written = write(guest::set_current(desk_.stored.document, change_to(key, value)));
    if (!written) return fail_key(key, written.error());
    note_running(change_to(key, value));
    results_.push_back({key, "done", "set", {}});
  }

  void take_card(const std::string& key, std::uint8_t slot, const guest::Guest& guest, const guest::Settings& next) {
    if (!runtime_.running)
      return fail_key(key, Error{Errc::unavailable, "what the VM runs with is not known", {}, "stop and start it once", 0});
    const auto before = card_of(runtime_.running->settings, slot);
    const auto after = card_of(next, slot);
    const bool may_plug = guest::read_machine(guest.settings).machine.hotplug.contains("network");
    const CardPlan plan = hypervisor::plan_card(before, after, may_plug);
    if (plan.kind == CardPlan::Kind::at_next_start) {
      results_.push_back({key, "pending", plan.why, {}});
      return;
    }
    const guest::Document as_pending = desk_.stored.document;
    const auto to_next = change_to(key, next.find(key));
    // What wires a port reads the file: there it stands first. A card goes from the file when it has gone.
    const bool file_first = plan.kind != CardPlan::Kind::unplug;
    Result<void> done = file_first ? write(guest::set_current(desk_.stored.document, to_next)) : Result<void>();
    if (done) done = carry_out(plan, before, after);
    if (done && !file_first) done = write(guest::set_current(desk_.stored.document, to_next));
    if (done) {
      note_running(to_next);
      results_.push_back({key, "done", std::string(hypervisor::past_participle(plan.kind)), {}});
      return;
    }
    if (const auto back = write(as_pending); !back) context_.console.fail(back.error());
    if (!after && done.error().code == Errc::timed_out)
      results_.push_back({key, "pending", done.error().what, done.error().hint});
    else
      fail_key(key, done.error());
  }

  Result<void> carry_out(const CardPlan& plan, const std::optional<guest::Nic>& before, const std::optional<guest::Nic>& after) {
    if (plan.kind == CardPlan::Kind::nothing) return {};
    const auto vmid = desk_.stored.file.vmid;
    auto qmp = TRY(hypervisor::Qmp::connect(hypervisor::run_files(context_.system.root(), vmid).qmp));
    const auto host = TRY(live_context(context_, vmid, qmp));
    const auto machine = guest::read_machine(runtime_.running->settings).machine;
    const auto type = TRY(hypervisor::machine_type(machine.machine, host.version, {}));
    const auto wiring = port_wiring(context_);
    hypervisor::LiveCards cards(qmp, *wiring, host, {vmid, runtime_.running->name(), type, std::nullopt, {desk_.stored.file.path, 0, 0}});
    return cards.carry_out(plan, before, after);
  }

  /// The record of what the VM runs with.
  void note_running(const guest::Change& change) {
    const auto files = hypervisor::run_files(context_.system.root(), desk_.stored.file.vmid);
    const auto bytes = context_.system.files().read(files.record);
    if (!bytes) return;
    const auto document = guest::set_current(guest::parse_document(*bytes, files.record), change);
    if (const auto written = context_.system.files().write(files.record, guest::print(document), 0600); !written)
      context_.console.fail(written.error());
    runtime_ = runtime_of(context_, desk_.stored.file);
  }

  void fail_key(const std::string& key, const Error& error) { results_.push_back({key, "failed", error.what, error.hint}); }

  Exit tell() {
    bool failed = false;
    for (const auto& [key, result, what, hint] : results_) {
      if (result == "done") continue;
      failed = failed || result == "failed";
      warnings_.push_back({{key, 0, 0},
                           result == "failed" ? Severity::error : Severity::warning,
                           "change-" + result,
                           result == "failed" ? what + "; the running VM is as before, and the change stays pending" : "pending: " + what,
                           hint,
                           {}});
    }
    if (context_.console.json())
      tell_json();
    else
      tell_text();
    return failed ? Exit::refused : Exit::done;
  }

  void tell_json() {
    boost::json::array live;
    for (const auto& [key, result, what, hint] : results_)
      live.push_back(boost::json::object{{"key", key}, {"result", result}, {"what", what}});
    const std::string& path = desk_.stored.file.path;
    boost::json::object document{{"vmid", desk_.stored.file.vmid},
                                 {"node", desk_.stored.file.node},
                                 {"path", path},
                                 {"changed", original_ != desk_.stored.bytes},
                                 {"diff", unified_diff(path, original_, path, desk_.stored.bytes)},
                                 {"digest", desk_.stored.digest},
                                 {"live", std::move(live)}};
    document["warnings"] = boost::json::parse(diagnostics_json(warnings_));
    context_.console.diagnose(warnings_);
    context_.console.print_document(boost::json::serialize(document));
  }

  void tell_text() {
    const std::string& path = desk_.stored.file.path;
    context_.console.print(context_.console.color_diff(unified_diff(path, original_, path, desk_.stored.bytes)));
    for (const std::string& note : notes_) context_.console.note(note);
    for (const auto& [key, result, what, hint] : results_)
      if (result == "done") context_.console.note(key + ": " + what + ".");
    context_.console.diagnose(warnings_);
    if (results_.empty()) context_.console.note("Nothing changes: it is so already.");
  }

  Context& context_;
  Desk& desk_;
  std::string original_;
  GuestRuntime runtime_;
  Diagnostics warnings_;
  std::vector<std::string> notes_;
  std::vector<KeyResult> results_;
};

}  // namespace

bool runs_live(Context& context, const store::GuestFile& file) {
  return file.kind == guest::Kind::qemu && find_process(context, file.vmid).has_value();
}

Exit change_live(Context& context, Desk& desk, const guest::Change& change) { return LiveChange(context, desk).run(change); }

}  // namespace drawbridge::cli
