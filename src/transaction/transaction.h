// The only way to touch the system: journal, execute, re-read, compare, wait for confirmation, else the way back. Every
// transition is on disk before it is in the kernel, so that any process can finish what another began: the one that waits, the
// one that confirms from another session, or the one that finds the journal after a crash or a reboot.
//
//   (none) ─apply─▶ executing ─verified─▶ awaiting ─confirm─▶ committing ─▶ (none), new generation
//                       │                    │deadline, rollback, boot
//                       └─refused, crash─────┴──▶ rolling-back ─▶ (none), state as before
//
// Files below the state folder (ROOT/var/lib/drawbridge): transaction/journal.json, generations/N/{meta.json,interfaces},
// and ROOT/run/drawbridge/network.lock.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "doors/hooks.h"
#include "doors/kernel.h"
#include "doors/probe.h"
#include "network/plan.h"

namespace drawbridge::transaction {

/// Everything a transaction reaches the system through.
struct Doors {
  doors::Kernel& kernel;
  doors::Files& files;
  doors::Clock& clock;
  doors::Hooks& hooks;
  doors::Probe& probe;
};

/// Where the files are, `--root` included.
struct Paths {
  std::string interfaces;  ///< ROOT/etc/network/interfaces
  std::string pending;     ///< ROOT/etc/network/interfaces.new
  std::string state;       ///< ROOT/var/lib/drawbridge
  std::string run;         ///< ROOT/run/drawbridge
  std::string edit_lock;   ///< ROOT/etc/network/.pve-interfaces.lock
};
Paths paths_below(const std::string& root);

enum class Stage : std::uint8_t { executing, awaiting, committing, rolling_back };
std::string stage_name(Stage stage);  ///< "rolling-back" …: the word in the journal

/// What is told while it goes on; the command line prints it, nobody else.
struct Progress {
  std::string stage;  ///< "lock", "journal", "execute", "verify", "probe", "await", "commit", "rollback"
  std::string text;   ///< one line for a person
  std::size_t done = 0;
  std::size_t total = 0;
};
using Tell = std::function<void(const Progress&)>;

enum class Ending : std::uint8_t { nothing_to_do, confirmed, rolled_back };

/// How a transaction ended.
struct Outcome {
  Ending ending = Ending::nothing_to_do;
  std::string reason;                 ///< why it was rolled back, or by what it was confirmed
  std::optional<std::size_t> failed;  ///< operation of the plan that the kernel refused
  std::optional<Error> error;
  network::Plan plan;                    ///< as executed
  Diagnostics warnings;                  ///< failing hooks, foreign drift
  std::uint64_t generation = 0;          ///< made by a confirmed one
  std::size_t facts_verified = 0;        ///< kernel facts compared after executing
  std::chrono::nanoseconds execution{};  ///< from first message to last answer
};

/// What the caller wants applied. Built by the command line from the documents: the transaction knows no file syntax.
struct Request {
  std::string bytes;                 ///< the interfaces file that will be in force
  bool from_pending = true;          ///< bytes came from interfaces.new; else from interfaces as edited by hand
  bool partial = false;              ///< some interfaces only (ifup, ifdown): files and history are not touched
  bool ignore_changed_base = false;  ///< apply the pending file although interfaces was edited by hand since the edit began
  network::Desired desired;
  network::Desired previous;
  std::optional<std::chrono::nanoseconds> confirm_within;  ///< nullopt: confirm by itself once verified and probed
  std::optional<doors::Session> session;                   ///< of the person who asks
  /// The gateways that the files ask for: address and link. Those that answer before (on whatever link) must answer after; if
  /// none of them did but another default gateway of the kernel, some default gateway must answer after.
  std::vector<std::pair<IpAddress, std::string>> gateways;
  bool takes_down = false;      ///< links go because somebody said so: nothing need answer after
  bool probe_confirms = false;  ///< with confirm_within: a passing probe confirms without a person
  std::string author;           ///< user name and terminal, for the history
  std::string task = {};        ///< of the REST API, that asks; or empty
};

/// Applies; blocks until the end is known. Errors before the first operation (nothing was changed): conflict if another transaction
/// is open, the lock is held, or the files changed since they were read. From then on the end is an Outcome; an Error says
/// that the way back or the completion could not be finished for now (disk full, kernel refusal): the journal stays, and
/// `recover` tries again. The caller must not hold the edit lock.
Result<Outcome> apply(Doors doors, const Paths& paths, const Request& request, const Tell& tell);

/// The short way of `apply` for a request whose plan, made just now, came out empty, when the files agree as well: at most it
/// drops a pending file that asks for nothing new, and so needs nobody to guard it. nullopt: there is something to do or to finish,
/// which is for `apply`.
/// Errors: those of `apply` before its first operation.
Result<std::optional<Outcome>> agree(Doors doors, const Paths& paths, const Request& request, const network::Plan& plan);

/// The open transaction, if there is one.
struct Status {
  std::optional<Stage> stage;
  std::chrono::nanoseconds remaining{};  ///< to the deadline; negative if it passed
  std::string author;
  std::string id;    ///< its name, unlike that of any other
  std::string task;  ///< of the REST API, that began it; or empty
  network::Plan plan;
  bool holder_alive = false;  ///< the process that applies, or waits for the confirmation, is there
};
/// Reads only.
Result<Status> status(Doors doors, const Paths& paths);

/// Ends the open transaction for good. `only`: this one (Status::id) and no other; empty: whichever is open. not_found: none is open;
/// conflict: another one is; timed_out: the deadline has passed (then it is rolled back).
Result<Outcome> confirm(Doors doors, const Paths& paths, const Tell& tell, const std::string& only = {});
/// Ends the open transaction by the way back.
Result<Outcome> roll_back(Doors doors, const Paths& paths, const std::string& reason, const Tell& tell);
/// Finishes what a crash or a reboot left: rolls back what was not confirmed, completes what was. nothing_to_do if all is well,
/// or if the transaction is awaiting and its deadline has not passed.
Result<Outcome> recover(Doors doors, const Paths& paths, const Tell& tell);
/// As `recover`, but waits while another process works on the transaction or its deadline has not passed: what a guard does
/// whose ward was killed.
Result<Outcome> recover_and_wait(Doors doors, const Paths& paths, const Tell& tell);

/// Older generations are removed when a new one is made.
inline constexpr std::size_t kMostGenerations = 50;

/// One applied state of the files.
struct Generation {
  std::uint64_t number = 0;
  std::string when;  ///< RFC 3339, local time
  std::string author;
  std::string summary;  ///< "3 operations on vmbr0, enp5s0"
  std::string digest;   ///< SHA-256 of the interfaces file
};
/// Oldest first; at most kMostGenerations. The one that an open transaction prepares is not among them.
Result<std::vector<Generation>> history(doors::Files& files, const Paths& paths);
/// The last of `history`, by itself.
Result<std::optional<Generation>> latest_generation(doors::Files& files, const Paths& paths);
/// The interfaces file of a generation. Errors: not_found if it was pruned; unavailable if it is damaged.
Result<std::string> read_generation(doors::Files& files, const Paths& paths, std::uint64_t number);

}  // namespace drawbridge::transaction
