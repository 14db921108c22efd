#include "server/apart.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <memory>

namespace drawbridge::server {
namespace {

constexpr std::size_t kMostSaid = 64 * 1024;

[[noreturn]] void run_child(int answer, const std::function<std::string()>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  for (const int signal : {SIGTERM, SIGINT, SIGPIPE}) ::signal(signal, SIG_DFL);
  // Clients' connections would stay open as long as this process does.
  if (answer != 3) {
    dup2(answer, 3);
    answer = 3;
  }
  close_range(4, ~0U, 0);
  const std::string text = work();
  std::size_t done = 0;
  while (done < text.size()) {
    const auto count = write(answer, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  _exit(0);
}

struct Apart : std::enable_shared_from_this<Apart> {
  explicit Apart(boost::asio::io_context& loop) : pipe(loop), patience(loop) {}

  void begin(std::chrono::milliseconds longest) {
    read();
    patience.expires_after(longest);
    patience.async_wait([self = shared_from_this()](const auto& error) {
      if (error) return;
      self->too_late = true;
      ::kill(self->pid, SIGKILL);
    });
  }

  void read() {
    pipe.async_read_some(boost::asio::buffer(piece), [self = shared_from_this()](const auto& error, std::size_t count) {
      self->text.append(self->piece.data(), count);
      if (!error && self->text.size() <= kMostSaid) return self->read();
      self->end();
    });
  }

  /// The pipe has ended, so the child has, or is about to.
  void end() {
    patience.cancel();
    ::kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    done(too_late || text.empty() ? std::nullopt : std::optional(std::move(text)));
  }

  boost::asio::posix::stream_descriptor pipe;
  boost::asio::steady_timer patience;
  std::array<char, 4096> piece{};
  std::string text;
  std::function<void(std::optional<std::string>)> done;
  pid_t pid = -1;
  bool too_late = false;
};

}  // namespace

bool run_apart(boost::asio::io_context& loop, const std::function<std::string()>& work, std::chrono::milliseconds patience,
               std::function<void(std::optional<std::string>)> done) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  const pid_t child = fork();
  if (child == 0) run_child(ends[1], work);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return false;
  }
  auto apart = std::make_shared<Apart>(loop);
  apart->pid = child;
  apart->done = std::move(done);
  apart->pipe.assign(ends[0]);
  apart->begin(patience);
  return true;
}

}  // namespace drawbridge::server
