#include "server/command_runner.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>

#include "server/spawn.h"

namespace drawbridge::server {
namespace {

using boost::asio::posix::stream_descriptor;

constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kMostOutput = 32 * 1024 * 1024;
constexpr std::size_t kMostWords = 64 * 1024;  ///< of standard error
constexpr int kInternalError = 70;             // EX_SOFTWARE
constexpr int kTryLater = 75;                  // EX_TEMPFAIL

/// One of the child's streams, read to its end.
struct Collected {
  explicit Collected(boost::asio::io_context& loop) : pipe(loop) {}
  stream_descriptor pipe;
  std::array<char, 16 * 1024> piece{};
  std::string text;
};

}  // namespace

struct CommandRunner::Child : std::enable_shared_from_this<CommandRunner::Child> {
  Child(boost::asio::io_context& loop, Done on_end) : out(loop), err(loop), ended(loop), patience(loop), done(std::move(on_end)) {}

  void begin(pid_t process) {
    pid = process;
    read(out, kMostOutput);
    read(err, kMostWords);
    const auto self = shared_from_this();
    watch();
    patience.expires_after(kPatience);
    patience.async_wait([self](const auto& error) {
      if (!error) self->give_up("took longer than " + std::to_string(kPatience.count()) + " s");
    });
  }

  void watch() {
    ended.async_wait(stream_descriptor::wait_read, [self = shared_from_this()](const auto& error) {
      if (!error) self->take_end();
    });
  }

  void read(Collected& stream, std::size_t most) {
    const auto self = shared_from_this();
    stream.pipe.async_read_some(boost::asio::buffer(stream.piece), [self, &stream, most](const auto& error, std::size_t count) {
      if (error) {
        self->open_streams -= 1;
        self->finish();
        return;
      }
      const bool fits = stream.text.size() + count <= most;
      if (fits) stream.text.append(stream.piece.data(), count);
      if (!fits && most == kMostOutput) self->give_up("printed too much");
      self->read(stream, most);
    });
  }

  void give_up(const std::string& why) {
    if (status >= 0) return;  // it has ended, and its number may be another's by now
    if (refused.empty()) refused = "the command " + why + " and was ended";
    ::kill(pid, SIGKILL);
  }

  void take_end() {
    const auto how = reap(pid);
    if (!how) return watch();
    status = *how;
    // A process that the command left behind, and that holds its streams, is not waited for.
    boost::system::error_code ignored;
    patience.expires_after(std::chrono::milliseconds(200));
    const auto self = shared_from_this();
    patience.async_wait([self](const auto& error) {
      if (error) return;
      boost::system::error_code closing;
      self->out.pipe.close(closing);
      self->err.pipe.close(closing);
    });
    finish();
  }

  void finish() {
    if (status < 0 || open_streams > 0 || !done) return;
    patience.cancel();
    const auto act = std::exchange(done, nullptr);
    act(refused.empty() ? api::Ran{status, std::move(out.text), std::move(err.text)} : api::Ran{kInternalError, "", refused});
  }

  Collected out;
  Collected err;
  stream_descriptor ended;
  boost::asio::steady_timer patience;
  Done done;
  pid_t pid = -1;
  int status = -1;
  int open_streams = 2;
  std::string refused;
};

std::vector<std::string> full_words(const World& world, const api::Words& words, bool json) {
  std::vector<std::string> all;
  if (json) all.emplace_back("--json");
  if (!world.root.empty()) all.insert(all.end(), {"--root", world.root});
  if (!world.node.empty()) all.insert(all.end(), {"--node", world.node});
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

std::vector<std::string> command_environment(const OnBehalf& behalf) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> environment{std::string("PATH=") + (path == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : path), "LC_ALL=C.UTF-8"};
  if (const char* service = std::getenv("DRAWBRIDGE_SERVICE")) environment.push_back(std::string("DRAWBRIDGE_SERVICE=") + service);
  if (!behalf.author.empty()) environment.push_back("DRAWBRIDGE_AUTHOR=" + behalf.author);
  if (!behalf.session.empty()) environment.push_back("SSH_CONNECTION=" + behalf.session);
  return environment;
}

CommandRunner::CommandRunner(boost::asio::io_context& loop, World world) : loop_(loop), world_(std::move(world)) {}
CommandRunner::~CommandRunner() { *alive_ = false; }

void CommandRunner::run(const api::Words& words, const OnBehalf& behalf, Done done) {
  if (running_ < kMostRunning) return start({words, behalf, std::move(done)});
  const auto theirs = std::ranges::count_if(waiting_, [&](const Waiting& each) { return each.behalf.author == behalf.author; });
  if (waiting_.size() >= kMostWaiting || static_cast<std::size_t>(theirs) >= kMostWaitingOfOne)
    return done({kTryLater, "", "too much is going on; try again"});
  waiting_.push_back({words, behalf, std::move(done)});
}

void CommandRunner::start(Waiting next) {
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool open = nothing >= 0 && ::pipe2(out, O_CLOEXEC) == 0 && ::pipe2(err, O_CLOEXEC) == 0;
  auto spawned =
      open ? spawn(world_.program, full_words(world_, next.words, true), command_environment(next.behalf), {nothing, out[1], err[1]}, false)
           : Result<Spawned>(fail(Errc::unavailable, "no descriptors are left"));
  for (const int ours : {nothing, out[1], err[1]})
    if (ours >= 0) ::close(ours);
  if (!spawned) {
    for (const int left : {out[0], err[0]})
      if (left >= 0) ::close(left);
    return next.done({kInternalError, "", spawned.error().what});
  }
  running_ += 1;
  auto child = std::make_shared<Child>(loop_, [this, alive = alive_, done = std::move(next.done)](api::Ran ran) {
    if (*alive) ended();
    done(std::move(ran));
  });
  child->out.pipe.assign(out[0]);
  child->err.pipe.assign(err[0]);
  child->ended.assign(spawned->ended);
  child->begin(spawned->pid);
}

void CommandRunner::ended() {
  running_ -= 1;
  if (waiting_.empty()) return;
  Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  start(std::move(next));
}

}  // namespace drawbridge::server
