// Kind-specific attributes as data: what `ip -details -json link` calls an attribute, its number, its shape on the wire, and
// whether it may be written. One table per kind (kinds/); a further attribute is a row, a further kind is a file.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "kernel/message.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// The shape of an attribute on the wire and, after the dash, in network::Attributes.
enum class Shape : std::uint8_t {
  u8,
  u16,
  u32,
  u64,  ///< host byte order - number
  be16,
  be32,        ///< network byte order - number
  flow_class,  ///< the traffic class inside an IPv6 flow word - number
  flag,        ///< present or absent - 1 or nothing
  word8,
  word16be,  ///< number with names for its values - text ("active-backup"); a value without name stays a number
  word32,
  bit,            ///< bit of a {u32 value, u32 mask} pair that several rows share - 0 or 1
  bit_or_absent,  ///< the same, and the kernel leaves the pair out when all bits are 0
  text,           ///< with NUL - text
  mac,            ///< 6 bytes - text
  ip4,
  ip6,        ///< 4, 16 bytes - text
  ip4_list,   ///< nest of 4-byte addresses - text, separated by commas
  link,       ///< interface index - the link's name
  bridge_id,  ///< struct ifla_bridge_id - "8000.02:00:00:00:00:01"
};

enum class Access : std::uint8_t { read_write, read_only };

/// One named value of a word.
struct Word {
  std::uint32_t value;
  std::string_view name;
};

struct AttributeRow {
  std::string_view name;
  std::uint16_t number;
  Shape shape;
  Access access = Access::read_write;
  std::span<const Word> words = {};
  std::uint8_t bit = 0;    ///< for the bit shapes: its number
  std::uint16_t nest = 0;  ///< not 0: the attribute stands inside this one of the table's level; read-only
};

using AttributeTable = std::span<const AttributeRow>;

/// A link's name by its index; empty if there is no such link here.
using NameOfIndex = std::function<std::string(std::uint32_t)>;
/// A link's index by its name; 0 if there is none.
using IndexOfName = std::function<std::uint32_t(const std::string&)>;

/// The attributes of a nest that the table knows; the others are left out, and so is one too short for its shape.
network::Attributes decode_attributes(AttributeTable table, Bytes nest, const NameOfIndex& name_of);

/// Puts the attributes into the open nest of `message`.
/// Errors: unsupported for a name that the table lacks or that is read-only; invalid_input for a value out of its shape's range.
Result<void> encode_attributes(AttributeTable table, const network::Attributes& attributes, const IndexOfName& index_of, Message& message);

}  // namespace drawbridge::kernel
