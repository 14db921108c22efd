// Files in memory, with the promises of doors::Files and nothing more: a write is all or nothing. The disk outlives the FakeFiles
// that use it, as a disk outlives processes, so tests can kill one and start another. Locks are of the FakeFiles that took them.
#pragma once

#include <fnmatch.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "doors/fake_clock.h"
#include "doors/files.h"

namespace drawbridge::doors {

struct FakeFile {
  std::string bytes;
  unsigned mode = 0644;
  bool operator==(const FakeFile&) const = default;
};

/// What survives a crash (files) and what does not (locks).
struct FakeDisk {
  std::map<std::string, FakeFile> files;
  std::map<std::string, std::string> lock_holders;  ///< path to "process 42 (name)"
  std::uint64_t changes = 0;                        ///< counts writes and removals
};

class FakeFiles final : public Files {
 public:
  /// `process` is how a lock's holder is named to others. The clock is moved by waiting.
  FakeFiles(FakeDisk& disk, FakeClock& clock, std::string process = "process 42 (test)")
      : disk_(disk), clock_(clock), process_(std::move(process)) {}

  Result<std::string> read(const std::string& path) override {
    const auto at = disk_.files.find(path);
    if (at == disk_.files.end()) return fail_errno(ENOENT, "can't open " + path);
    return at->second.bytes;
  }
  Result<void> write(const std::string& path, std::string_view bytes, unsigned mode = 0644) override {
    auto [at, is_new] = disk_.files.try_emplace(path, FakeFile{{}, mode});
    at->second.bytes = bytes;
    ++disk_.changes;
    return {};
  }
  Result<void> remove(const std::string& path) override {
    disk_.changes += disk_.files.erase(path);
    return {};
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    std::set<std::string> names;
    const auto prefix = folder + "/";
    for (const auto& [path, file] : disk_.files) {
      if (path.starts_with(prefix)) names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
    }
    return std::vector<std::string>(names.begin(), names.end());
  }
  bool is_executable(const std::string& path) override {
    const auto at = disk_.files.find(path);
    return at != disk_.files.end() && (at->second.mode & 0111U) != 0;
  }
  std::vector<std::string> glob(const std::string& pattern) override {
    std::vector<std::string> paths;
    for (const auto& [path, file] : disk_.files) {
      if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0) paths.push_back(path);
    }
    return paths;
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) override {
    const auto [at, is_free] = disk_.lock_holders.try_emplace(path, process_);
    if (is_free) return std::make_unique<Lock>(disk_, path);
    clock_.advance(patience);
    return fail(Errc::conflict, path + " is held by " + at->second);
  }
  /// What happens elsewhere meanwhile is up to `while_waiting`; without a change the clock jumps to the deadline.
  Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) override {
    const auto before = contents(folder);
    if (while_waiting) while_waiting();
    if (contents(folder) != before) return true;
    if (deadline > clock_.boot_time()) clock_.advance(deadline - clock_.boot_time());
    return false;
  }

  /// The other sessions: called once in each wait_for_change.
  std::function<void()> while_waiting;

 private:
  class Lock final : public FileLock {
   public:
    Lock(FakeDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() override { disk_.lock_holders.erase(path_); }

   private:
    FakeDisk& disk_;
    std::string path_;
  };

  std::map<std::string, FakeFile> contents(const std::string& folder) const {
    std::map<std::string, FakeFile> found;
    for (const auto& [path, file] : disk_.files) {
      if (path.starts_with(folder + "/")) found.emplace(path, file);
    }
    return found;
  }

  FakeDisk& disk_;
  FakeClock& clock_;
  std::string process_;
};

}  // namespace drawbridge::doors
