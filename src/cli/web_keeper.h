// What the privileged half of `drawbridge web` does: keeps certificate and key as the files say, and waits for the half that serves.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "cli/console.h"
#include "http/key_files.h"
#include "store/folder_watch.h"

namespace drawbridge::cli {

class WebKeeper {
 public:
  /// `files`: none with plain HTTP. Errors: those of read_keys.
  static Result<WebKeeper> open(std::optional<http::KeyFiles> files, Console& console);

  const http::KeyPair& keys() const { return keys_; }
  /// ", certificate SHA-256 AB:CD:…"; empty with plain HTTP.
  std::string about() const;
  /// In the child, which needs none of this.
  void leave();

  /// Until `child` has ended; gives its exit status. A byte on `channel` says that it serves; changed keys are sent there. SIGTERM and
  /// SIGINT (through `signals`, a signalfd) end it, SIGHUP looks at the files at once.
  int supervise(pid_t child, int channel, int signals, const std::function<void()>& ready);

 private:
  WebKeeper(std::optional<http::KeyFiles> files, Console& console) : files_(std::move(files)), console_(&console) {}
  void look(int channel);
  /// The exit status of the child, once it has ended.
  std::optional<int> take_signals(pid_t child, int channel, int signals);

  std::optional<http::KeyFiles> files_;
  Console* console_;
  http::KeyPair keys_;
  std::optional<store::FolderWatch> watch_;
  std::string told_;  ///< the last complaint; not repeated
};

}  // namespace drawbridge::cli
