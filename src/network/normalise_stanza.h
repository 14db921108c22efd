// The canonical form of one stanza's options.
#pragma once

#include <string>
#include <vector>

#include "interfaces/document.h"
#include "network/interface.h"

namespace drawbridge::network {

/// An option of a stanza as it will be written.
struct CanonicalOption {
  std::string name;  ///< in the canonical spelling
  std::string value;
  bool operator==(const CanonicalOption&) const = default;
};

/// Orders and respells the options of a stanza (`lines`: its option lines in file order).
///
/// Addresses with what speaks about them, each with its length; after the last of a family that family's gateways; what belongs
/// to the type, in the type's order; other options with a meaning, by name; the rest, untouched and in file order. `defaults`:
/// spell out what the type takes for granted. A netmask that can't be read stays where it is, below its address.
std::vector<CanonicalOption> canonical_options(const std::vector<const interfaces::Line*>& lines, const Interface& interface,
                                               bool defaults);

}  // namespace drawbridge::network
