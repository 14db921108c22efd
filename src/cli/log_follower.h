// Reads a log line by line, and goes on as it grows, through rotations.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/folder_watch.h"

namespace drawbridge::cli {

class LogFollower {
 public:
  using Visit = std::function<void(std::string_view line)>;  ///< without its end

  /// Errors: unavailable if the system has no watch to give. A file that does not exist yet is empty.
  static Result<LogFollower> open(std::string path);

  /// Hands out the whole lines that have come since the last call. Errors: denied, unavailable.
  Result<void> read(const Visit& visit);
  /// Until the log may have grown.
  void wait();

 private:
  LogFollower(std::string path, store::FolderWatch watch) : path_(std::move(path)), watch_(std::move(watch)) {}
  Result<void> read_on(const Visit& visit);
  bool was_moved() const;

  std::string path_;
  store::FolderWatch watch_;
  store::Descriptor file_;
  std::string begun_;  ///< a line without its end yet
};

}  // namespace drawbridge::cli
