// What a parameter may be: one node of the machine-readable description, from which checks, help, OpenAPI and client types are made.
// Its members are those of JSON Schema as far as administrators' tools know them from Proxmox VE's API viewer: "optional", "minimum",
// "maxLength", "enum", "format", and lists as text with commas.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::api {

enum class Kind : std::uint8_t { string, integer, number, boolean, list };

struct Schema {
  Kind kind = Kind::string;
  bool optional = false;
  bool multiline = false;  ///< line breaks are allowed; other control characters never are
  std::string format;      ///< a name of formats.h, or empty
  std::string summary;     ///< for help and documents, one sentence
  std::string fallback;    ///< what counts if it is absent, for people; empty: nothing does
  std::vector<std::string> choices;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
  std::size_t least_length = 0;
  std::size_t most_length = 4096;  ///< bytes
  /// Of a family of parameters, "net[n]": the highest n. The parameter's name in the description ends with "[n]".
  std::optional<unsigned> most_index;
  bool operator==(const Schema&) const = default;
};

/// `types` are the named schemas that a string refers to: {"vmid": {"type":"integer",…}}. Errors: invalid_input that names the member.
Result<Schema> parse_schema(const boost::json::value& value, const boost::json::object& types);

/// "integer", "string"… as the description has it.
std::string_view kind_name(Kind kind);

}  // namespace drawbridge::api
