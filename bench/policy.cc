// How long files become the kernel's messages, without a kernel: parsed, resolved, built, compiled, encoded; and the same after one
// guest's file has changed.          bench_policy [GUESTS] [ROUNDS] [one]
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <vector>

#include "firewall/live_policy.h"
#include "netfilter/ruleset_batch.h"
#include "nftables/compile.h"
#include "nftables/delta.h"
#include "nftables/live_compiler.h"

namespace {

using namespace drawbridge;

using Clock = std::chrono::steady_clock;

/// Times by name, in the order in which they came first.
struct Times {
  std::vector<std::pair<std::string, std::vector<double>>> list;
  void take(const std::string& name, const auto& work) {
    const auto begin = Clock::now();
    work();
    const double spent = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    auto found = std::ranges::find(list, name, [](const auto& entry) { return entry.first; });
    if (found == list.end()) found = list.insert(list.end(), {name, {}});
    found->second.push_back(spent);
  }
  void print() {
    double sum = 0;
    for (auto& [name, times] : list) {
      std::ranges::sort(times);
      fmt::print("  {:<10} {:9.3f} ms   p99 {:9.3f}\n", name, times[times.size() / 2], times[times.size() * 99 / 100]);
      sum += times[times.size() / 2];
    }
    fmt::print("  {:<10} {:9.3f} ms\n", "all", sum);
  }
};

/// Ten sets of 500, an alias, a group of ten rules.
std::string datacenter_file() {
  std::string text = "[OPTIONS]\nenable: 1\n[ALIASES]\noffice 192.0.2.0/24\n";
  for (int set = 0; set < 10; ++set) {
    text += fmt::format("[IPSET set{}]\n", set);
    for (int entry = 0; entry < 500; ++entry) text += fmt::format("10.{}.{}.{}\n", set, entry / 250, entry % 250 + 1);
  }
  text += "[group web]\n";
  for (int rule = 0; rule < 10; ++rule) text += fmt::format("IN ACCEPT -p tcp -dport {} -source +set{}\n", 8000 + rule * 10, rule);
  return text;
}

/// Thirteen in, a group, six out: ports, lists, ranges, networks, sets, macros. `version`: one rule differs.
std::string guest_file(std::uint32_t guest, int version) {
  std::string text = "[OPTIONS]\nenable: 1\n[RULES]\n";
  text += fmt::format("IN ACCEPT -p tcp -dport {}\n", 2000 + version);
  for (std::uint32_t rule = 0; rule < 4; ++rule) text += fmt::format("IN ACCEPT -p tcp -dport {}\n", 1000 + (guest * 7 + rule * 13) % 5000);
  text += fmt::format("IN ACCEPT -p tcp -dport 80,443,{}\n", 7000 + guest % 100);
  text += fmt::format("IN ACCEPT -p tcp -dport {0}:{1}\n", 30000 + guest % 1000, 30010 + guest % 1000);
  text += fmt::format("IN ACCEPT -p tcp -source 10.{}.{}.0/24 -dport 5432\n", guest / 250 % 250, guest % 250);
  text += fmt::format("IN ACCEPT -p udp -source +set{} -dport 53\n", guest % 10);
  text += "IN SSH(ACCEPT) -source office\nIN DNS(ACCEPT)\nIN DROP -p tcp -dport 25 # no mail\nIN Ping(ACCEPT)\nGROUP web\n";
  for (std::uint32_t rule = 0; rule < 4; ++rule) text += fmt::format("OUT DROP -p udp -dport {}\n", 4000 + (guest * 3 + rule * 17) % 3000);
  text += fmt::format("OUT REJECT -dest 10.{}.0.0/16 -p tcp\nOUT ACCEPT -p tcp -dport 443\n", guest % 200);
  return text;
}

std::string guest_path(guest::Vmid vmid) { return fmt::format("/etc/pve/firewall/{}.fw", vmid); }

firewall::NodeFacts facts_of(std::uint32_t guests) {
  firewall::NodeFacts facts;
  facts.name = "pve1";
  facts.own_addresses = {*parse_ip("172.16.1.2")};
  facts.guest_bridges = {"vmbr0"};
  for (std::uint32_t guest = 0; guest < guests; ++guest) {
    firewall::NodeFacts::Card card;
    card.vmid = 100 + guest;
    card.nic.slot = 0;
    card.nic.bridge = "vmbr0";
    card.nic.firewall = true;
    card.nic.mac = *parse_mac(fmt::format("02:00:00:{:02x}:{:02x}:{:02x}", guest >> 16U, guest >> 8U & 0xffU, guest & 0xffU));
    card.port = fmt::format("tap{}i0", card.vmid);
    facts.cards.push_back(std::move(card));
  }
  return facts;
}

std::size_t held() { return mallinfo2().uordblks; }

void measure_whole(std::uint32_t guests, int rounds) {
  Times times;
  const auto facts = facts_of(guests);
  std::vector<std::string> texts;
  for (std::uint32_t guest = 0; guest < guests; ++guest) texts.push_back(guest_file(guest, 0));
  const std::string datacenter = datacenter_file();
  std::size_t bytes = 0, memory = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t before = held();
    firewall::LivePolicy live;
    live.set_surroundings(std::make_shared<const firewall::Surroundings>());
    live.set_facts(facts);
    times.take("parse", [&] {
      live.set_datacenter(firewall::parse_document(datacenter, "/etc/pve/firewall/cluster.fw", firewall::Level::datacenter));
      for (std::uint32_t guest = 0; guest < guests; ++guest)
        live.set_guest(100 + guest, firewall::parse_document(texts[guest], guest_path(100 + guest), firewall::Level::guest));
    });
    times.take("resolve", [&] { live.policy(); });
    times.take("build", [&] { live.program(); });
    Result<nftables::Ruleset> ruleset;
    times.take("compile", [&] { ruleset = nftables::compile(live.program()); });
    times.take("encode", [&] {
      netfilter::RulesetBatch batch;
      batch.replace(*ruleset);
      bytes = batch.finish().size();
    });
    memory = held() - before;
  }
  fmt::print("{} guests, everything ({} bytes to the kernel, {:.1f} MiB held):\n", guests, bytes, static_cast<double>(memory) / 1048576);
  times.print();
}

void measure_one(std::uint32_t guests, int rounds) {
  Times times;
  firewall::LivePolicy live;
  live.set_surroundings(std::make_shared<const firewall::Surroundings>());
  live.set_facts(facts_of(guests));
  live.set_datacenter(firewall::parse_document(datacenter_file(), "/etc/pve/firewall/cluster.fw", firewall::Level::datacenter));
  for (std::uint32_t guest = 0; guest < guests; ++guest)
    live.set_guest(100 + guest, firewall::parse_document(guest_file(guest, 0), guest_path(100 + guest), firewall::Level::guest));
  nftables::LiveCompiler compiler;
  static_cast<void>(compiler.update(live.program()));
  compiler.settle();
  std::size_t bytes = 0;
  for (int round = 1; round <= rounds; ++round) {
    const std::uint32_t guest = static_cast<std::uint32_t>(round) * 37U % guests;
    const std::string text = guest_file(guest, round);
    times.take("parse",
               [&] { live.set_guest(100 + guest, firewall::parse_document(text, guest_path(100 + guest), firewall::Level::guest)); });
    times.take("resolve", [&] { live.policy(); });
    times.take("build", [&] { live.program(); });
    times.take("compile", [&] { static_cast<void>(compiler.update(live.program())); });
    nftables::Delta delta;
    nftables::LiveCompiler::Change change;
    times.take("delta", [&] {
      change = compiler.change();
      delta = nftables::make_delta(change.from, change.to);
    });
    times.take("encode", [&] {
      netfilter::RulesetBatch batch;
      batch.apply(delta);
      bytes = batch.finish().size();
    });
    compiler.settle();
  }
  fmt::print("{} guests, one guest's file ({} bytes to the kernel):\n", guests, bytes);
  times.print();
}

}  // namespace

int main(int count, char** words) {
  const auto guests = static_cast<std::uint32_t>(count > 1 ? std::atoi(words[1]) : 1000);
  const int rounds = count > 2 ? std::atoi(words[2]) : 20;
  if (count < 4) measure_whole(guests, std::max(1, rounds / 4));
  measure_one(guests, rounds);
  return 0;
}
