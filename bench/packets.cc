// What a firewall costs the frames through a guest's port: rulesets side by side, each in a network namespace of its own with the same
// bridge, measured in turns; and what they cost the kernel's memory. Needs the stock kernel of the lab's machine: bench/run --only packets.
//   bench_packets flows ROUNDS SIDE…    nanoseconds per frame: a JSON object per side, with all samples
//   bench_packets memory ROUNDS SIDE…   KiB of the kernel's
//   bench_packets files FOLDER GUESTS RULES   the files of the policy, for the service
// SIDE: "bare" (no rules), "file:PATH" (for `nft -f`; the port is tap100i0), "ct" (one rule, which asks for the connection's state),
// "ours:GUESTS:RULES", "map:GUESTS:RULES" (a literal ruleset), "chain:GUESTS:RULES" (the same, which looks for the guest rule by rule).
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

#include "firewall/build.h"
#include "netfilter/ruleset_socket.h"
#include "nftables/compile.h"
#include "packet_policy.h"
#include "packet_pump.h"

namespace drawbridge::bench {
namespace {

constexpr const char* kOutsideMac = "02:00:00:00:00:09";
constexpr const char* kOutsideAddress = "198.51.100.9";
constexpr std::uint32_t kNew = 3000, kKnown = 8192, kFlows = 64, kAlike = 32;

struct Side {
  std::string name, kind;
  PolicyShape shape;
  std::uint32_t vmid = kFirstGuest;  ///< whose port is measured: the one in the middle
  int network = -1;
  std::array<std::vector<double>, 4> samples{};
};
constexpr std::array<const char*, 4> kColumns{"in_new", "in_known", "out_new", "out_known"};

Side side_of(const std::string& word) {
  Side side{.name = word, .kind = word.substr(0, word.find(':')), .shape = {}};
  if (side.kind == "file") return side;
  if (const auto colon = word.find(':'); colon != std::string::npos) {
    side.shape.guests = static_cast<std::uint32_t>(std::strtoul(word.c_str() + colon + 1, nullptr, 10));
    side.shape.rules = static_cast<std::uint32_t>(std::strtoul(word.c_str() + word.rfind(':') + 1, nullptr, 10));
  }
  side.vmid = kFirstGuest + side.shape.guests / 2;
  return side;
}

Result<void> run(const std::string& command) {
  if (std::system(command.c_str()) != 0) return fail(Errc::unavailable, "failed: " + command);
  return {};
}

Result<void> load_text(const std::string& text) {
  const std::string path = fmt::format("/tmp/bench-packets-{}.nft", getpid());
  std::ofstream(path) << text;
  const auto done = run("nft -f " + path);
  std::filesystem::remove(path);
  return done;
}

Result<void> load_ours(const PolicyShape& shape) {
  const auto policy = TRY(read_policy(shape));
  const auto ruleset = TRY(nftables::compile(firewall::build_program(policy, node_of(shape))));
  auto socket = TRY(netfilter::RulesetSocket::open());
  return socket.replace(ruleset);
}

Result<void> load(const Side& side) {
  if (side.kind == "bare") return {};
  if (side.kind == "ct")
    return load_text(
        "table bridge literal { chain from { type filter hook prerouting priority 0; ct state established,related accept; }; }");
  if (side.kind == "file") return run("nft -f " + side.name.substr(5));
  if (side.kind == "ours") return load_ours(side.shape);
  if (side.kind == "map") return load_text(literal_rules(side.shape, Finding::map));
  if (side.kind == "chain") return load_text(literal_rules(side.shape, Finding::chain));
  return fail(Errc::invalid_input, "what is " + side.name + "?");
}

Result<void> enter_new_network(Side& side) {
  if (unshare(CLONE_NEWNET) != 0) return fail_errno(errno, "unshare");
  side.network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const std::string tap = port_of(side.vmid);
  return run(fmt::format(
      "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6 && ip link add vmbr0 address 02:00:00:00:b0:00 type bridge forward_delay 0 "
      "mcast_snooping 0 && "
      "ip link add eth0 type dummy && ip link add {0} type dummy && ip link set eth0 master vmbr0 up && ip link set {0} master vmbr0 up && "
      "ip link set vmbr0 up && bridge fdb add {1} dev {0} master static && "
      "bridge fdb add {2} dev eth0 master static",
      tap, mac_of(side.vmid), kOutsideMac));
}

/// To the guest's open port, or from the guest to the same port outside.
Frames frames_of(const Side& side, bool out, std::uint32_t flows) {
  Frames frames{.device = out ? port_of(side.vmid) : "eth0",
                .source_mac = out ? mac_of(side.vmid) : kOutsideMac,
                .destination_mac = out ? kOutsideMac : mac_of(side.vmid),
                .source = out ? address_of(side.vmid) : kOutsideAddress,
                .destination = out ? kOutsideAddress : address_of(side.vmid)};
  frames.first_source_port = 2000;
  frames.source_ports = static_cast<std::uint16_t>(flows);
  frames.first_destination_port = kOpenPort;
  frames.count = flows;
  return frames;
}

Frames answers_to(const Side& side, bool out) {
  Frames frames = frames_of(side, !out, kFlows);
  std::swap(frames.first_source_port, frames.first_destination_port);
  std::swap(frames.source_ports, frames.destination_ports);
  return frames;
}

Result<void> forget_connections() {
  std::array<std::uint8_t, 64> bytes{};
  nlmsghdr* message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)))->nfgen_family = AF_UNSPEC;
  mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  const bool sent = socket != nullptr && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
                    mnl_socket_sendto(socket, message, message->nlmsg_len) > 0 &&
                    mnl_socket_recvfrom(socket, bytes.data(), bytes.size()) > 0;
  if (socket != nullptr) mnl_socket_close(socket);
  return sent ? Result<void>{} : fail_errno(errno, "connections are not forgotten");
}

/// All must arrive: what a rule drops costs less.
Result<double> measure(const Side& side, const Frames& frames) {
  const std::string to = frames.device == "eth0" ? port_of(side.vmid) : "eth0";
  const auto before = TRY(sent_by(to));
  const double each = TRY(pump(frames));
  const auto after = TRY(sent_by(to));
  if (after - before != frames.count)
    return fail(Errc::unavailable,
                fmt::format("{}: of {} frames from {} {} arrived", side.name, frames.count, frames.device, after - before));
  return each;
}

Result<void> round(Side& side) {
  if (setns(side.network, CLONE_NEWNET) != 0) return fail_errno(errno, "setns");
  for (const bool out : {false, true}) {
    TRY_VOID(forget_connections());
    side.samples.at(out ? 2 : 0).push_back(TRY(measure(side, frames_of(side, out, kNew))));
    TRY_VOID(forget_connections());
    Frames known = frames_of(side, out, kFlows);
    TRY_VOID(measure(side, known));
    TRY_VOID(measure(side, answers_to(side, out)));
    known.count = kKnown;
    known.alike = kAlike;
    side.samples.at(out ? 3 : 1).push_back(TRY(measure(side, known)));
  }
  return {};
}

Result<void> measure_flows(std::vector<Side>& sides, int rounds) {
  for (Side& side : sides) {
    TRY_VOID(enter_new_network(side));
    TRY_VOID(load(side));
  }
  for (int number = 0; number < rounds; ++number)
    for (Side& side : sides) TRY_VOID(round(side));
  for (const Side& side : sides) {
    fmt::print("{{\"side\": \"{}\"", side.name);
    for (std::size_t column = 0; column < kColumns.size(); ++column)
      fmt::print(", \"{}\": [{:.1f}]", kColumns.at(column), fmt::join(side.samples.at(column), ", "));
    fmt::print("}}\n");
  }
  return {};
}

/// KiB. Transactions leave caches that are half empty: those are given back first.
double kernel_memory() {
  std::error_code ignored;  // some caches have no such file
  for (const auto& cache : std::filesystem::directory_iterator("/sys/kernel/slab", ignored))
    std::ofstream(cache.path() / "shrink") << "1\n";
  std::ifstream text("/proc/meminfo");
  double sum = 0;
  for (std::string name, rest; text >> name;) {
    double number = 0;
    text >> number;
    std::getline(text, rest);
    if (name == "SUnreclaim:" || name == "VmallocUsed:" || name == "Percpu:") sum += number;
  }
  return sum;
}

Result<void> measure_memory(std::vector<Side>& sides, int rounds) {
  for (int number = 0; number < rounds; ++number)
    for (Side& side : sides) {
      TRY_VOID(enter_new_network(side));
      TRY_VOID(load(Side{.name = "ct", .kind = "ct", .shape = {}}));  // modules, and what conntrack needs
      TRY_VOID(run("nft flush ruleset; sleep 0.5"));
      const double before = kernel_memory();
      TRY_VOID(load(side));
      sleep(1);  // what was replaced is freed later
      side.samples[0].push_back(kernel_memory() - before);
      TRY_VOID(run("nft flush ruleset"));
      close(side.network);
    }
  for (const Side& side : sides) fmt::print("{{\"side\": \"{}\", \"kib\": [{:.0f}]}}\n", side.name, fmt::join(side.samples[0], ", "));
  return {};
}

Result<void> write_files(const std::string& folder, const PolicyShape& shape) {
  const std::string firewall = folder + "/etc/pve/firewall", guests = folder + "/etc/pve/nodes/n1/qemu-server";
  std::filesystem::create_directories(firewall);
  std::filesystem::create_directories(guests);
  std::ofstream(firewall + "/cluster.fw") << cluster_file();
  for (std::uint32_t vmid = kFirstGuest; vmid < kFirstGuest + shape.guests; ++vmid) {
    std::ofstream(fmt::format("{}/{}.fw", firewall, vmid)) << guest_file(shape, vmid);
    std::ofstream(fmt::format("{}/{}.conf", guests, vmid)) << fmt::format("net0: virtio={},bridge=vmbr0,firewall=1\n", mac_of(vmid));
  }
  return {};
}

Result<void> run_words(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "files") {
    const PolicyShape shape{static_cast<std::uint32_t>(std::stoul(words[2])), static_cast<std::uint32_t>(std::stoul(words[3]))};
    return write_files(words[1], shape);
  }
  if (words.size() < 3 || (words[0] != "flows" && words[0] != "memory"))
    return fail(Errc::invalid_input, "bench_packets flows|memory ROUNDS SIDE...");
  std::vector<Side> sides;
  for (std::size_t at = 2; at < words.size(); ++at) sides.push_back(side_of(words[at]));
  const int rounds = std::stoi(words[1]);
  if (words[0] == "memory") return measure_memory(sides, rounds);
  TRY_VOID(run("modprobe pktgen"));
  if (const std::string why = why_no_pump(); !why.empty()) return fail(Errc::unsupported, why);
  return measure_flows(sides, rounds);
}

}  // namespace
}  // namespace drawbridge::bench

int main(int count, char** words) {
  const auto done = drawbridge::bench::run_words({words + 1, words + count});
  if (!done) fmt::print(stderr, "bench_packets: {}\n", done.error().what);
  return done ? 0 : 1;
}
