#include "lab/flow.h"

#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "lab/probe_sockets.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint16_t kPort = 5201;
/// Ports that a flow is sent from: enough for a bond of any size to use every link, whatever it hashes.
constexpr std::size_t kSubflows = 16;

struct Payload {
  std::uint32_t flow = 0;
  std::uint32_t number = 0;
};

int family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

class RunningFlow {
 public:
  RunningFlow(const Flow& flow, std::uint32_t id) : id_(id) { seen_.flow = flow; }

  Result<void> open() {
    for (std::size_t i = 0; i < kSubflows; ++i)
      fds_.push_back(TRY(socket_in(seen_.flow.from, family_of(seen_.flow.target), SOCK_DGRAM, 0)));
    return {};
  }

  void send_next(milliseconds when) {
    const SocketAddress target = socket_address(seen_.flow.target, kPort);
    const Payload payload{id_, static_cast<std::uint32_t>(probes_.size())};
    // What can't be sent is lost like all else.
    static_cast<void>(sendto(fds_[probes_.size() % kSubflows].get(), &payload, sizeof payload, 0, target.get(), target.length));
    probes_.push_back(SentProbe{when, false});
  }

  void take_answers(int fd) {
    Payload payload;
    while (recv(fd, &payload, sizeof payload, 0) == static_cast<ssize_t>(sizeof payload)) {
      if (payload.flow == id_ && payload.number < probes_.size()) probes_[payload.number].answered = true;
    }
  }

  void add_polled(std::vector<pollfd>& polled) const {
    for (const OwnedFd& fd : fds_) polled.push_back({fd.get(), POLLIN, 0});
  }

  /// Nothing was lost for three seconds, as long as LACP takes to let go of a silent partner: a bond that has just come up may still
  /// choose anew. What is on its way is not lost.
  bool is_steady() const {
    constexpr std::ptrdiff_t kWatched = 150, kOnTheirWay = 2;
    if (std::ssize(probes_) < kWatched + kOnTheirWay) return false;
    return std::all_of(probes_.end() - (kWatched + kOnTheirWay), probes_.end() - kOnTheirWay,
                       [](const SentProbe& probe) { return probe.answered; });
  }
  bool all_answered() const {
    return std::all_of(probes_.begin() + static_cast<std::ptrdiff_t>(first_), probes_.end(), [](const SentProbe& p) { return p.answered; });
  }
  /// What was sent before this counts no more.
  void begin_counting(bool steady) {
    first_ = probes_.size();
    seen_.steady = steady;
  }

  FlowSeen result(milliseconds between) {
    const std::vector<SentProbe> counted(probes_.begin() + static_cast<std::ptrdiff_t>(first_), probes_.end());
    seen_.sent = counted.size();
    seen_.lost = static_cast<std::size_t>(std::count_if(counted.begin(), counted.end(), [](const SentProbe& p) { return !p.answered; }));
    seen_.outage = outage_of(counted, between);
    return seen_;
  }

 private:
  FlowSeen seen_;
  std::uint32_t id_;
  std::size_t first_ = 0;
  std::vector<OwnedFd> fds_;
  std::vector<SentProbe> probes_;
};

class FlowRun {
 public:
  explicit FlowRun(const FlowTimes& times) : times_(times), began_(Clock::now()), next_(began_) {}

  Result<void> open(const std::vector<Flow>& flows) {
    for (const Flow& flow : flows) {
      flows_.emplace_back(flow, static_cast<std::uint32_t>(flows_.size()));
      TRY_VOID(flows_.back().open());
      TRY_VOID(serve(flow));
    }
    for (const RunningFlow& flow : flows_) flow.add_polled(polled_);
    for (const auto& [who, fd] : servers_) polled_.push_back({fd.get(), POLLIN, 0});
    return {};
  }

  /// Sends and answers until `enough` or for as long as that.
  template <class Enough>
  void flow_for(milliseconds time, bool sending, const Enough& enough) {
    const auto end = Clock::now() + time;
    while (Clock::now() < end && !enough()) {
      const auto now = Clock::now();
      if (sending && now >= next_) {
        const auto when = std::chrono::duration_cast<milliseconds>(now - began_);
        for (RunningFlow& flow : flows_) flow.send_next(when);
        next_ = std::max(next_ + times_.between, now);
      }
      step(sending ? next_ : end);
    }
  }
  void flow_for(milliseconds time) {
    flow_for(time, true, [] { return false; });
  }

  void wait_until_steady() {
    flow_for(times_.settle, true, [&] { return steady(); });
    for (RunningFlow& flow : flows_) flow.begin_counting(flow.is_steady());
  }
  bool steady() const {
    return std::all_of(flows_.begin(), flows_.end(), [](const RunningFlow& flow) { return flow.is_steady(); });
  }
  void await_last_answers() {
    flow_for(times_.linger, false,
             [&] { return std::all_of(flows_.begin(), flows_.end(), [](const RunningFlow& flow) { return flow.all_answered(); }); });
  }

  std::vector<FlowSeen> results() {
    std::vector<FlowSeen> all;
    for (RunningFlow& flow : flows_) all.push_back(flow.result(times_.between));
    return all;
  }

 private:
  Result<void> serve(const Flow& flow) {
    OwnedFd& fd = servers_[{flow.to, flow.target.family}];
    if (fd.is_open()) return {};
    fd = TRY(socket_in(flow.to, family_of(flow.target), SOCK_DGRAM, 0));
    const int on = 1;
    if (flow.target.is_v6()) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    IpAddress any;
    any.family = flow.target.family;
    const SocketAddress where = socket_address(any, kPort);
    if (bind(fd.get(), where.get(), where.length) != 0) return fail_errno(errno, "answer flows in " + flow.to);
    return {};
  }

  void step(Clock::time_point until) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    poll(polled_.data(), polled_.size(), static_cast<int>(std::clamp<long>(left, 0, 50)));
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].revents == 0) continue;
      if (i < flows_.size() * kSubflows)
        flows_[i / kSubflows].take_answers(polled_[i].fd);
      else
        echo(polled_[i].fd);
    }
  }

  static void echo(int fd) {
    Payload payload;
    while (true) {
      SocketAddress from;
      from.length = sizeof from.storage;
      const ssize_t got = recvfrom(fd, &payload, sizeof payload, 0, reinterpret_cast<sockaddr*>(&from.storage), &from.length);
      if (got != static_cast<ssize_t>(sizeof payload)) return;
      sendto(fd, &payload, sizeof payload, 0, from.get(), from.length);
    }
  }

  FlowTimes times_;
  Clock::time_point began_, next_;
  std::vector<RunningFlow> flows_;
  std::map<std::pair<std::string, Family>, OwnedFd> servers_;
  std::vector<pollfd> polled_;
};

}  // namespace

milliseconds outage_of(const std::vector<SentProbe>& probes, milliseconds between) {
  const auto lost = [](const SentProbe& probe) { return !probe.answered; };
  const auto first = std::find_if(probes.begin(), probes.end(), lost);
  if (first == probes.end()) return milliseconds(0);
  const auto after_last = std::find_if(probes.rbegin(), probes.rend(), lost).base();
  const milliseconds end = after_last == probes.end() ? probes.back().when + between : after_last->when;
  return end - first->when;
}

Result<std::vector<FlowSeen>> run_flows(const std::vector<Flow>& flows, milliseconds watched, const std::function<Result<void>()>& steady,
                                        const std::function<Result<void>()>& change, const FlowTimes& times) {
  FlowRun run(times);
  TRY_VOID(run.open(flows));
  run.wait_until_steady();
  TRY_VOID(steady());
  run.flow_for(times.before);
  TRY_VOID(change());
  run.flow_for(watched);
  run.await_last_answers();
  return run.results();
}

bool as_expected(const FlowSeen& seen) { return seen.steady && seen.sent > 0 && seen.outage <= seen.flow.outage; }

}  // namespace drawbridge::lab
