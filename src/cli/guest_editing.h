// A guest's file on the desk: read under lock, with everything a change of it is checked against.
#pragma once

#include <memory>
#include <optional>

#include "cli/context.h"
#include "cli/guest_change.h"
#include "store/guest_files.h"

namespace drawbridge::cli {

/// A file under edit, everybody else kept out.
struct Desk {
  std::unique_ptr<doors::FileLock> lock;
  store::StoredGuest stored;
  GuestSurroundings surroundings;
};

/// Errors: not_found, conflict (the lock is held, or the file is not the one with --digest), what reading gives.
Result<Desk> open_desk(Context& context);

/// All guests, the MAC prefix and the network of the node.
Result<GuestSurroundings> look_around(Context& context, const std::string& node);

guest::Guest guest_of(const Desk& desk);

/// A lock that a backup or a migration has put into the file; nothing with --force.
std::optional<Error> find_lock(const Context& context, const guest::Guest& guest);

}  // namespace drawbridge::cli
