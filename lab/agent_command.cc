#include "lab/agent_command.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/text.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

/// The child's side: never returns.
[[noreturn]] void become(const Request& request, int in, int out, int err) {
  setsid();
  if (request.terminal) ioctl(in, TIOCSCTTY, 0);
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  clearenv();
  for (const auto& [name, value] : request.environment) setenv(name.c_str(), value.c_str(), 1);
  prefer_own_program();
  if (chdir(request.folder.c_str()) != 0 && chdir("/") != 0) _exit(126);
  exec_words(request.words);
  const int why = errno;
  const std::string text = "lab: " + request.words[0] + (why == ENOENT ? ": no such command\n" : ": can't be run\n");
  const auto told = write(2, text.data(), text.size());
  _exit(why == ENOENT ? 127 : 126 + static_cast<int>(told * 0));
}

struct Ends {
  OwnedFd child_in, child_out, child_err, input, output, error_output;
};

Result<Ends> terminal_ends(const Request& request) {
  OwnedFd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master.is_open() || grantpt(master.get()) != 0 || unlockpt(master.get()) != 0) return fail_errno(errno, "open a terminal");
  std::array<char, 64> name{};
  if (ptsname_r(master.get(), name.data(), name.size()) != 0) return fail_errno(errno, "name of the terminal");
  OwnedFd slave(open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave.is_open()) return fail_errno(errno, name.data());
  winsize size{};
  size.ws_row = static_cast<unsigned short>(request.rows);
  size.ws_col = static_cast<unsigned short>(request.columns);
  ioctl(slave.get(), TIOCSWINSZ, &size);
  OwnedFd out(fcntl(slave.get(), F_DUPFD_CLOEXEC, 3)), err(fcntl(slave.get(), F_DUPFD_CLOEXEC, 3));
  OwnedFd read_end(fcntl(master.get(), F_DUPFD_CLOEXEC, 3));
  return Ends{std::move(slave), std::move(out), std::move(err), std::move(master), std::move(read_end), OwnedFd()};
}

Result<Ends> pipe_ends() {
  FdPair in = TRY(make_pipe());
  FdPair out = TRY(make_pipe());
  FdPair err = TRY(make_pipe());
  return Ends{std::move(in.first),  std::move(out.second), std::move(err.second),
              std::move(in.second), std::move(out.first),  std::move(err.first)};
}

}  // namespace

Result<AgentCommand> AgentCommand::start(const Request& request) {
  if (request.words.empty()) return fail(Errc::invalid_input, "no command");
  Ends ends = TRY(request.terminal ? terminal_ends(request) : pipe_ends());
  AgentCommand command;
  command.terminal_ = request.terminal;
  command.pid_ = fork();
  if (command.pid_ < 0) return fail_errno(errno, "fork");
  if (command.pid_ == 0) become(request, ends.child_in.get(), ends.child_out.get(), ends.child_err.get());
  command.input_ = std::move(ends.input);
  command.output_ = std::move(ends.output);
  command.error_output_ = std::move(ends.error_output);
  for (const OwnedFd* fd : {&command.input_, &command.output_, &command.error_output_}) {
    if (fd->is_open()) set_nonblocking(fd->get());
  }
  return command;
}

void AgentCommand::take(const Frame& frame, const Send& send) {
  switch (frame.kind) {
    case FrameKind::input: waiting_input_ += frame.body; break;
    case FrameKind::input_end: input_ended_ = true; break;
    case FrameKind::credit: credit_ += parse_number<std::size_t>(frame.body).value_or(0); break;
    case FrameKind::kill: kill_all(); break;
    case FrameKind::resize: {
      const auto words = split_words(frame.body);
      winsize size{};
      if (words.size() == 2 && terminal_) {
        size.ws_row = parse_number<unsigned short>(words[0]).value_or(24);
        size.ws_col = parse_number<unsigned short>(words[1]).value_or(80);
        ioctl(input_.get(), TIOCSWINSZ, &size);
      }
      break;
    }
    default: break;
  }
  write_input(send);
}

void AgentCommand::add_wanted(std::vector<pollfd>& polled) const {
  const short reading = credit_ > 0 ? POLLIN : 0;
  // A descriptor without wanted events would still report its end again and again: -1 leaves it out.
  polled.push_back({credit_ > 0 ? output_.get() : -1, reading, 0});
  polled.push_back({credit_ > 0 ? error_output_.get() : -1, reading, 0});
  polled.push_back({waiting_input_.empty() ? -1 : input_.get(), POLLOUT, 0});
}

void AgentCommand::act(const std::vector<pollfd>& polled, const Send& send) {
  for (const pollfd& one : polled) {
    if (one.revents == 0 || one.fd < 0) continue;
    if (one.fd == output_.get())
      read_output(output_, FrameKind::output, send);
    else if (one.fd == error_output_.get())
      read_output(error_output_, FrameKind::error_output, send);
    else if (one.fd == input_.get())
      write_input(send);
  }
  if (status_) tell_end(send);
}

void AgentCommand::kill_all() const {
  if (!status_) ::kill(-pid_, SIGKILL);
}

void AgentCommand::write_input(const Send& send) {
  if (!waiting_input_.empty() && input_.is_open()) {
    const ssize_t written = write(input_.get(), waiting_input_.data(), waiting_input_.size());
    if (written > 0) {
      waiting_input_.erase(0, static_cast<std::size_t>(written));
      send(FrameKind::credit, std::to_string(written));
    } else if (errno != EAGAIN && errno != EINTR) {
      input_.reset();
    }
  }
  if (!input_.is_open()) {
    if (!waiting_input_.empty()) send(FrameKind::credit, std::to_string(waiting_input_.size()));
    waiting_input_.clear();
  }
  if (input_ended_ && waiting_input_.empty() && input_.is_open() && !terminal_) input_.reset();
}

void AgentCommand::read_output(OwnedFd& fd, FrameKind kind, const Send& send) {
  std::string bytes;
  if (!read_some(fd.get(), bytes, std::min<std::size_t>(credit_, 32768))) fd.reset();
  if (bytes.empty()) return;
  credit_ -= bytes.size();
  send(kind, std::move(bytes));
}

void AgentCommand::tell_end(const Send& send) {
  // What is in the pipes now is the command's; what a process that it left behind writes later is nobody's.
  struct Source {
    OwnedFd* fd;
    FrameKind kind;
  };
  for (const Source& source : {Source{&output_, FrameKind::output}, Source{&error_output_, FrameKind::error_output}}) {
    while (source.fd->is_open()) {
      if (credit_ == 0) return;
      const std::size_t before = credit_;
      read_output(*source.fd, source.kind, send);
      if (credit_ == before) break;
    }
  }
  send(FrameKind::ended, std::to_string(*status_));
  over_ = true;
}

}  // namespace drawbridge::lab
