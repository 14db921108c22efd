// guest set, guest create, guest delete: the configuration files; what a running VM makes of a change is in guest_live.cc.
#include <algorithm>
#include <boost/json.hpp>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"
#include "cli/assignments.h"
#include "cli/guest_desk.h"
#include "cli/guest_editing.h"
#include "cli/guest_live.h"
#include "cli/guest_runtime.h"
#include "cli/verbs.h"
#include "guest/edit.h"

namespace drawbridge::cli {
namespace {

/// The desk of a guest that is not there yet.
Result<Desk> open_new_desk(Context& context) {
  const std::string node = TRY(node_name(context));
  const auto vmid = TRY(vmid_argument_of(context));
  Desk desk;
  desk.lock = TRY(store::lock_guests(context.system.files(), context.system.root()));
  desk.surroundings = TRY(look_around(context, node));
  if (const auto others = desk.surroundings.inventory.find(vmid); !others.empty())
    return fail(Errc::conflict, "the number " + std::to_string(vmid) + " is taken by " + guest::title(*others.front()),
                {others.front()->path, 0, 0}, "choose another number");
  const auto kind = context.arguments().has("lxc") ? guest::Kind::lxc : guest::Kind::qemu;
  desk.stored.file = store::guest_file(context.system.root(), node, kind, vmid);
  desk.stored.document = guest::parse_document("", desk.stored.file.path);
  return desk;
}

/// A difference goes to logs and other people's screens: passwords are in it, not their letters.
std::string without_passwords(const std::string& diff) {
  std::string told;
  for (const auto line : split(diff, '\n')) {
    const bool secret = line.size() > 1 && line.substr(1).starts_with("cipassword:");
    told += (told.empty() ? "" : "\n") + (secret ? std::string(line.substr(0, 1)) + "cipassword: (secret)" : std::string(line));
  }
  return told;
}

Exit tell_edit(Context& context, const Desk& desk, const std::string& after, const Diagnostics& warnings,
               const std::vector<std::string>& notes) {
  const std::string& path = desk.stored.file.path;
  const std::string diff = without_passwords(unified_diff(path, desk.stored.bytes, path, after));
  context.console.diagnose(warnings);
  if (context.console.json()) {
    boost::json::object document{{"vmid", desk.stored.file.vmid},
                                 {"node", desk.stored.file.node},
                                 {"path", path},
                                 {"changed", after != desk.stored.bytes},
                                 {"diff", diff},
                                 {"digest", sha256_hex(after)}};
    document["warnings"] = boost::json::parse(diagnostics_json(warnings));
    context.console.print_document(boost::json::serialize(document));
    return Exit::done;
  }
  context.console.print(context.console.color_diff(diff));
  for (const std::string& note : notes) context.console.note(note);
  if (after == desk.stored.bytes && !desk.stored.digest.empty()) context.console.note("Nothing changes: it is so already.");
  return Exit::done;
}

Exit save(Context& context, const Desk& desk, const GuestChanged& changed) {
  if (has_errors(changed.diagnostics)) return context.console.fail(changed.diagnostics);
  const std::string after = guest::print(changed.document);
  const bool fresh = desk.stored.digest.empty();
  if (!context.arguments().has("no-act") && (fresh || after != desk.stored.bytes)) {
    const auto written = store::write_guest(context.system.files(), context.system.root(), desk.stored.file, after, desk.stored.digest);
    if (!written) return context.console.fail(written.error());
  }
  return tell_edit(context, desk, after, changed.diagnostics, changed.notes);
}

}  // namespace

Exit guest_set(Context& context) {
  const auto assignments = read_assignments(context);
  if (!assignments) return context.console.fail_usage(assignments.error().what, assignments.error().hint);
  std::vector<std::string> reverted;
  for (const std::string& word : context.arguments().list("revert"))
    for (const std::string_view key : split_list(word)) reverted.emplace_back(key);
  const guest::Change change{assignments->values, assignments->removed};
  if (change.empty() && reverted.empty())
    return context.console.fail_usage("nothing to set", "give KEY=VALUE, --delete KEY or --revert KEY");
  auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  if (const auto locked = find_lock(context, guest_of(*desk))) return context.console.fail(*locked);
  const guest::Document base = guest::revert_pending(desk->stored.document, reverted);
  const bool live = !change.empty() && !context.arguments().has("pending") && runs_live(context, desk->stored.file);
  if (live && !context.arguments().has("no-act")) {
    desk->stored.document = base;
    return change_live(context, *desk, change);
  }
  const bool pending = live || context.arguments().has("pending");
  return save(context, *desk, change_guest(base, desk->stored.file, change, desk->surroundings, pending));
}

Exit guest_create(Context& context) {
  const auto assignments = read_assignments(context);
  if (!assignments) return context.console.fail_usage(assignments.error().what, assignments.error().hint);
  const auto desk = open_new_desk(context);
  if (!desk) return context.console.fail(desk.error());
  const guest::Change change{assignments->values, {}};
  return save(context, *desk, change_guest(desk->stored.document, desk->stored.file, change, desk->surroundings, false));
}

Exit guest_delete(Context& context) {
  const auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  const guest::Guest guest = guest_of(*desk);
  if (const auto locked = find_lock(context, guest)) return context.console.fail(*locked);
  if (const auto* protection = guest.settings.find("protection");
      protection != nullptr && protection->text != "0" && !context.arguments().has("force"))
    return context.console.fail(Error{Errc::conflict, "the guest is protected from being deleted", protection->where,
                                      "take the key protection out first, or use --force", 0});
  // Whether what is to be stopped first may go at all is asked before it is.
  const bool may_run = context.arguments().has("no-act") && context.arguments().has("may-run");
  if (!may_run && runtime_of(context, desk->stored.file).runs())
    return context.console.fail(Error{Errc::conflict,
                                      "the guest runs",
                                      {desk->stored.file.path, 0, 0},
                                      "stop it first: drawbridge guest stop " + std::to_string(guest.vmid),
                                      0});
  if (context.arguments().has("no-act")) return tell_edit(context, *desk, "", {}, {});
  const auto removed = store::remove_guest(context.system.files(), context.system.root(), desk->stored.file, desk->stored.digest);
  if (!removed) return context.console.fail(removed.error());
  return tell_edit(context, *desk, "", {}, {});
}

}  // namespace drawbridge::cli
