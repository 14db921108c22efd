// What a verb gets: its command line, where to speak, and the doors to the system. The objects behind the doors are made here
// and nowhere else, on first use: verbs that only read files need no kernel.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/sources.h"
#include "doors/probe.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

class Warm;

class System {
 public:
  /// `warm` (may be null): what the service that runs the command has in memory. Must outlive the System.
  explicit System(std::string root, Warm* warm = nullptr);
  ~System();
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  const std::string& root() const { return root_; }
  const transaction::Paths& paths() const { return paths_; }
  doors::Files& files();
  doors::Clock& clock();
  /// Errors: denied, unavailable; the same again at each call.
  Result<doors::Kernel*> kernel();
  Result<network::Snapshot> snapshot();
  Result<transaction::Doors> doors();
  /// Error not_found, with the package's name, if nothing on this machine speaks DHCP.
  Result<void> find_dhcp_client();
  /// Before a fork: the child goes on with the kernel by take_kernel(), this process opens it anew if it needs it.
  void hand_kernel_over();
  /// In the child.
  void take_kernel();

  /// The running file, and the meaning of a file: as read_running and make_meaning give them, from the service's memory where it
  /// has them.
  Result<Source> running();
  Meaning meaning(const Source& source, const network::Snapshot& now);
  /// Nothing had to be done for the running file as it is and the kernel as it is: remembered by the service for the next command.
  void note_settled();
  bool is_settled(const Source& source);

 private:
  void drop_kernel();

  struct Objects;
  std::string root_;
  transaction::Paths paths_;
  std::unique_ptr<Objects> objects_;
  Warm* warm_ = nullptr;
  bool handed_over_ = false;  ///< the service's memory is not for this process any more
  bool lent_ = false;         ///< what is open belongs to the child now
};

struct Context {
  const Invocation& invocation;
  Console& console;
  System& system;

  const Arguments& arguments() const { return invocation.arguments; }
};

/// SSH_CONNECTION of the environment: the session that would be lost first.
std::optional<doors::Session> asking_session();
/// UPID of the REST API's task that this process works for, or empty.
std::string asking_task();
/// Who asks, for the history: "root", "anna (as root) from 192.0.2.4".
std::string author();

}  // namespace drawbridge::cli
