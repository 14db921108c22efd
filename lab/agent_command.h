// One command that the agent runs: its process, its streams, and the credit that bounds what is under way.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/frame.h"
#include "lab/owned_fd.h"
#include "lab/request.h"

namespace drawbridge::lab {

class AgentCommand {
 public:
  using Send = std::function<void(FrameKind kind, std::string body)>;

  /// Starts the command in a session of its own. Errors: those of fork(2), pipe(2), openpty.
  static Result<AgentCommand> start(const Request& request);

  void take(const Frame& frame, const Send& send);
  /// Adds what this command waits for; `act` must then be called with the same pollfds.
  void add_wanted(std::vector<pollfd>& polled) const;
  void act(const std::vector<pollfd>& polled, const Send& send);
  /// Its process has ended; what it wrote before is still to be sent.
  void note_end(int status) { status_ = status; }
  /// True once the end has been told.
  bool is_over() const { return over_; }
  pid_t pid() const { return pid_; }
  void kill_all() const;

 private:
  void write_input(const Send& send);
  void read_output(OwnedFd& fd, FrameKind kind, const Send& send);
  void tell_end(const Send& send);

  pid_t pid_ = 0;
  bool terminal_ = false;
  OwnedFd input_, output_, error_output_;
  std::string waiting_input_;
  bool input_ended_ = false;
  std::size_t credit_ = kWindow;
  std::optional<int> status_;
  bool over_ = false;
};

}  // namespace drawbridge::lab
