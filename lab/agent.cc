#include "lab/agent.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>

#include "lab/agent_command.h"
#include "lab/cache_folder.h"
#include "lab/channel.h"
#include "lab/request.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

constexpr std::size_t kMostCommands = 256;

class Agent {
 public:
  Agent(OwnedFd port, OwnedFd signals) : channel_(std::move(port)), signals_(std::move(signals)) {}

  void serve() {
    while (channel_.is_open()) {
      std::vector<pollfd> polled{channel_.wanted(), pollfd{signals_.get(), POLLIN, 0}};
      for (const auto& [stream, command] : commands_) command.add_wanted(polled);
      poll(polled.data(), polled.size(), -1);
      if (polled[1].revents != 0) reap();
      for (auto& [stream, command] : commands_) command.act(polled, sender(stream));
      if (polled[0].revents != 0) {
        for (const Frame& frame : channel_.pump()) take(frame);
      }
      std::erase_if(commands_, [](const auto& entry) { return entry.second.is_over(); });
    }
  }

  void greet() {
    utsname system{};
    uname(&system);
    channel_.send(Frame{0, FrameKind::hello, format_state(LabState{true, system.release, "", "", 0, 0})});
  }

 private:
  AgentCommand::Send sender(std::uint32_t stream) {
    return [this, stream](FrameKind kind, std::string body) { channel_.send(Frame{stream, kind, std::move(body)}); };
  }

  void take(const Frame& frame) {
    if (frame.kind == FrameKind::start) return start(frame);
    const auto found = commands_.find(frame.stream);
    if (found != commands_.end()) found->second.take(frame, sender(frame.stream));
  }

  void start(const Frame& frame) {
    auto request = parse_request(frame.body);
    if (!request) return refuse(frame.stream, request.error().what);
    if (commands_.size() >= kMostCommands || commands_.contains(frame.stream)) return refuse(frame.stream, "too many commands at once");
    auto command = AgentCommand::start(*request);
    if (!command) return refuse(frame.stream, command.error().what);
    commands_.emplace(frame.stream, std::move(*command));
  }

  void refuse(std::uint32_t stream, const std::string& why) { channel_.send(Frame{stream, FrameKind::failed, why}); }

  void reap() {
    signalfd_siginfo ignored{};
    while (read(signals_.get(), &ignored, sizeof ignored) > 0) {
    }
    int status = 0;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
      for (auto& [stream, command] : commands_) {
        if (command.pid() == pid) command.note_end(shell_status(status));
      }
    }
  }

  Channel channel_;
  OwnedFd signals_;
  std::map<std::uint32_t, AgentCommand> commands_;
};

/// The device of the port with our name; the machine has no udev that would link it.
OwnedFd open_port() {
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/virtio-ports", problem)) {
    const std::string name = read_whole_file(entry.path().string() + "/name").value_or("");
    if (name.starts_with("drawbridge.lab")) return OwnedFd(open(("/dev/" + entry.path().filename().string()).c_str(), O_RDWR | O_CLOEXEC));
  }
  return OwnedFd();
}

OwnedFd child_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return OwnedFd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

int run_agent() {
  std::signal(SIGPIPE, SIG_IGN);
  if (getpid() == 1) {
    const std::string host = "lab";
    static_cast<void>(sethostname(host.data(), host.size()));
    offer_own_program();
  }
  OwnedFd port = open_port();
  if (!port.is_open()) {
    say("agent: this is not the inside of a lab: there is no port \"drawbridge.lab\"");
    return 4;
  }
  Agent agent(std::move(port), child_signals());
  agent.greet();
  agent.serve();
  if (getpid() == 1) reboot(RB_POWER_OFF);
  return 0;
}

}  // namespace drawbridge::lab
