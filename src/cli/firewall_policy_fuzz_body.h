// What must hold for any files of a firewall: what the kernel is given decides of every packet as the program does, which is what files
// say. The files are written as firewall_resolve has them; the packets follow from their bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "firewall/build.h"
#include "firewall/firewall_resolve_fuzz_body.h"
#include "nftables/compile.h"
#include "nftables/evaluate.h"
#include "nftables/nftables_testing.h"
#include "rules/evaluate.h"

namespace drawbridge::cli {

/// A node with a guest of two cards, both at ports that the packets come by.
inline firewall::NodeFacts fuzzed_node() {
  firewall::NodeFacts facts;
  facts.name = "n1";
  facts.own_addresses = {*parse_ip("10.0.0.2"), *parse_ip("2001:db8::2")};
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    firewall::NodeFacts::Card card{.vmid = 100, .nic = {}, .port = "tap100i" + std::to_string(slot)};
    card.nic.slot = slot;
    card.nic.mac = MacAddress{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(slot + 2)}};
    card.nic.bridge = "vmbr" + std::to_string(slot);
    card.nic.firewall = true;
    facts.cards.push_back(card);
  }
  facts.guest_bridges = {"vmbr0", "vmbr1"};
  return facts;
}

inline bool decide_alike(const rules::Program& program, const nftables::Ruleset& ruleset, rules::Stage stage, const rules::Packet& packet) {
  const bool passes = rules::evaluate(program, stage, packet).verdict == rules::Verdict::accept;
  // A stage may hook into both families; each of its packets comes by one of them.
  const auto family = nftables::hooks_of(stage).front().place.family;
  const auto outcome = nftables::evaluate(ruleset, family, nftables::chain_of(stage), packet);
  return passes == (outcome.fate == nftables::Outcome::Fate::accept);
}

inline std::string check_policy(std::string_view bytes) {
  const auto resolved = firewall::resolve(firewall::split_documents(bytes), firewall::small_machine());
  const auto program = firewall::build_program(resolved.value, fuzzed_node());
  if (!rules::check_program(program).empty()) return "an unsound program";
  const auto ruleset = nftables::compile(program);
  if (!ruleset) return "files that can't be put in the kernel's words: " + ruleset.error().what;
  nftables::Dice dice(std::hash<std::string_view>()(bytes));
  for (const auto& [stage, list] : program.stages) {
    // Asked about what connections do over time, or deciding nothing.
    if (stage == rules::Stage::raw || stage == rules::Stage::helpers || stage == rules::Stage::zones) continue;
    for (int count = 0; count < 40; ++count)
      if (!decide_alike(program, *ruleset, stage, dice.packet(stage)))
        return "the kernel decides otherwise than the program, at " + std::string(rules::word_of(stage));
  }
  return "";
}

}  // namespace drawbridge::cli
