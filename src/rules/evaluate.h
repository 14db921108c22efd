// What a rule program does with one packet, rule by rule as it is written: the meaning against which every cleverer reader is
// tested.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/packet.h"
#include "rules/program.h"

namespace drawbridge::rules {

/// One rule that matched on the way.
struct Step {
  Stage stage = Stage::host_in;
  std::string list;
  std::size_t rule = 0;  ///< index in the list
  bool operator==(const Step&) const = default;
};

enum class Verdict : std::uint8_t { accept, drop, reject };
std::string_view word_of(Verdict verdict);  ///< "ACCEPT", "DROP", "REJECT"

struct Decision {
  Verdict verdict = Verdict::accept;
  std::optional<Reject::With> with;  ///< of a rejection
  /// The step that decided; nullopt if nothing did and the packet passed.
  std::optional<Step> by;
  std::vector<Step> trace;  ///< every rule that matched, in order; the deciding one is the last
  Number mark = 0;          ///< the connection's mark afterwards
  Number label = 0;         ///< what was noted with the connection
  std::uint16_t zone = 0;   ///< the zone it was given; 0: none
  std::string helper;       ///< that follows the connection; empty: none
};

/// One stage. The program must be sound (check_program); a name that leads nowhere decides nothing.
Decision evaluate(const Program& program, Stage stage, const Packet& packet);

bool matches(const Program& program, const Condition& condition, const Packet& packet);

}  // namespace drawbridge::rules
