#include "lab/client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint32_t kStream = 1;

/// The terminal in raw mode, as long as this lives: every key goes inside, Ctrl-C too.
class RawTerminal {
 public:
  explicit RawTerminal(bool wanted) : active_(wanted && tcgetattr(0, &before_) == 0) {
    if (!active_) return;
    termios raw = before_;
    cfmakeraw(&raw);
    tcsetattr(0, TCSANOW, &raw);
  }
  ~RawTerminal() {
    if (active_) tcsetattr(0, TCSANOW, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool active_;
};

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, 1000);
    } else if (written < 0 && errno != EINTR) {
      return;
    }
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

class RemoteCommand {
 public:
  RemoteCommand(Channel& channel, const Request& request, std::optional<std::chrono::seconds> limit)
      : channel_(channel), request_(request) {
    if (limit) deadline_ = Clock::now() + *limit;
    channel_.send(Frame{kStream, FrameKind::start, format_request(request)});
  }

  Result<int> run() {
    while (!status_ && !failure_) {
      if (!channel_.is_open()) return fail(Errc::unavailable, "the lab has ended");
      if (deadline_ && Clock::now() >= *deadline_) return give_up();
      step();
    }
    if (failure_) return fail(Errc::unavailable, *failure_);
    return *status_;
  }

 private:
  void step() {
    const bool reading = input_open_ && credit_ > 0;
    std::array<pollfd, 2> polled{channel_.wanted(), pollfd{reading ? 0 : -1, POLLIN, 0}};
    poll(polled.data(), polled.size(), milliseconds());
    if (polled[1].revents != 0) pass_input();
    if (polled[0].revents != 0) {
      for (const Frame& frame : channel_.pump()) take(frame);
    }
    if (request_.terminal) pass_size();
  }

  int milliseconds() const {
    const long most = request_.terminal ? 500 : 60000;
    if (!deadline_) return static_cast<int>(most);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long>(left + 1, 0, most));
  }

  void pass_input() {
    std::string bytes;
    if (!read_some(0, bytes, std::min<std::size_t>(credit_, 32768))) {
      input_open_ = false;
      channel_.send(Frame{kStream, FrameKind::input_end, ""});
    }
    if (bytes.empty()) return;
    credit_ -= bytes.size();
    channel_.send(Frame{kStream, FrameKind::input, std::move(bytes)});
  }

  void pass_size() {
    Request now = request_;
    describe_terminal(now);
    if (now == request_) return;
    request_ = now;
    channel_.send(Frame{kStream, FrameKind::resize, fmt::format("{} {}", now.rows, now.columns)});
  }

  void take(const Frame& frame) {
    switch (frame.kind) {
      case FrameKind::output:
      case FrameKind::error_output:
        write_all(frame.kind == FrameKind::output ? 1 : 2, frame.body);
        channel_.send(Frame{kStream, FrameKind::credit, std::to_string(frame.body.size())});
        break;
      case FrameKind::credit: credit_ += parse_number<std::size_t>(frame.body).value_or(0); break;
      case FrameKind::ended: status_ = parse_number<int>(frame.body).value_or(4); break;
      case FrameKind::failed: failure_ = frame.body; break;
      default: break;
    }
  }

  int give_up() {
    say("the command has not ended in time; ending it");
    channel_.send(Frame{kStream, FrameKind::kill, ""});
    flush_channel(channel_, 500);
    return 124;
  }

  Channel& channel_;
  Request request_;
  std::optional<Clock::time_point> deadline_;
  std::size_t credit_ = kWindow;
  bool input_open_ = true;
  std::optional<int> status_;
  std::optional<std::string> failure_;
};

}  // namespace

Result<LabState> await_lab(Channel& channel) {
  while (channel.is_open()) {
    pollfd polled = channel.wanted();
    poll(&polled, 1, -1);
    for (const Frame& frame : channel.pump()) {
      if (frame.kind == FrameKind::hello) return parse_state(frame.body);
      if (frame.kind == FrameKind::failed) return fail(Errc::unavailable, frame.body);
    }
  }
  return fail(Errc::unavailable, "the lab ended before it was up");
}

Result<int> run_remotely(Channel& channel, const Request& request, std::optional<std::chrono::seconds> limit) {
  const RawTerminal raw(request.terminal);
  RemoteCommand command(channel, request, limit);
  return command.run();
}

void stop_lab(Channel& channel) {
  channel.send(Frame{0, FrameKind::stop, ""});
  while (channel.is_open()) {
    pollfd polled = channel.wanted();
    poll(&polled, 1, 5000);
    channel.pump();
  }
}

void describe_terminal(Request& request) {
  winsize size{};
  if (ioctl(0, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return;
  request.rows = size.ws_row;
  request.columns = size.ws_col;
}

}  // namespace drawbridge::lab
