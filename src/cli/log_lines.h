// The firewall's log as it stands in its files, line by line, with those that were put aside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::cli {

struct LogWindow {
  std::optional<std::uint32_t> vmid;  ///< lines of this guest alone
  std::uint64_t start = 0;            ///< so many are left out
  std::uint64_t limit = 50;           ///< 0: all
  std::optional<std::int64_t> since;  ///< Unix seconds; with one of these, files that were put aside are read as well
  std::optional<std::int64_t> until;
};

struct LogLines {
  std::uint64_t total = 0;          ///< that are meant, inside the window or not
  std::vector<std::string> window;  ///< the first of them has number start + 1
};

/// `path`: of the file that is written now; others are PATH.1, PATH.2.gz…. A file that is not there is empty. Lines are cut at 4096 bytes.
/// Errors: unavailable, denied.
Result<LogLines> read_log_lines(const std::string& path, const LogWindow& window);

}  // namespace drawbridge::cli
