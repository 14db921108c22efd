// A guest's device is there; how long until it is wired, limited and up? Three sides take turns on one kernel, in a network namespace of
// its own: Drawbridge (plan and operations, from a snapshot that a service holds), the same steps as `ip`, `bridge` and `tc` commands,
// and the fewest netlink messages in one batch, made beforehand. Usage: bench_port [other ports] [rounds] [rate in bytes/s]
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "guest/plan_port.h"
#include "kernel/rate_limit.h"
#include "kernel/rtnetlink.h"

extern char** environ;

namespace {

using namespace drawbridge;
using Clock = std::chrono::steady_clock;

constexpr const char* kDevice = "tap100i0";

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

void must(kernel::Rtnetlink& kernel, std::span<const network::Operation> operations) {
  if (const auto ran = kernel.execute(operations); ran.error) stop(ran.error->what);
}

/// As a hypervisor leaves it.
void make_device(kernel::Rtnetlink& kernel, const std::string& name, const std::string& peer) {
  const network::Operation make = network::CreateLink{name, "veth", {}, {}, {}, peer};
  must(kernel, {&make, 1});
}

void make_node(kernel::Rtnetlink& kernel, int others) {
  std::vector<network::Operation> operations{network::CreateLink{"vmbr0", "bridge", {}, {}, {}, ""}, network::SetUp{"vmbr0", true}};
  for (int i = 0; i < others; ++i) {
    const auto name = "tap" + std::to_string(1000 + i) + "i0";
    operations.emplace_back(network::CreateLink{name, "veth", {}, {}, {}, "p" + std::to_string(i)});
    operations.emplace_back(network::SetMaster{name, "vmbr0"});
    operations.emplace_back(network::SetUp{name, true});
  }
  must(kernel, operations);
}

void spawn(std::vector<const char*> words) {
  words.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  if (posix_spawnp(&child, words.front(), nullptr, nullptr, const_cast<char**>(words.data()), environ) != 0) stop("can't start ip");
  if (waitpid(child, &status, 0) < 0 || status != 0) stop(std::string(words.front()) + " " + words[1] + " failed");
}

void by_commands(const std::string& rate) {
  spawn({"ip", "link", "set", kDevice, "mtu", "1500"});
  spawn({"ip", "link", "set", kDevice, "master", "vmbr0"});
  spawn({"sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/tap100i0/disable_ipv6"});
  if (rate != "0bps") {
    spawn({"tc", "qdisc", "add", "dev", kDevice, "root", "handle", "1:", "htb", "default", "1"});
    spawn({"tc", "class", "add", "dev", kDevice, "parent", "1:", "classid", "1:1", "htb", "rate", rate.c_str(), "burst", "1048576b",
           "quantum", "200000"});
  }
  spawn({"bridge", "link", "set", "dev", kDevice, "isolated", "off", "learning", "on", "flood", "on"});
  spawn({"ip", "link", "set", kDevice, "up"});
}

/// The fewest messages: master, MTU and up travel in one.
void by_batch(kernel::Socket& socket, std::uint32_t bridge, std::uint64_t rate) {
  const auto index = if_nametoindex(kDevice);
  const int file = open("/proc/sys/net/ipv6/conf/tap100i0/disable_ipv6", O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, "1", 1) != 1) stop("can't turn IPv6 off");
  close(file);
  std::vector<std::uint8_t> bytes;
  std::size_t count = 0;
  const auto first = socket.next_sequence();
  const auto add = [&](kernel::Message message) {
    const auto finished = message.finish(count == 0 ? first : socket.next_sequence());
    bytes.insert(bytes.end(), finished.begin(), finished.end());
    ++count;
  };
  auto limit = kernel::encode_rate_limit({kDevice, {rate, 0}}, index).value();
  for (auto& request : limit)
    if (request.no_errors.size() < 2) add(std::move(request.message));  // nothing to take away
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(index);
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  kernel::Message link(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, header);
  link.put_u32(IFLA_MTU, 1500);
  link.put_u32(IFLA_MASTER, bridge);
  add(std::move(link));
  if (!socket.send(bytes)) stop("can't send");
  const auto acks = socket.acknowledgements(first, count);
  if (!acks) stop("no answer");
  for (const auto& ack : *acks)
    if (ack.os_errno != 0) stop("refused: " + ack.text);
}

/// Milliseconds.
double time_of(const std::function<void()>& action) {
  const auto begin = Clock::now();
  action();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void print(const char* side, std::vector<double> samples) {
  std::ranges::sort(samples);
  const auto at = [&](double part) { return samples[static_cast<std::size_t>(part * static_cast<double>(samples.size() - 1))]; };
  std::printf("  %-34s p50 %8.3f ms   p99 %8.3f ms\n", side, at(0.5), at(0.99));
}

struct Sides {
  std::vector<double> plan, ours, with_index, with_dump, commands, batch;
};

void one_round(kernel::Rtnetlink& kernel, kernel::Socket& socket, const guest::BridgePolicies& policies, const guest::Nic& nic,
               Sides& sides, bool commands) {
  const auto rate = nic.rate ? nic.rate->bytes_per_second : 0;
  const auto fresh = [&](const std::function<double()>& timed) {
    make_device(kernel, kDevice, "inside");
    const double time = timed();
    const network::Operation remove = network::DeleteLink{kDevice};
    must(kernel, {&remove, 1});
    return time;
  };
  // The policer is left out: kernels exist that are built without it.
  const auto wire = [&](const guest::NodeNetwork& node) {
    auto wiring = std::get<guest::Wiring>(guest::port_of(nic, 100, {}, node).value());
    wiring.desired.links.at(kDevice).rate->value.ingress = 0;
    std::vector<network::Operation> operations;
    for (auto& planned : guest::plan_port(wiring, node).operations) operations.push_back(std::move(planned.operation));
    must(kernel, operations);
  };
  sides.plan.push_back(fresh([&] {
    const auto now = kernel.snapshot().value();
    const guest::NodeNetwork node(now, policies);
    return time_of([&] { guest::plan_port(std::get<guest::Wiring>(guest::port_of(nic, 100, {}, node).value()), node); });
  }));
  sides.ours.push_back(fresh([&] {
    const auto now = kernel.snapshot().value();
    const guest::NodeNetwork node(now, policies);
    return time_of([&] { wire(node); });
  }));
  sides.with_index.push_back(fresh([&] {
    const auto now = kernel.snapshot().value();
    return time_of([&] { wire(guest::NodeNetwork(now, policies)); });
  }));
  sides.with_dump.push_back(fresh([&] {
    return time_of([&] {
      const auto now = kernel.snapshot().value();
      wire(guest::NodeNetwork(now, policies));
    });
  }));
  const auto bridge = if_nametoindex("vmbr0");
  sides.batch.push_back(fresh([&] { return time_of([&] { by_batch(socket, bridge, rate); }); }));
  if (commands) sides.commands.push_back(fresh([&] { return time_of([&] { by_commands(std::to_string(rate) + "bps"); }); }));
}

}  // namespace

int main(int count, char** words) {
  const int others = count > 1 ? std::atoi(words[1]) : 0;
  const int rounds = count > 2 ? std::atoi(words[2]) : 200;
  guest::Nic nic;
  nic.model = "virtio";
  nic.bridge = "vmbr0";
  if (count > 3) nic.rate = guest::Rate{"", std::strtoull(words[3], nullptr, 10)};
  if (unshare(CLONE_NEWNET) != 0) stop("needs root, for a network namespace");
  auto kernel = kernel::Rtnetlink::open().value();
  auto socket = kernel::Socket::open(NETLINK_ROUTE).value();
  make_node(kernel, others);
  Sides sides;
  for (int i = 0; i < rounds; ++i) one_round(kernel, socket, {}, nic, sides, i < rounds / 4 + 1);
  std::printf("%d other ports%s:\n", others, nic.rate ? ", rate limited" : "");
  print("drawbridge, the plan alone", sides.plan);
  print("drawbridge", sides.ours);
  print("drawbridge, index of links made", sides.with_index);
  print("drawbridge, kernel read first", sides.with_dump);
  print("one netlink batch", sides.batch);
  print("ip, bridge and tc commands", sides.commands);
}
