// The parameters of REST requests about interfaces: names, types, ranges, and the types of interfaces that take them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "network/interface.h"

namespace drawbridge::network {

enum class Syntax : std::uint8_t {
  boolean,        ///< 1, 0 and the usual words
  text,           ///< one line
  comment,        ///< lines
  cidr,           ///< IPv4 address and length
  cidr6,          ///<
  ip,             ///< IPv4 address
  ip6,            ///<
  any_ip,         ///< of either family
  ip_list,        ///< of either family, separated by blanks or commas
  netmask,        ///< dotted mask or length
  length6,        ///< 0 to 128
  cidr_list,      ///< addresses of both families
  number,         ///< from `low` to `high`
  word,           ///< one of `words`
  name,           ///< of an interface
  name_list,      ///< names, glob and regex patterns
  vid_list,       ///< VLAN ids and ranges, 2 to 4094
  interface_type  ///< only to say what the type is already
};

struct Parameter {
  std::string_view name;
  Syntax syntax = Syntax::text;
  std::string_view option = {};  ///< the canonical option it stands for; empty: it has a rule of its own
  std::uint32_t low = 0;         ///< of numbers
  std::uint32_t high = 0;
  std::span<const std::string_view> words = {};
};

/// All of them, by name.
std::span<const Parameter> all_parameters();
/// nullptr if there is none.
const Parameter* find_parameter(std::string_view name);
/// True if interfaces of the type take the parameter.
bool takes(InterfaceType type, std::string_view parameter);

/// A value in the one form that it is compared and written in: "a,b" becomes "a b", "YES" becomes "1".
/// Errors: invalid_input with a hint, for every value that the parameter can't have, control characters above all.
Result<std::string> parse_parameter(const Parameter& parameter, std::string_view value);

/// Why an interface can't have this name, or nothing. What the kernel takes is taken, but for characters that have a meaning in
/// the file (brackets of ranges, '$', '\', '%', a '#' or '-' at the front).
std::optional<std::string> name_problem(std::string_view name);

}  // namespace drawbridge::network
