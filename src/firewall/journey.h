// A packet's way through the host: which stages it passes from here to there, with which devices, and what becomes of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firewall/policy.h"
#include "rules/evaluate.h"

namespace drawbridge::firewall {

/// Where a packet comes from or goes to: the host itself (no port), or a port of a bridge.
struct Zone {
  std::string port;
  std::string bridge;
  std::optional<MacAddress> mac;  ///< of who is there, as far as it is known
  bool operator==(const Zone&) const = default;
  bool is_host() const { return port.empty(); }
};

struct Leg {
  rules::Stage stage = rules::Stage::host_in;
  rules::Packet packet;  ///< as this stage sees it
  rules::Decision decision;
};

struct Journey {
  rules::Verdict verdict = rules::Verdict::accept;
  std::optional<rules::Reject::With> with;
  std::vector<Leg> legs;  ///< in order; the last is the one that ended it, or that let it out
};

/// Addresses and ports that the host puts in the place of a packet's own as it passes.
struct Translation {
  std::optional<rules::Number> source, destination;  ///< addresses
  std::optional<std::uint16_t> source_port, destination_port;
};

/// `packet` as it leaves `from`: without devices; addresses, state and all else as it says. From and to must differ. Between bridges the
/// host routes it, or drops it without a rule if it isn't IP. Own addresses tell what routing says of an address; without a route table all
/// else is unicast.
Journey travel(const rules::Program& program, const Zone& from, const Zone& to, const rules::Packet& packet, const NodeFacts& facts,
               const Translation& translation = {});

/// The rule that a person would name as the cause: the one that decided, or that led to it where that is a list of our own (REJECT,
/// noise). nullptr: no stage has a rule that matched.
const rules::Rule* decider(const Journey& journey, const rules::Program& program);

}  // namespace drawbridge::firewall
