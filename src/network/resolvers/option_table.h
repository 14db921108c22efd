// Tables of options whose values are one attribute of the kernel each: how the text is read, and what is said of a wrong one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "network/resolvers/resolver.h"

namespace drawbridge::network {

enum class Unit : std::uint8_t {
  number,      ///< as it stands
  hundredths,  ///< seconds in the file, 1/100 s in the kernel; a fraction is allowed
  on_off,      ///< yes/no, on/off, 1/0
  word,        ///< one of `words`, any case
  mac,         ///< a MAC address
  link,        ///< the name of a link
};

/// A word of the file and the kernel's word for it.
struct WordPair {
  std::string_view written;
  std::string_view meant;
};

struct OptionRow {
  std::string_view option;     ///< canonical name
  std::string_view attribute;  ///< as `ip -details -json link` spells it
  Unit unit = Unit::number;
  std::uint64_t least = 0;  ///< in the kernel's unit
  std::uint64_t most = 0xFFFFFFFF;
  std::span<const WordPair> words = {};
};

using AskedAttributes = std::map<std::string, Asked<AttributeValue>, std::less<>>;

/// The 802.1Q and 802.1ad of vlan-protocol and bridge-vlan-protocol, as the kernel spells them.
inline constexpr std::array kVlanProtocols{WordPair{"802.1q", "802.1Q"}, WordPair{"802.1ad", "802.1ad"}};

/// nullopt: the text is no value of the option.
std::optional<AttributeValue> parse_value(const OptionRow& row, std::string_view text);
/// "value-invalid" at the value, with the range or the words as hint.
void report_value(const OptionRow& row, const OptionLine& option, std::string_view text, Resolving& resolving);
/// Each option of the table that the interface has, into `attributes`; wrong values are reported and left out. `rows` are sorted by
/// option.
void resolve_options(std::span<const OptionRow> rows, const Interface& interface, AskedAttributes& attributes, Resolving& resolving);

}  // namespace drawbridge::network
