// A log that only grows, and that others may rotate at any time.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/descriptor.h"

namespace drawbridge::store {

class LogFile {
 public:
  /// Nothing is opened before the first line. The file and missing folders are made; the file is readable to the group "adm" as
  /// other logs are (mode 0640).
  explicit LogFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  /// Appends whole lines, their ends included, in one write. A file that was moved away or removed since the last call is made
  /// anew, so rotation needs no signal.
  Result<void> append(std::string_view lines);

 private:
  bool is_there() const;
  Result<void> open();

  std::string path_;
  Descriptor file_;
};

}  // namespace drawbridge::store
