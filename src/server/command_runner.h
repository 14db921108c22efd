// Our own commands as children of the api process: started with what their caller is, their two streams collected, their end told to the
// loop. Never a shell, never waiting.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/step.h"

namespace boost::asio {
class io_context;
}

namespace drawbridge::server {

/// Where commands run.
struct World {
  std::string program = "/proc/self/exe";
  std::string root;  ///< of --root; empty: the system itself
  std::string node;  ///< of --node
};

/// On whose behalf.
struct OnBehalf {
  std::string author;   ///< "anna@pam from 192.0.2.4": for histories and logs
  std::string session;  ///< "CLIENT PORT SERVER PORT" of the connection that must not be cut off, or empty
};

/// The words with --json, --root and --node, as the program takes them.
std::vector<std::string> full_words(const World& world, const api::Words& words, bool json);
/// The environment of a command: nothing of the service's own but PATH, and who asks.
std::vector<std::string> command_environment(const OnBehalf& behalf);

class CommandRunner {
 public:
  using Done = std::function<void(api::Ran)>;
  CommandRunner(boost::asio::io_context& loop, World world);
  ~CommandRunner();

  /// Runs one command after those that wait; `done` is called from the loop. One that takes longer than a minute is ended, one that prints
  /// more than 32 MiB as well: `done` gets exit 70 and words. Where kMostWaiting wait in line: exit 75 at once.
  void run(const api::Words& words, const OnBehalf& behalf, Done done);

  static constexpr std::size_t kMostRunning = 8;
  static constexpr std::size_t kMostWaiting = 256;
  /// Of one user at one address: nobody fills the line for all.
  static constexpr std::size_t kMostWaitingOfOne = 64;

 private:
  struct Child;
  struct Waiting {
    api::Words words;
    OnBehalf behalf;
    Done done;
  };
  void start(Waiting next);
  void ended();

  boost::asio::io_context& loop_;
  World world_;
  std::size_t running_ = 0;
  std::deque<Waiting> waiting_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace drawbridge::server
