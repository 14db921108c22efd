// The kernel's key for each field of a packet, and what must hold for a packet to have the field.
#pragma once

#include <optional>
#include <span>

#include "nftables/key.h"
#include "nftables/ruleset.h"
#include "rules/field.h"

namespace drawbridge::nftables {

/// nullopt: the field is not one load; conditions.cc knows what it is.
std::optional<Key> key_of(rules::Field field, TableFamily family);

/// The field exists only if another one is among these.
struct Need {
  rules::Field field = rules::Field::ether_type;
  rules::NumberSet values;
};
std::span<const Need> needs_of(rules::Field field);

}  // namespace drawbridge::nftables
