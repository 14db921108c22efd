// Files whose new content is in force on trial: without a confirmation in time they go back, whoever is still there to do it. Unlike an
// interfaces file, a firewall's file is read by other programs and other nodes, so the new content is in its place from the begin, and what
// was before is in the mark. The mark is on disk before the first file is.
//
// Files below the folder: trial.json, there exactly while a trial is open; trial-ended.json, how the last one ended; held.json, files that
// are not in force as they stand, and what is instead.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "transaction/transaction.h"

namespace drawbridge::transaction {

enum class TrialKind : std::uint8_t {
  command,  ///< a command wrote the files: they go back
  saved,    ///< somebody saved them by hand: what he wrote stays his, but is in force no more
};

struct TriedFile {
  std::string path;
  std::optional<std::string> before;  ///< nullopt: there was no file
  std::string after_digest;           ///< SHA-256 of the new bytes; empty: the file is gone
  std::string between_digest{};       ///< of a state that it has while other files are written; empty: none
  bool operator==(const TriedFile&) const = default;
};

struct FileTrial {
  std::string id;  ///< boot id and boot time of its begin
  TrialKind kind = TrialKind::command;
  std::string author;
  std::string when;  ///< RFC 3339, for people
  std::string boot_id;
  std::chrono::nanoseconds deadline{};  ///< CLOCK_BOOTTIME of that boot
  std::vector<TriedFile> files;
  bool operator==(const FileTrial&) const = default;
};

/// What a trial reaches the system through.
struct TrialDoors {
  doors::Files& files;
  doors::Clock& clock;
  std::string folder;
  std::string lock;                  ///< held by whoever edits the files
  std::function<bool()> is_missing;  ///< true: the file system that they are in is not there, and says nothing. May be empty
};

struct TrialEnd {
  Ending ending = Ending::nothing_to_do;
  std::string reason;
  std::vector<std::string> overtaken;  ///< files that somebody has edited since: they stay as he left them
  bool operator==(const TrialEnd&) const = default;
};

/// A trial that begins now. Writes nothing.
FileTrial make_trial(doors::Clock& clock, TrialKind kind, std::string author, std::chrono::nanoseconds within,
                     std::vector<TriedFile> files);
std::string format_trial(const FileTrial& trial);

/// Writes the mark; then the caller writes the files. With the files' lock held. Errors: conflict, if another trial is open.
Result<void> begin_trial(const TrialDoors& doors, const FileTrial& trial);
/// nullopt: none is open. Error unavailable if the mark is damaged: then the way back is not known.
Result<std::optional<FileTrial>> read_trial(doors::Files& files, const std::string& folder);
/// Its deadline has passed, as has one of another boot.
bool is_over(doors::Clock& clock, const FileTrial& trial);

/// What is on trial, or was held back, is in force for good. Takes the lock, as all that follow. `only`: the trial of this id and nothing
/// else; empty: whatever there is. Errors: not_found, if there is no such thing; conflict, if another trial is open; timed_out, if it was
/// too late: then it has been undone.
Result<TrialEnd> confirm_trial(const TrialDoors& doors, const std::string& only = {});
/// Ends the trial by the way back. Errors: not_found; unavailable, if the files are missing: then it stays open.
Result<TrialEnd> undo_trial(const TrialDoors& doors, const std::string& reason);
/// The bytes of before, last file first, wherever nobody has edited one since; those where somebody has. With the lock held.
Result<std::vector<std::string>> put_back(doors::Files& files, const std::vector<TriedFile>& tried);
/// Without taking the lock: for who holds it.
Result<TrialEnd> undo_trial_locked(const TrialDoors& doors, const std::string& reason);
/// The way back if its time is over. nothing_to_do: none is open, or it may still be confirmed.
Result<TrialEnd> recover_trial(const TrialDoors& doors);
/// Waits for the trial's end, whoever brings it about; keeps its deadline.
Result<TrialEnd> await_trial(const TrialDoors& doors, const FileTrial& trial, const Tell& tell);

/// The trial has lost its reason: what is in force stays, whatever its time. With the lock held.
Result<void> drop_trial(const TrialDoors& doors, const FileTrial& trial, const std::string& reason);

/// A file that has changed since it was held back is so no more, also if it becomes again what it was: somebody has looked at it meanwhile.
/// True: there was one. Does nothing while the files are missing.
Result<bool> release_overtaken(const TrialDoors& doors);

/// Files that are not in force as they stand. A file with another digest than the one noted is in force again.
Result<std::vector<TriedFile>> read_held(doors::Files& files, const std::string& folder);

}  // namespace drawbridge::transaction
