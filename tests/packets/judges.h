// Two judges who only calculate: the ordered program as it is written, and the compiled ruleset as the kernel's machine would run it.
#pragma once

#include <string>

#include "firewall/journey.h"
#include "nftables/compile.h"
#include "rules/evaluate.h"

namespace drawbridge::packets {

class Judges {
 public:
  /// The program must be sound, the ruleset compiled from it.
  Judges(const rules::Program& program, const nftables::Ruleset& ruleset) : program_(program), ruleset_(ruleset) {}

  /// What the program says of the packet at the stage; what the kernel can't do there (reject) as what it then does. Where the ruleset
  /// says another thing, that is told in `dispute`.
  rules::Decision ask(rules::Stage stage, const rules::Packet& packet, std::string& dispute) const;
  /// The packet's whole way by both.
  firewall::Journey travel(const firewall::Zone& from, const firewall::Zone& to, const rules::Packet& packet,
                           const firewall::NodeFacts& facts, std::string& dispute) const;
  const rules::Program& program() const { return program_; }

 private:
  void compare(rules::Stage stage, const rules::Packet& packet, const rules::Decision& decision, std::string& dispute) const;

  const rules::Program& program_;
  const nftables::Ruleset& ruleset_;
};

/// "gate-out: DROP by 100.fw:3", and what the packet has.
std::string describe(const rules::Program& program, rules::Stage stage, const rules::Decision& decision);
std::string describe(const rules::Packet& packet);

}  // namespace drawbridge::packets
