// Judges who only calculate: the ordered program as it is written, and rulesets as the kernel's machine would run them: the compiled one,
// and what was read back from the kernel.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "firewall/journey.h"
#include "nftables/compile.h"
#include "rules/evaluate.h"

namespace drawbridge::packets {

class Judges {
 public:
  /// The program must be sound, the rulesets compiled from it.
  Judges(const rules::Program& program, std::vector<const nftables::Ruleset*> rulesets)
      : program_(program), rulesets_(std::move(rulesets)) {}

  /// What the program says of the packet at the stage; what the kernel can't do there (reject) as what it then does. Where a ruleset
  /// says another thing, that is told in `dispute`.
  rules::Decision ask(rules::Stage stage, const rules::Packet& packet, std::string& dispute) const;
  /// The packet's whole way by both.
  firewall::Journey travel(const firewall::Zone& from, const firewall::Zone& to, const rules::Packet& packet,
                           const firewall::NodeFacts& facts, std::string& dispute) const;
  const rules::Program& program() const { return program_; }

 private:
  void compare(rules::Stage stage, const rules::Packet& packet, const rules::Decision& decision, std::string& dispute) const;

  const rules::Program& program_;
  std::vector<const nftables::Ruleset*> rulesets_;
};

/// "gate-out: DROP by 100.fw:3", and what the packet has.
std::string describe(const rules::Program& program, rules::Stage stage, const rules::Decision& decision);
std::string describe(const rules::Packet& packet);

}  // namespace drawbridge::packets
