// A Snapshot as JSON: what `network snapshot` prints, `network plan --against` reads, and the journal keeps.
//
// The document is an object of lists: "links", "addresses", "routes", "rules", "bridge_vlans", "qdiscs", "fdb", "dhcp_clients". Members
// that hold their usual value (false, 0, empty, IPv4's main table…) are left out, and may be left out by people who write one by hand.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// Lossless: snapshot_from_json gives the same value. Members always come in the same order. Text that is not UTF-8 (the kernel
/// lets any bytes into names and aliases) is written as {"bytes": "6e6f…"}.
std::string snapshot_to_json(const Snapshot& snapshot);

/// Errors: invalid_input, with line and column, for text that is not JSON, for a member that is unknown, of the wrong type or out
/// of range, and for a link named twice. Lists may be in any order; they are sorted as Snapshot promises.
Result<Snapshot> snapshot_from_json(std::string_view text, std::string file);

}  // namespace drawbridge::network
