// How long a saved file takes until the kernel has its rules, by the service that runs; and, in turns with it, how long the kernel takes
// for the same transaction alone, in a table of its own that holds the same.          bench_enforced ROOT VMID ROUNDS
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "netfilter/ruleset_socket.h"
#include "netfilter/ruleset_watch.h"

namespace {

using namespace drawbridge;
using nftables::TableFamily;

constexpr int kPatience = 60'000;  // milliseconds
constexpr int kPause = 400;        // until the service has read back what it sent

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// One port more than before.
std::string edited(std::string text, int round) { return text + fmt::format("\nIN ACCEPT -p tcp -dport {}\n", 20000 + round); }

Result<double> enforced(netfilter::RulesetWatch& watch, const std::string& file, const std::string& text) {
  TRY(watch.drain());
  std::ofstream(file + ".tmp") << text;
  const auto begin = std::chrono::steady_clock::now();
  std::filesystem::rename(file + ".tmp", file);
  for (;;) {
    pollfd readable{watch.descriptor(), POLLIN, 0};
    if (::poll(&readable, 1, kPatience) <= 0) return fail(Errc::unavailable, "the service has changed nothing");
    const double spent = since(begin);
    if (TRY(watch.drain()).changed) return spent;
  }
}

/// The two states of one chain, in a ruleset of nothing else.
struct Turn {
  nftables::Ruleset a, b;
};

/// `start` begins the chain's name; what follows says where it is asked.
Result<Turn> turn_of(const nftables::Ruleset& ruleset, const std::string& start) {
  const auto& chains = ruleset.tables.at(TableFamily::bridge).chains;
  const auto found = chains.lower_bound(start);
  if (found == chains.end() || !found->first.starts_with(start)) return fail(Errc::not_found, "there is no chain " + start);
  const auto& [chain, now] = *found;
  nftables::Chain shorter = *now;
  shorter.rules.pop_back();
  Turn turn{{ruleset.name, {}}, {ruleset.name, {}}};
  turn.a.tables[TableFamily::bridge].chains[chain] = now;
  turn.b.tables[TableFamily::bridge].chains[chain] = std::make_shared<const nftables::Chain>(std::move(shorter));
  return turn;
}

Result<void> measure(const std::string& root, const std::string& vmid, int rounds) {
  auto socket = TRY(netfilter::RulesetSocket::open());
  auto watch = TRY(netfilter::RulesetWatch::open("drawbridge", socket.port()));
  auto floor = TRY(socket.read("drawbridge"));
  floor.name = "floor";
  TRY_VOID(socket.replace(floor));
  const Turn turn = TRY(turn_of(floor, fmt::format("list/guest/{}/net0/in", vmid)));
  const std::string file = fmt::format("{}/etc/pve/firewall/{}.fw", root, vmid);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  std::vector<double> service, kernel;
  for (int round = 0; round < rounds; ++round) {
    service.push_back(TRY(enforced(watch, file, edited(text.str(), round))));
    ::poll(nullptr, 0, kPause);
    const auto begin = std::chrono::steady_clock::now();
    TRY_VOID(round % 2 == 0 ? socket.update(turn.a, turn.b) : socket.update(turn.b, turn.a));
    kernel.push_back(since(begin));
    ::poll(nullptr, 0, kPause);
  }
  const auto at = [](std::vector<double> times, std::size_t percent) {
    std::ranges::sort(times);
    return times[(times.size() - 1) * percent / 100];
  };
  fmt::print(R"({{"service_ms": {:.3f}, "service_p99_ms": {:.3f}, "kernel_ms": {:.3f}, "kernel_p99_ms": {:.3f}}})"
             "\n",
             at(service, 50), at(service, 99), at(kernel, 50), at(kernel, 99));
  return {};
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return fmt::print(stderr, "bench_enforced ROOT VMID ROUNDS\n"), 2;
  const auto done = measure(words[1], words[2], std::atoi(words[3]));
  if (!done) fmt::print(stderr, "{}\n", done.error().what);
  return done ? 0 : 1;
}
