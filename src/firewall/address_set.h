// Sets of addresses as the files have them, networks with exceptions, and as rules use them: disjoint intervals.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "base/address.h"
#include "rules/number_set.h"

namespace drawbridge::firewall {

/// Where a line stands, without copying the path for each.
struct Place {
  std::shared_ptr<const std::string> file;
  std::uint32_t line = 0;
  bool operator==(const Place& other) const;
};

/// One line of an IP set.
struct SetEntry {
  Prefix network;
  bool exception = false;  ///< '!'
  auto operator<=>(const SetEntry&) const = default;
};

/// An IP set with all its exceptions taken in (of the entries that cover an address the most specific decides) as disjoint
/// intervals. Shared: many rules refer to one.
struct AddressSet {
  std::string id;  ///< unique in the node: "dc/management", "guest/100/ipfilter-net0", "sdn/web-all"
  rules::NumberSet ipv4;
  rules::NumberSet ipv6;
  Place place;
};
using AddressSetPointer = std::shared_ptr<const AddressSet>;

/// The addresses of the family that are in the set: those whose most specific covering entry is no exception. Of entries with one
/// and the same network the first counts. n log n.
rules::NumberSet flatten(std::span<const SetEntry> entries, Family family);

}  // namespace drawbridge::firewall
