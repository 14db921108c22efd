// How long a rule program takes to become the kernel's: compiled, encoded, committed; and `nft -f` with the same ruleset's text in the
// same run. Then reading it back, finding it equal, and one guest's file changed and changed back.          unshare -n bench_ruleset
// [GUESTS]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "netfilter/ruleset_batch.h"
#include "netfilter/ruleset_socket.h"
#include "nftables/compile.h"
#include "nftables/delta.h"
#include "nftables/difference.h"
#include "nftables/text.h"
#include "rules/program.h"

namespace {

using namespace drawbridge;
using rules::Field;
using rules::NumberSet;

double milliseconds(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// Twenty rules, no two guests' alike: single ports, some of them from one network only, and a list of ports.
rules::List rules_of(std::uint32_t guest) {
  rules::List list;
  for (std::uint32_t line = 1; line <= 20; ++line) {
    rules::Rule rule;
    rule.conditions = {rules::Test{.field = Field::protocol, .values = NumberSet::of(line % 3 == 0 ? 17 : 6)},
                       rules::Test{.field = Field::destination_port, .values = NumberSet::of(1000 + (guest * 7 + line * 13) % 5000)}};
    if (line % 4 == 0)
      rule.conditions.emplace_back(
          rules::Test{.field = Field::ipv4_source, .values = NumberSet::range(0x0a000000 + guest * 256, 0x0a0000ff + guest * 256)});
    rule.action = line % 10 == 0 ? rules::Action{rules::Drop{}} : rules::Action{rules::Accept{}};
    rule.origin = {guest, line, {}};
    list.rules.push_back(std::move(rule));
  }
  list.rules.push_back({{}, rules::Drop{}, {}, {0, 0, "policy_in"}});
  return list;
}

rules::Program program_of(std::uint32_t guests) {
  rules::Program program;
  rules::List main;
  main.rules.push_back({{}, rules::Dispatch{rules::NameField::in_port, "ports"}, {}, {0, 0, "by port"}});
  for (std::uint32_t guest = 0; guest < guests; ++guest) {
    const std::string port = fmt::format("tap{}i0", 100 + guest);
    program.files.push_back(fmt::format("/etc/pve/firewall/{}.fw", 100 + guest));
    program.lists[port + "-IN"] = std::make_shared<const rules::List>(rules_of(guest));
    program.dispatch_tables["ports"][port] = port + "-IN";
  }
  program.lists["main"] = std::make_shared<const rules::List>(std::move(main));
  program.stages[rules::Stage::guest_out] = "main";
  return program;
}

/// Of a ruleset that the kernel has.
void measure_changes(netfilter::RulesetSocket& socket, rules::Program program, const nftables::Ruleset& ruleset) {
  Result<nftables::Ruleset> found, changed;
  nftables::Differences differences;
  const double read = milliseconds([&] { found = socket.read(ruleset.name); });
  const double compare = milliseconds([&] { differences = nftables::find_differences(ruleset, *found); });
  rules::List list = *program.lists["tap100i0-IN"];
  list.rules.erase(list.rules.begin() + 3);
  program.lists["tap100i0-IN"] = std::make_shared<const rules::List>(std::move(list));
  const double compile = milliseconds([&] { changed = nftables::compile(program); });
  nftables::Delta delta;
  const double difference = milliseconds([&] { delta = nftables::make_delta(ruleset, *changed); });
  netfilter::RulesetBatch batch;
  batch.apply(delta);
  Result<void> there, back;
  const double update = milliseconds([&] { there = socket.update(ruleset, *changed); });
  back = socket.update(*changed, ruleset);
  fmt::print(
      "  read back {:.1f} ms, compared {:.1f} ms ({} differences); one guest changed: compile {:.1f} ms, delta {:.2f} ms ({} bytes), delta "
      "and "
      "commit {:.2f} ms{}\n",
      read, compare, differences.count, compile, difference, batch.finish().size(), update, there && back ? "" : " REFUSED");
}

}  // namespace

int main(int count, char** words) {
  const auto guests = static_cast<std::uint32_t>(count > 1 ? std::atoi(words[1]) : 1000);
  const rules::Program program = program_of(guests);
  auto socket = netfilter::RulesetSocket::open();
  if (!socket) return fmt::print(stderr, "{}\n", socket.error().what), 1;
  for (int round = 0; round < 3; ++round) {
    Result<nftables::Ruleset> ruleset;
    const double compile = milliseconds([&] { ruleset = nftables::compile(program); });
    if (!ruleset) return fmt::print(stderr, "{}\n", ruleset.error().what), 1;
    std::size_t bytes = 0;
    const double encode = milliseconds([&] {
      netfilter::RulesetBatch batch;
      batch.replace(*ruleset);
      bytes = batch.finish().size();
    });
    Result<void> done;
    const double load = milliseconds([&] { done = socket->replace(*ruleset); });
    if (!done) return fmt::print(stderr, "{}\n", done.error().what), 1;
    measure_changes(*socket, program, *ruleset);
    static_cast<void>(socket->remove(*ruleset));
    const std::string path = "/tmp/bench-ruleset.nft";
    std::ofstream(path) << nftables::format_ruleset(*ruleset);
    const double text = milliseconds([&] { static_cast<void>(std::system(("nft -f " + path).c_str())); });
    static_cast<void>(socket->remove(*ruleset));
    fmt::print("guests {}: compile {:.1f} ms, encode {:.1f} ms ({} bytes), encode and commit {:.1f} ms, nft -f {:.1f} ms\n", guests,
               compile, encode, bytes, load, text);
  }
  return 0;
}
