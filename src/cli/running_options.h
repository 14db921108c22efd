// A link of the kernel in the words of the interfaces file: what `ifquery -r` prints. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "network/snapshot.h"

namespace drawbridge::cli {

/// Option names and values in the order in which stanzas are written; nullopt if there is no such link. Settings of a kind that
/// stand at the kernel's usual value are left out where a stanza would leave them out as well.
std::optional<std::vector<std::pair<std::string, std::string>>> running_options(const network::Snapshot& kernel, const std::string& name);

}  // namespace drawbridge::cli
