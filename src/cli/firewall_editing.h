// What the editing verbs of the firewall share: which file is meant, reading it under lock, writing it and telling the difference.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "firewall/edit.h"
#include "firewall/references.h"
#include "firewall/resolve.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {

/// "datacenter", "node", "guest VMID", "qemu VMID", "lxc VMID", "group NAME", "vnet NAME".
struct FirewallTarget {
  firewall::Level level = firewall::Level::datacenter;  ///< group: a group's rules
  std::string name;                                     ///< of the node, network or group
  std::optional<guest::Vmid> vmid;
  std::optional<guest::Kind> kind;  ///< of "qemu" and "lxc": the node must have such a guest
  std::string path;
  std::vector<std::string> rest;  ///< the words behind it: a verb and what it takes

  /// Of the file that it is in.
  firewall::Level file_level() const { return level == firewall::Level::group ? firewall::Level::datacenter : level; }
  firewall::RuleList rules() const { return {level == firewall::Level::group ? name : ""}; }
};

/// The arguments LEVEL and WORD.
std::expected<FirewallTarget, UsageError> read_target(Context& context);
/// Errors: not_found, if the level asks for a guest that the node does not have.
Result<void> check_target(Context& context, const FirewallTarget& target);
/// The verb, "list" if there is none; takes it off the words.
std::string take_verb(std::vector<std::string>& words);
/// The next word, or a mistake that names what is missing.
std::expected<std::string, UsageError> take_word(std::vector<std::string>& words, std::string_view what);

/// A file under edit, everybody else kept out.
struct FirewallDesk {
  std::unique_ptr<doors::FileLock> lock;
  store::StoredFirewall stored;
};
/// Errors: those of reading; conflict if the lock is held or the file is not the one with --digest.
Result<FirewallDesk> open_firewall(Context& context, const FirewallTarget& target);

/// All files, for what concerns them all.
struct FirewallTreeDesk {
  std::unique_ptr<doors::FileLock> lock;
  firewall::Tree tree;
  std::map<std::string, std::string> digests;  ///< by path
};
Result<FirewallTreeDesk> open_all_firewalls(Context& context);

/// The datacenter's file resolved, for checks. Errors: those of reading.
Result<std::shared_ptr<const firewall::DatacenterScope>> datacenter_scope(Context& context);

/// One file to write.
struct FirewallWrite {
  const firewall::Document* before;
  firewall::Document after;
};
/// Writes what differs, in this order, lets go of the lock, and tells the difference. What would lock somebody out is refused, or waits for
/// a confirmation (firewall_lockout.h, firewall_trial.h). `between`: a state of the first file to be written before all others.
Exit save_firewalls(Context& context, std::unique_ptr<doors::FileLock>& lock, const std::map<std::string, std::string>& digests,
                    std::vector<FirewallWrite> writes, const Diagnostics& warnings,
                    const std::optional<firewall::Document>& between = std::nullopt);
/// The same for one file.
Exit save_firewall(Context& context, FirewallDesk& desk, Result<firewall::Document> after, const Diagnostics& warnings = {});

/// The failure of an edit that is about what was asked for: the document of --json names its "parameter".
Exit fail_about(Context& context, std::string_view parameter, const Error& error);
Exit report_about(Context& context, std::string_view parameter, const Diagnostics& findings, Exit exit);

/// Findings about what was asked: they begin with their parameter.
Diagnostics to_diagnostics(const firewall::Mistakes& mistakes);
/// Tells them; the document of --json has a "parameter" for each.
Exit refuse_mistakes(Context& context, const firewall::Mistakes& mistakes);

}  // namespace drawbridge::cli
