// The service's care for the firewall's log: what rules log goes to the file that administrators know, and to one for programs.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/console.h"

namespace drawbridge::cli {

/// The familiar lines, and the same as JSON, an object a line.
std::string log_path(const std::string& root);
std::string json_log_path(const std::string& root);

class LogKeeper {
 public:
  /// Errors: conflict, if another program reads the firewall's log.
  static Result<std::unique_ptr<LogKeeper>> open(const std::string& root, Console& console);
  virtual ~LogKeeper() = default;

  /// Readable when run() should be called.
  virtual int descriptor() const = 0;
  /// Writes what the kernel has handed out since. What can't be written is told once, until something can be written again.
  virtual void run() = 0;
};

}  // namespace drawbridge::cli
