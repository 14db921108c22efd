#include "cli/firewall_editing.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_lockout.h"
#include "cli/firewall_trial.h"
#include "cli/guest_desk.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

using firewall::Level;
namespace json = boost::json;

std::unexpected<UsageError> usage(std::string what, std::string hint) {
  return std::unexpected(UsageError{std::move(what), std::move(hint), {}});
}

constexpr std::string_view kLevels = "datacenter, node, guest VMID, qemu VMID, lxc VMID, group NAME or vnet NAME";

std::optional<guest::Kind> kind_of(std::string_view level) {
  if (level == "qemu") return guest::Kind::qemu;
  if (level == "lxc") return guest::Kind::lxc;
  return std::nullopt;
}

bool is_vnet_name(std::string_view name) {
  return !name.empty() && name.size() <= 8 && firewall::is_name(std::string(name) + "x", 9) &&
         name.find_first_of("-_") == std::string_view::npos;
}

std::string document_path(const firewall::Document& document) { return *document.path; }

}  // namespace

std::expected<FirewallTarget, UsageError> read_target(Context& context) {
  FirewallTarget target;
  const std::string& root = context.system.root();
  const std::string level = context.arguments().value("LEVEL").value_or("");
  target.rest = context.arguments().list("WORD");
  if (level == "datacenter") {
    target.path = store::datacenter_firewall_path(root);
    return target;
  }
  if (level == "node") {
    const auto node = node_name(context);
    if (!node) return usage(node.error().what, node.error().hint);
    target.level = Level::node;
    target.name = *node;
    target.path = store::node_firewall_path(root, *node);
    return target;
  }
  target.kind = kind_of(level);
  const bool of_guest = level == "guest" || target.kind;
  if (!of_guest && level != "group" && level != "vnet")
    return usage("LEVEL can't be \"" + printable(level, 40) + "\"", "it is " + std::string(kLevels));
  const auto name = take_word(target.rest, of_guest ? "VMID" : "NAME");
  if (!name) return std::unexpected(name.error());
  target.name = *name;
  if (of_guest) {
    target.level = Level::guest;
    target.vmid = guest::parse_vmid(*name);
    if (!target.vmid) return usage("'" + printable(*name, 40) + "' is no number of a guest", "write 100 to 999999999");
    target.path = store::guest_firewall_path(root, *target.vmid);
  } else if (level == "group") {
    target.level = Level::group;
    target.name = to_lower(*name);
    target.path = store::datacenter_firewall_path(root);
  } else {
    target.level = Level::vnet;
    if (!is_vnet_name(*name))
      return usage("'" + printable(*name, 40) + "' can't be the name of a network", "letters and digits, a letter first, at most 8");
    target.path = store::vnet_firewall_path(root, *name);
  }
  return target;
}

Result<void> check_target(Context& context, const FirewallTarget& target) {
  if (!target.kind) return {};
  const auto node = TRY(node_name(context));
  const auto file = store::guest_file("", node, *target.kind, *target.vmid);
  if (context.system.files().read(context.system.root() + file.path)) return {};
  return fail(Errc::not_found,
              "Configuration file '" + printable(file.path.substr(std::string_view("/etc/pve/").size()), 200) + "' does not exist", {},
              "\"drawbridge guest list\" shows which guests there are");
}

std::string take_verb(std::vector<std::string>& words) {
  if (words.empty()) return "list";
  std::string verb = words.front();
  words.erase(words.begin());
  return verb;
}

std::expected<std::string, UsageError> take_word(std::vector<std::string>& words, std::string_view what) {
  if (words.empty()) return usage(std::string(what) + " is missing", "see the examples of --help");
  std::string word = words.front();
  words.erase(words.begin());
  return word;
}

Result<FirewallDesk> open_firewall(Context& context, const FirewallTarget& target) {
  FirewallDesk desk;
  desk.lock = TRY(store::lock_firewall(context.system.files(), context.system.root()));
  desk.stored = TRY(store::read_firewall(context.system.files(), target.path, target.file_level()));
  const std::string expected = context.arguments().value("digest").value_or(desk.stored.digest);
  if (expected == desk.stored.digest) return desk;
  return fail(Errc::conflict, "the file is no longer the one with this digest", {target.path, 0, 0},
              "look at it again; it is now " + desk.stored.digest);
}

Result<FirewallTreeDesk> open_all_firewalls(Context& context) {
  auto& files = context.system.files();
  const std::string& root = context.system.root();
  FirewallTreeDesk desk;
  desk.lock = TRY(store::lock_firewall(files, root));
  const auto read = [&](const std::string& path, Level level) -> Result<firewall::Document> {
    auto stored = TRY(store::read_firewall(files, path, level));
    desk.digests[path] = stored.digest;
    return std::move(stored.document);
  };
  desk.tree.datacenter = TRY(read(store::datacenter_firewall_path(root), Level::datacenter));
  for (const auto& node : TRY(store::list_node_firewalls(files, root)))
    desk.tree.nodes[node] = TRY(read(store::node_firewall_path(root, node), Level::node));
  for (const auto vmid : TRY(store::list_guest_firewalls(files, root)))
    desk.tree.guests[vmid] = TRY(read(store::guest_firewall_path(root, vmid), Level::guest));
  for (const auto& vnet : TRY(store::list_vnet_firewalls(files, root)))
    desk.tree.vnets[vnet] = TRY(read(store::vnet_firewall_path(root, vnet), Level::vnet));
  const std::string mine = desk.digests.at(store::datacenter_firewall_path(root));
  if (context.arguments().value("digest").value_or(mine) == mine) return desk;
  return fail(Errc::conflict, "the file is no longer the one with this digest", {store::datacenter_firewall_path(root), 0, 0},
              "look at it again; it is now " + mine);
}

Result<std::shared_ptr<const firewall::DatacenterScope>> datacenter_scope(Context& context) {
  const std::string node = TRY(node_name(context));
  const auto stored =
      TRY(store::read_firewall(context.system.files(), store::datacenter_firewall_path(context.system.root()), Level::datacenter));
  return firewall::resolve_datacenter(stored.document,
                                      firewall_surroundings(context.system.files(), context.system.root(), look_at_node(context, node)))
      .value;
}

namespace {

/// Writes what differs, in its order.
class Writer {
 public:
  Writer(Context& context, const std::map<std::string, std::string>& digests) : context_(context), now_(digests) {}

  Result<void> write(const firewall::Document& document) {
    const std::string path = document_path(document);
    const std::string& bytes = print(document);
    TRY_VOID(store::write_firewall(context_.system.files(), path, bytes, now_.at(path)));
    now_[path] = digest_of(bytes);
    return {};
  }
  /// `between`: a state of the first file for as long as the others are written.
  Result<void> write_all(std::span<const FirewallWrite> writes, const std::optional<firewall::Document>& between) {
    const bool twice = between && writes.size() > 1;
    if (twice) TRY_VOID(write(*between));
    for (const FirewallWrite& one : twice ? writes.subspan(1) : writes) TRY_VOID(write(one.after));
    if (twice) TRY_VOID(write(writes.front().after));
    return {};
  }

  static std::string digest_of(const std::string& bytes) { return bytes.empty() ? "" : sha256_hex(bytes); }

 private:
  Context& context_;
  std::map<std::string, std::string> now_;
};

std::vector<transaction::TriedFile> tried_files(std::span<const FirewallWrite> writes, const std::map<std::string, std::string>& digests,
                                                const std::optional<firewall::Document>& between) {
  std::vector<transaction::TriedFile> files;
  for (const auto& one : writes) {
    const std::string path = document_path(one.after);
    const bool has_between = between && path == document_path(*between);
    transaction::TriedFile file{path, print(*one.before), Writer::digest_of(print(one.after)),
                                has_between ? Writer::digest_of(print(*between)) : ""};
    if (digests.at(path).empty()) file.before.reset();
    files.push_back(std::move(file));
  }
  return files;
}

/// A change that waits for its confirmation is not to be changed on the way; what somebody saved by hand may be mended.
Result<void> check_open_trial(Context& context, std::span<const FirewallWrite> writes) {
  const auto state = TRY(read_trial_state(context));
  if (!state.open || state.open->kind == transaction::TrialKind::saved || context.arguments().has("force")) return {};
  for (const auto& file : state.open->files)
    for (const auto& one : writes)
      if (file.path == document_path(one.after))
        return fail(Errc::conflict, "a change of this file, by " + printable(state.open->author, 80) + ", waits for its confirmation",
                    {file.path, 0, 0},
                    "\"drawbridge firewall confirm\" keeps it, \"drawbridge firewall rollback\" undoes it; with --force it can't go back");
  return {};
}

/// Of files of which only some could be written: they are as before, and where that can't be, it is told.
Error after_undoing(Error error, const Result<std::vector<std::string>>& overtaken) {
  if (!overtaken) {
    error.what += "; some files have been written, and can't be put back: " + overtaken.error().what;
    error.hint = "look at the firewall's files: \"drawbridge firewall check\"";
    return error;
  }
  error.what += "; all files are as before";
  for (const auto& path : *overtaken) error.what += ", but for " + printable(path, path.size()) + ", which somebody has edited meanwhile";
  return error;
}

struct Save {
  std::vector<FirewallWrite> writes;
  std::string diff;
  Diagnostics warnings;
  bool turns_on = false;
  std::optional<Error> refusal;  ///< of a dry run: why it would not be written
  std::optional<transaction::FileTrial> trial;
};

void tell_difference(Save& save) {
  for (const FirewallWrite& one : save.writes)
    save.diff += unified_diff(document_path(one.after), print(*one.before), document_path(one.after), print(one.after));
}

/// Everything up to the files being written.
Result<Save> write_files(Context& context, const std::map<std::string, std::string>& digests, std::vector<FirewallWrite> writes,
                         const std::optional<firewall::Document>& between) {
  Save save;
  std::erase_if(writes, [](const FirewallWrite& one) { return print(*one.before) == print(one.after); });
  save.writes = std::move(writes);
  if (save.writes.empty()) return save;
  TRY_VOID(check_open_trial(context, save.writes));
  auto look = TRY(look_for_lockout(context, save.writes));
  save.warnings = std::move(look.warnings);
  save.turns_on = look.turns_on;
  if (context.arguments().has("dry-run")) {
    save.refusal = std::move(look.refusal);
    tell_difference(save);
    return save;
  }
  if (look.refusal) return fail(std::move(*look.refusal));
  const auto window = confirmation_window(context, look.turns_on);
  const auto doors = TRY(trial_doors(context));
  const auto tried = tried_files(save.writes, digests, between);
  if (window) {
    save.trial = make_trial(doors.clock, transaction::TrialKind::command, author(), *window, tried);
    TRY_VOID(begin_trial(doors, *save.trial));
  }
  if (auto written = Writer(context, digests).write_all(save.writes, between); !written) {
    if (!save.trial) return fail(after_undoing(written.error(), put_back(doors.files, tried)));
    const auto end = undo_trial_locked(doors, "not all of it could be written");
    return fail(after_undoing(written.error(), end ? Result<std::vector<std::string>>(end->overtaken) : fail(end.error())));
  }
  tell_difference(save);
  return save;
}

json::object save_json(const Save& save, const Diagnostics& warnings) {
  json::array files;
  for (const auto& one : save.writes)
    files.push_back(json::object{{"path", document_path(one.after)}, {"digest", Writer::digest_of(print(one.after))}});
  json::object document{{"changed", !save.writes.empty()}, {"diff", save.diff}, {"files", std::move(files)}};
  document["warnings"] = json::parse(diagnostics_json(warnings));
  return document;
}

/// What would have been done, and whether.
Exit end_dry_run(Context& context, const Save& save, json::object document) {
  document["turns_on"] = save.turns_on;
  document["refusal"] = nullptr;
  if (save.refusal) document["refusal"] = json::parse(diagnostics_json({error_diagnostic(*save.refusal)})).as_array().front();
  if (save.refusal) context.console.diagnose({error_diagnostic(*save.refusal)});
  if (context.console.json()) context.console.print_document(json::serialize(document));
  return save.refusal ? Exit::no : Exit::done;
}

std::string told_text(const TrialTold& told) {
  if (told.outcome == "confirmed") return "Kept.\n";
  if (told.outcome == "rolled-back") return "Rolled back: " + told.reason + ". The files are as before.\n";
  return "Saved. It is undone unless \"drawbridge firewall confirm\" says to keep it.\n";
}

/// Waits for the end of a trial, and tells it.
Exit end_trial(Context& context, const Save& save, json::object document) {
  const auto doors = trial_doors(context);
  if (!doors) return context.console.fail(doors.error());
  const TrialTold told = watch_trial(context, *doors, *save.trial);
  if (context.console.json()) {
    document["outcome"] = told.outcome;
    document["trial"] = save.trial->id;
    document["reason"] = told.reason;
    context.console.print_document(json::serialize(document));
  } else if (told.exit == Exit::done || told.exit == Exit::rolled_back) {
    context.console.print(told_text(told));
  }
  return told.exit;
}

}  // namespace

Exit save_firewalls(Context& context, std::unique_ptr<doors::FileLock>& lock, const std::map<std::string, std::string>& digests,
                    std::vector<FirewallWrite> writes, const Diagnostics& warnings, const std::optional<firewall::Document>& between) {
  auto save = write_files(context, digests, std::move(writes), between);
  lock.reset();  // nothing is written any more, and others may have to confirm
  if (!save) return context.console.fail(save.error());
  save->warnings.insert(save->warnings.end(), warnings.begin(), warnings.end());
  context.console.diagnose(save->warnings);
  auto document = save_json(*save, save->warnings);
  if (!context.console.json()) {
    context.console.print(context.console.color_diff(save->diff));
    if (save->writes.empty()) context.console.note("Nothing changes: it is so already.");
  }
  if (context.arguments().has("dry-run")) return end_dry_run(context, *save, std::move(document));
  if (save->trial) return end_trial(context, *save, std::move(document));
  if (context.console.json()) context.console.print_document(json::serialize(document));
  return Exit::done;
}

Exit save_firewall(Context& context, FirewallDesk& desk, Result<firewall::Document> after, const Diagnostics& warnings) {
  if (!after) return context.console.fail(after.error());
  std::vector<FirewallWrite> writes;
  writes.push_back({&desk.stored.document, std::move(*after)});
  return save_firewalls(context, desk.lock, {{document_path(desk.stored.document), desk.stored.digest}}, std::move(writes), warnings);
}

Diagnostics to_diagnostics(const firewall::Mistakes& mistakes) {
  Diagnostics findings;
  for (const auto& mistake : mistakes)
    findings.push_back({{"drawbridge", 0, 0},
                        mistake.severity,
                        std::string(mistake.code),
                        std::string(mistake.parameter) + ": " + mistake.message,
                        mistake.hint,
                        {}});
  return findings;
}

Exit fail_about(Context& context, std::string_view parameter, const Error& error) {
  return report_about(context, parameter, {error_diagnostic(error)}, exit_of(error));
}

Exit report_about(Context& context, std::string_view parameter, const Diagnostics& findings, Exit exit) {
  if (!context.console.json()) return context.console.report(findings, exit);
  context.console.diagnose(findings);
  json::value document = json::parse(errors_json(findings));
  for (auto& each : document.as_object()["errors"].as_array()) each.as_object()["parameter"] = parameter;
  context.console.print_document(json::serialize(document));
  return exit;
}

Exit refuse_mistakes(Context& context, const firewall::Mistakes& mistakes) {
  const Diagnostics findings = to_diagnostics(mistakes);
  if (!context.console.json()) return context.console.fail(findings);
  context.console.diagnose(findings);
  json::value document = json::parse(errors_json(findings));
  auto& list = document.as_object()["errors"].as_array();
  for (std::size_t i = 0; i < list.size() && i < mistakes.size(); ++i) list[i].as_object()["parameter"] = mistakes[i].parameter;
  context.console.print_document(json::serialize(document));
  return Exit::bad_input;
}

}  // namespace drawbridge::cli
