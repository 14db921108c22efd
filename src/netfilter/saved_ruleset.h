// A ruleset as bytes in a file, for the next boot: loaded before anything can be read, parsed or asked that it was made from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

/// The transaction that puts the ruleset in the place of what its tables hold, with its digest.
std::string save_ruleset(const nftables::Ruleset& ruleset);

/// The transaction's bytes, within `saved`. Errors: invalid_input if it is cut, changed or another version's.
Result<std::span<const std::uint8_t>> transaction_of_saved(std::string_view saved);

}  // namespace drawbridge::netfilter
