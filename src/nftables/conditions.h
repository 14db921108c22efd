// A rule's conditions as statements of nftables: sorted into what all of them together allow each field to be, with what the kernel
// must know first (a port is only looked at behind a protocol that has ports).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "nftables/place.h"
#include "nftables/set_pool.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// One way to match: all statements must hold. `protocols`, `ether_types`: what a packet that matches can be at most.
struct Way {
  std::vector<Statement> statements;
  rules::NumberSet protocols;
  rules::NumberSet ether_types;
  bool counts = false;  ///< has LimitEach: must not be asked twice for one packet
};

/// The ways in which a packet matches, each packet by one of them at most; none if no packet can. Errors: what can't be said in this
/// place.
Result<std::vector<Way>> translate_conditions(const rules::Rule& rule, const rules::Program& program, const Place& place, SetPool& pool);

/// Restricts a way further, to one protocol or one EtherType.
Way restricted_to_protocol(Way way, std::uint8_t protocol);
Way restricted_to_ipv4(Way way, TableFamily family);

/// The key by which the place knows the name; nullopt: it doesn't.
std::optional<Key> key_of(rules::NameField field, const Place& place);

}  // namespace drawbridge::nftables
