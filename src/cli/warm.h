// What the service has in memory for the next command: the kernel's state, and the running file with its meaning. A command that
// runs in a child of the service takes it over instead of reading everything anew; what no longer holds is read as ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/sources.h"
#include "kernel/live_kernel.h"

namespace drawbridge::cli {

/// Everything that reading a file asked the file system, so that "would it read the same?" can be answered without parsing.
class ReadRecord {
 public:
  /// A reader that asks `reader` and remembers the answers here. Must not outlive this object.
  interfaces::Reader recording(interfaces::Reader reader);
  bool still_holds(const interfaces::Reader& reader) const;

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> files_;
  std::vector<std::pair<std::string, std::vector<std::string>>> patterns_;
};

class Warm {
 public:
  static Result<Warm> open(doors::Files& files, std::string root);

  // In the service.

  /// Looks at the kernel, reads the running file again if it or what it sources has changed, and opens what the next command's
  /// child will need. False: something could not be read, so the command should read for itself.
  bool prepare();
  /// The child has been made: lets go of what was only for it.
  void release() { spare_.reset(); }
  /// After a command, or after a change of the files; `unheard`: something may have changed that the kernel tells nobody.
  void settle(bool unheard);
  /// Readable when the kernel has something to tell, which hear() takes.
  int descriptor() const { return kernel_.descriptor(); }
  void hear();

  /// For who keeps the guests' ports, in the service itself.
  kernel::LiveKernel& followed() { return kernel_; }

  // In the child.

  void step_into_child();
  doors::Kernel& kernel() { return kernel_; }
  /// For a further child that goes on with the kernel while this process does not touch it any more.
  Result<void> renew();
  /// The running file, given away once, if `bytes` and what it sources are as they were read.
  std::optional<Source> take_running(const std::string& path, const std::string& bytes);
  /// The command is about to change something: the service is told when it has ended.
  void note_change() { changes_ = true; }
  bool has_changed() const { return changes_; }
  /// For the running file and the kernel as the service knows them there is nothing to do: the next command's child will know.
  void note_settled();
  bool is_settled(const Source& source);
  /// Its meaning, given away once, if the kernel has not changed since.
  std::optional<Meaning> take_meaning(const Source& source);

 private:
  using Shared = std::shared_ptr<std::atomic<std::uint64_t>>;
  Warm(doors::Files& files, std::string root, kernel::LiveKernel kernel, Shared settled)
      : files_(files), root_(std::move(root)), kernel_(std::move(kernel)), settled_(std::move(settled)) {}
  bool refresh();

  doors::Files& files_;
  std::string root_;
  kernel::LiveKernel kernel_;
  std::optional<kernel::LiveKernel::Spare> spare_;
  ReadRecord record_;
  std::optional<Source> running_;
  std::optional<Meaning> meaning_;
  bool changes_ = false;
  /// In a page that the service shares with its children: the number of the kernel's state for which there was nothing to do; 0:
  /// none.
  Shared settled_;
  std::uint64_t meaning_generation_ = 0;  ///< of the kernel's state that `meaning_` was made with
};

}  // namespace drawbridge::cli
