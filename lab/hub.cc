#include "lab/hub.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/channel.h"
#include "lab/initramfs.h"
#include "lab/request.h"
#include "lab/subprocess.h"
#include "lab/world.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kConsoleKept = 8192;
constexpr std::size_t kMostClients = 128;
/// With KVM a kernel is up in a second or two. What takes longer is an accelerator that does not work.
constexpr std::chrono::seconds kKvmLimit{8};
constexpr std::string_view kKvmFailure = "KVM internal error";
/// What `wanted` puts before the clients.
constexpr std::size_t kFixedPolled = 5;
/// The stream on which the machine holds the world of `lab up SCENARIO`.
constexpr std::uint32_t kHolder = 1;

struct Client {
  Channel channel;
  bool is_first = false;
};

/// Which client's stream a stream of the machine is.
struct Route {
  std::uint32_t client = 0;
  std::uint32_t stream = 0;
};

class Hub {
 public:
  explicit Hub(HubPlan plan) : plan_(std::move(plan)), began_(Clock::now()) {
    if (plan_.first.is_open()) clients_.emplace(next_client_++, Client{Channel(std::move(plan_.first)), true});
    if (plan_.lifetime) ends_ = began_ + *plan_.lifetime;
  }

  int run() {
    auto begun = plan_.virtual_machine ? boot() : hold_world();
    if (!begun) return give_up(begun.error().what + (begun.error().hint.empty() ? "" : "; " + begun.error().hint));
    while (!over_) step();
    end_machine();
    return exit_;
  }

 private:
  Result<void> boot();
  Result<void> boot_with(Accelerator accelerator);
  bool trusts_accelerator() const { return plan_.accelerator || accelerator_ == Accelerator::tcg || ready_; }
  void fall_back();
  Result<void> hold_world();
  void step();
  std::vector<pollfd> wanted();
  Clock::time_point boot_deadline() const;
  int milliseconds_left() const;
  void check_clock();
  void serve_machine();
  void take_from_machine(const Frame& frame);
  void take_from_holder(const Frame& frame);
  void serve_console();
  void accept_client();
  void serve_client(std::uint32_t id);
  void take_from_client(std::uint32_t id, Client& client, const Frame& frame);
  void lose_client(std::uint32_t id);
  void become_ready();
  void start_holder();
  int give_up(const std::string& why);
  void end_machine();
  std::string console_tail() const;

  HubPlan plan_;
  Clock::time_point began_;
  std::optional<Clock::time_point> ends_;
  MachinePlan machine_plan_;
  Accelerator accelerator_ = Accelerator::tcg;
  Clock::time_point boot_began_;
  Machine machine_;
  Channel agent_{OwnedFd()};
  World world_;
  LabState state_;
  std::string console_, holder_said_;
  std::map<std::uint32_t, Client> clients_;
  std::map<std::uint32_t, Route> routes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> streams_;
  std::uint32_t next_client_ = 1;
  std::uint32_t next_stream_ = kHolder + 1;
  bool ready_ = false, over_ = false;
  int exit_ = 0;
};

Result<void> Hub::boot() {
  const auto found = plan_.accelerator ? *plan_.accelerator : probe_accelerator();
  state_.why = found == Accelerator::kvm ? "KVM" : "emulation: KVM does not work here";
  if (plan_.accelerator) state_.why = found == Accelerator::kvm ? "KVM, as asked" : "emulation, as asked";
  machine_plan_.processors = plan_.processors;
  machine_plan_.kernel = TRY(choose_kernel());
  machine_plan_.initramfs = TRY(initramfs_for(machine_plan_.kernel, "'" + own_path() + "' lab agent"));
  return boot_with(found);
}

Result<void> Hub::boot_with(Accelerator accelerator) {
  accelerator_ = accelerator;
  machine_plan_.accelerator = accelerator;
  machine_ = TRY(start_machine(machine_plan_));
  agent_ = Channel(std::move(machine_.channel));
  boot_began_ = Clock::now();
  return {};
}

/// KVM passed the probe and failed the kernel: once more by emulation.
void Hub::fall_back() {
  say("KVM does not run the kernel here; going on by emulation");
  remember_accelerator(Accelerator::tcg);
  end_machine();
  console_.clear();
  state_.why = "emulation: KVM does not work here";
  auto begun = boot_with(Accelerator::tcg);
  if (!begun) give_up(begun.error().what);
}

Result<void> Hub::hold_world() {
  world_ = TRY(start_world(plan_.scenario));
  utsname system{};
  uname(&system);
  state_ = LabState{false, system.release, plan_.why, plan_.scenario, world_.pid, 0};
  become_ready();
  return {};
}

std::vector<pollfd> Hub::wanted() {
  std::vector<pollfd> polled{pollfd{plan_.listener.get(), POLLIN, 0}, pollfd{plan_.watched.get(), POLLIN, 0},
                             pollfd{machine_.console.get(), POLLIN, 0}, pollfd{world_.alive.get(), POLLIN, 0}};
  polled.push_back(agent_.is_open() ? agent_.wanted() : pollfd{-1, 0, 0});
  for (const auto& [id, client] : clients_) polled.push_back(client.channel.wanted());
  return polled;
}

Clock::time_point Hub::boot_deadline() const {
  return boot_began_ + (trusts_accelerator() ? Clock::duration(plan_.boot_limit) : kKvmLimit);
}

int Hub::milliseconds_left() const {
  auto next = ends_;
  if (!ready_) next = std::min(next.value_or(boot_deadline()), boot_deadline());
  if (!next) return -1;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*next - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left + 1, 0, 3600000));
}

void Hub::check_clock() {
  const auto now = Clock::now();
  if (!trusts_accelerator() && (now >= boot_deadline() || console_.find(kKvmFailure) != std::string::npos)) return fall_back();
  if (!ready_ && now >= boot_deadline()) {
    give_up(fmt::format("the machine's kernel has not come up within {} s; its console said last:\n{}", plan_.boot_limit.count(),
                        console_tail()));
  } else if (ends_ && now >= *ends_) {
    over_ = true;
  }
}

void Hub::step() {
  std::vector<pollfd> polled = wanted();
  poll(polled.data(), polled.size(), milliseconds_left());
  if (polled[1].revents != 0) over_ = true;
  if (polled[2].revents != 0) serve_console();
  if (polled[3].revents != 0) give_up("the world has ended");
  if (polled[4].revents != 0) serve_machine();
  std::vector<std::uint32_t> active;
  std::size_t at = kFixedPolled;
  for (const auto& [id, client] : clients_) {
    if (polled[at].revents != 0) active.push_back(id);
    ++at;
  }
  for (const std::uint32_t id : active) serve_client(id);
  if (polled[0].revents != 0) accept_client();
  check_clock();
}

void Hub::serve_console() {
  if (!read_some(machine_.console.get(), console_)) machine_.console.reset();
  if (console_.size() > 2 * kConsoleKept) console_.erase(0, console_.size() - kConsoleKept);
}

void Hub::serve_machine() {
  for (const Frame& frame : agent_.pump()) take_from_machine(frame);
  if (agent_.is_open() || over_) return;
  if (!trusts_accelerator()) return fall_back();
  // QEMU is gone. Its last words may still be on their way.
  while (machine_.console.is_open()) {
    pollfd last{machine_.console.get(), POLLIN, 0};
    if (poll(&last, 1, 200) <= 0) break;
    serve_console();
  }
  const std::string when = ready_ ? "the machine has ended" : "the machine ended before it was up";
  give_up(when + "; its console said last:\n" + console_tail());
}

void Hub::take_from_machine(const Frame& frame) {
  if (frame.stream == 0 && frame.kind == FrameKind::hello) {
    state_.kernel = parse_state(frame.body).value_or(LabState{}).kernel;
    state_.virtual_machine = true;
    if (plan_.scenario.empty())
      become_ready();
    else
      start_holder();
    return;
  }
  if (frame.stream == kHolder) return take_from_holder(frame);
  const auto route = routes_.find(frame.stream);
  if (route == routes_.end()) return;
  const auto client = clients_.find(route->second.client);
  if (client != clients_.end()) client->second.channel.send(Frame{route->second.stream, frame.kind, frame.body});
  if (frame.kind == FrameKind::ended || frame.kind == FrameKind::failed) {
    streams_.erase({route->second.client, route->second.stream});
    routes_.erase(route);
  }
}

void Hub::start_holder() {
  Request request;
  request.words = {own_path(), "lab", "up", "--native", "--name", "held", "--announce", plan_.scenario};
  request.environment = own_environment();
  agent_.send(Frame{kHolder, FrameKind::start, format_request(request)});
}

void Hub::take_from_holder(const Frame& frame) {
  if (frame.kind == FrameKind::output && !ready_ && frame.body.find("up\n") != std::string::npos) {
    state_.scenario = plan_.scenario;
    become_ready();
  }
  if (frame.kind == FrameKind::error_output) holder_said_ += frame.body;
  if (frame.kind == FrameKind::ended || frame.kind == FrameKind::failed) {
    give_up("the world could not be held: " + holder_said_ + (frame.kind == FrameKind::failed ? frame.body : ""));
  }
}

void Hub::become_ready() {
  ready_ = true;
  state_.boot_seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  for (auto& [id, client] : clients_) client.channel.send(Frame{0, FrameKind::hello, format_state(state_)});
  if (plan_.announce) {
    std::puts("up");
    std::fflush(stdout);
  }
  if (!plan_.quiet_when_up) return;
  const OwnedFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {0, 1, 2}) dup2(nothing.get(), stream);
}

void Hub::accept_client() {
  OwnedFd fd(accept4(plan_.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd.is_open() || clients_.size() >= kMostClients) return;
  // An abstract address has no file permissions: only this user and root may come in.
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || (peer.uid != getuid() && peer.uid != 0)) return;
  Client client{Channel(std::move(fd)), false};
  if (ready_) client.channel.send(Frame{0, FrameKind::hello, format_state(state_)});
  clients_.emplace(next_client_++, std::move(client));
}

void Hub::serve_client(std::uint32_t id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  for (const Frame& frame : found->second.channel.pump()) take_from_client(id, found->second, frame);
  if (!found->second.channel.is_open()) lose_client(id);
}

void Hub::take_from_client(std::uint32_t id, Client& client, const Frame& frame) {
  if (frame.kind == FrameKind::stop) {
    over_ = true;
    return;
  }
  const auto known = streams_.find({id, frame.stream});
  std::uint32_t stream = known == streams_.end() ? 0 : known->second;
  if (frame.kind == FrameKind::start) {
    if (stream != 0 || !agent_.is_open())
      return client.channel.send(Frame{frame.stream, FrameKind::failed, "this lab runs no commands for others"});
    stream = next_stream_++;
    streams_[{id, frame.stream}] = stream;
    routes_[stream] = Route{id, frame.stream};
  }
  if (stream != 0) agent_.send(Frame{stream, frame.kind, frame.body});
}

void Hub::lose_client(std::uint32_t id) {
  const auto found = clients_.find(id);
  if (found->second.is_first && plan_.ends_with_first) over_ = true;
  clients_.erase(found);
  for (const auto& [stream, route] : routes_) {
    if (route.client == id) agent_.send(Frame{stream, FrameKind::kill, ""});
  }
}

int Hub::give_up(const std::string& why) {
  if (over_) return exit_;
  for (auto& [id, client] : clients_) client.channel.send(Frame{0, FrameKind::failed, why});
  for (auto& [id, client] : clients_) flush_channel(client.channel, 1000);
  if (clients_.empty()) say(why);
  over_ = true;
  exit_ = 4;
  return exit_;
}

void Hub::end_machine() {
  for (const pid_t pid : {machine_.pid, world_.pid}) {
    if (pid <= 0) continue;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  machine_.pid = world_.pid = 0;
}

std::string Hub::console_tail() const {
  std::string tail = console_;
  std::erase(tail, '\r');
  const auto lines = split(tail, '\n');
  std::string text;
  for (std::size_t i = lines.size() > 20 ? lines.size() - 20 : 0; i < lines.size(); ++i) {
    if (!trim(lines[i]).empty()) text += "  " + printable(lines[i], 200) + "\n";
  }
  return text.empty() ? "  (nothing)\n" : text;
}

}  // namespace

int run_hub(HubPlan plan) {
  std::signal(SIGPIPE, SIG_IGN);
  Hub hub(std::move(plan));
  return hub.run();
}

}  // namespace drawbridge::lab
