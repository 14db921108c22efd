// What a verb gets: its command line, where to speak, and the doors to the system. The objects behind the doors are made here
// and nowhere else, on first use: verbs that only read files need no kernel.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "doors/probe.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

class System {
 public:
  explicit System(std::string root);
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
  /// Forgets the kernel's socket, so that a forked child opens its own.
  void forget_kernel();

 private:
  struct Objects;
  std::string root_;
  transaction::Paths paths_;
  std::unique_ptr<Objects> objects_;
};

struct Context {
  const Invocation& invocation;
  Console& console;
  System& system;

  const Arguments& arguments() const { return invocation.arguments; }
};

/// SSH_CONNECTION of the environment: the session that would be lost first.
std::optional<doors::Session> asking_session();
/// Who asks, for the history: "root", "anna (as root) from 192.0.2.4".
std::string author();

}  // namespace drawbridge::cli
