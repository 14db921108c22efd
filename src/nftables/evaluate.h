// What a ruleset does with one packet, statement by statement as the kernel's machine does it: the second judge of the compiler, and
// of rulesets read back from the kernel.
#pragma once

#include <string>

#include "nftables/ruleset.h"
#include "rules/packet.h"

namespace drawbridge::nftables {

struct Outcome {
  /// Unknown: the packet came to a rule that is not ours.
  enum class Fate : std::uint8_t { accept, drop, reject, unknown } fate = Fate::accept;
  RejectWith with;          ///< of a rejection
  std::string comment;      ///< of the rule that decided; empty: the chain's policy
  rules::Number mark = 0;   ///< of the connection, afterwards
  rules::Number label = 0;  ///< what was added to the connection's labels
  std::uint16_t zone = 0;
  std::string helper;
};

/// One base chain. Header bytes that the packet's fields don't tell are loaded as noise: a rule that looks at them without
/// having asked for the protocol first is found out.
Outcome evaluate(const Ruleset& ruleset, TableFamily family, std::string_view base_chain, const rules::Packet& packet);

}  // namespace drawbridge::nftables
