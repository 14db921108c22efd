// The journal of the open transaction: ROOT/var/lib/drawbridge/transaction/journal.json. It exists exactly as long as a
// transaction is open, is replaced atomically at each step before that step is taken, and holds everything that another process
// needs to finish: both files, the kernel's state before, the plan, and the hooks that were begun.
//
// Format: docs/transactions.md. It is JSON so that a person can read it at night.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "doors/files.h"
#include "doors/probe.h"
#include "network/plan.h"
#include "network/snapshot.h"
#include "transaction/transaction.h"

namespace drawbridge::transaction {

struct Journal {
  std::string id;  ///< one transaction's name: boot id and boot time of its begin
  Stage stage = Stage::executing;
  std::string boot_id;                               ///< the boot whose kernel state this is
  std::optional<std::chrono::nanoseconds> deadline;  ///< CLOCK_BOOTTIME of that boot; set while awaiting
  std::string author;
  std::string task;  ///< of the REST API, that it was begun by; or empty
  std::string when;  ///< RFC 3339, for people
  std::optional<doors::Session> session;
  bool from_pending = true;
  bool partial = false;                       ///< files and history are not touched
  std::string bytes;                          ///< the interfaces file that is to be in force
  std::optional<std::string> running_before;  ///< the interfaces file at the begin; nullopt: there was none
  std::uint64_t generation = 0;               ///< number the confirmed state gets
  bool generation_is_new = true;              ///< false: `bytes` are the latest generation already, nothing to write
  std::uint64_t baseline = 0;                 ///< number under which running_before enters an empty history; 0: it does not
  network::Snapshot before;
  network::Plan plan;
  std::set<std::size_t> hooks_started;  ///< indexes into the plan
  std::set<std::string> hooks_undone;   ///< the way back's hooks that have ended: link, phase and command
  std::string reason;                   ///< why it is rolled back, or by what it was confirmed
  bool operator==(const Journal&) const = default;
};

std::string transaction_folder(const Paths& paths);
std::string journal_path(const Paths& paths);

/// Nullopt if no transaction is open. Error unavailable if the journal is damaged, with a hint what to do; then nothing must be
/// applied, since the way back is not known.
Result<std::optional<Journal>> read_journal(doors::Files& files, const Paths& paths);
Result<void> write_journal(doors::Files& files, const Paths& paths, const Journal& journal);
Result<void> remove_journal(doors::Files& files, const Paths& paths);

std::string format_journal(const Journal& journal);
Result<Journal> parse_journal(std::string_view text);

/// How the last transaction ended: transaction/ended.json, for the process that waited while another one ended it, and for people.
struct Ended {
  std::string id;
  Ending ending = Ending::rolled_back;
  std::string reason;
  std::string when;
  std::uint64_t generation = 0;
  bool operator==(const Ended&) const = default;
};
Result<void> write_ended(doors::Files& files, const Paths& paths, const Ended& ended);
/// Nullopt if there is none or it can't be read: it is only information.
std::optional<Ended> read_ended(doors::Files& files, const Paths& paths);

}  // namespace drawbridge::transaction
