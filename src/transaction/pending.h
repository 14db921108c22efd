// The pending file: a complete interfaces file beside the running one, whose existence means "changes pending". Editing it is
// optimistic: who writes names the digest of what was read, and loses nothing if somebody else was faster.
//
// Files: interfaces, interfaces.new, and ROOT/var/lib/drawbridge/pending.json, which remembers who began the edit, when, and on
// top of which running file, so that an edit of the running file by hand meanwhile is noticed instead of overwritten.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "transaction/transaction.h"

namespace drawbridge::transaction {

/// Who began the pending edit, and on top of what.
struct PendingOrigin {
  std::string base_digest;  ///< SHA-256 of `interfaces` when the edit began
  std::string author;       ///< of the last write
  std::string when;         ///< RFC 3339, local time, of the last write
  bool operator==(const PendingOrigin&) const = default;
};

/// Both files as they are now.
struct PendingState {
  std::optional<std::string> running;   ///< nullopt: there is no interfaces file
  std::optional<std::string> pending;   ///< nullopt: nothing is pending
  std::optional<PendingOrigin> origin;  ///< nullopt: nothing is pending, or the pending file was made by another program

  /// What edits start from: the pending file, else the running one, else nothing.
  const std::string& effective() const;
  std::string running_digest() const;
  std::string effective_digest() const;
  /// The running file was edited by hand since the pending edit began.
  bool base_changed() const;
};

/// Errors: those of doors::Files::read other than not_found.
Result<PendingState> read_pending(doors::Files& files, const Paths& paths);

/// Writes the pending file under the edit lock (10 s patience). If `bytes` equal the running file nothing is pending afterwards.
/// `expected_digest` is the effective_digest() the edit was made from; empty: not checked.
/// Errors: conflict if the effective file is another by now (it is left as it is), or the lock is held; those of Files::write.
Result<PendingState> write_pending(doors::Files& files, doors::Clock& clock, const Paths& paths, std::string_view bytes,
                                   const std::string& expected_digest, const std::string& author);

/// `expected` is the effective_digest() of what somebody looked at; empty: it is not checked. Errors: conflict, with the name of whoever
/// changed it since.
Result<void> check_digest(const Paths& paths, const PendingState& state, const std::string& expected);

/// Drops the pending file, under the edit lock. False if there was none. Errors: those of check_digest.
Result<bool> revert_pending(doors::Files& files, const Paths& paths, const std::string& expected_digest = {});

/// Puts `bytes`, an edit that must make way, beside the running file under the first free name of interfaces.new,
/// interfaces.new.1, … and gives that path. A file that holds the same bytes already counts as free.
Result<std::string> keep_aside(doors::Files& files, const Paths& paths, std::string_view bytes, const PendingOrigin& origin);

/// After `applied` became the running file: the pending file goes if it holds the same bytes; if it was edited on meanwhile it
/// stays, and if `applied` was the pending file (`made_from_pending`) its base is now `applied`. The caller holds the edit lock.
Result<void> settle_pending(doors::Files& files, const Paths& paths, std::string_view applied, bool made_from_pending);

inline constexpr std::chrono::seconds kEditPatience{10};

}  // namespace drawbridge::transaction
