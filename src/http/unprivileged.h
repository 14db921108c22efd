// From root to somebody who may do nothing else, without a way back.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace drawbridge::http {

struct Identity {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
};

/// Errors: not_found (no such user), invalid_input (it is root).
Result<Identity> find_user(const std::string& name);

/// This process becomes that user: no other groups, no capabilities, none to be had by running another program, no core files, at most so
/// many open files. Errors: denied, unavailable; the process must not go on then.
Result<void> become(const Identity& identity, std::size_t most_files);

}  // namespace drawbridge::http
