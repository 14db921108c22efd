// Sets and their elements as nf_tables has them.
#pragma once

#include "netfilter/attribute_writer.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

// Our note with a set: its keys by name, since the kernel's number for their type leaves some open.
inline constexpr std::uint8_t kNoteKeys = 0xdb;

/// The set's attributes but for its table, name and id.
void write_definition(AttributeWriter& writer, const nftables::Set& set);
/// Bytes of an element's key; parts begin at each 32 bits.
std::uint32_t key_length(const nftables::Set& set);
/// The kernel's number for the key's type, or for one that looks alike if it has none.
std::uint32_t type_number(nftables::Key key);

/// An interval of a single key is two elements: where it begins, and where it is over.
inline bool is_pairs(const nftables::Set& set) { return set.intervals && set.keys.count == 1; }
/// nft reads a set of pairs only if something stands at 0: its first interval, or else this end of none.
bool has_floor(const nftables::Set& set);

/// Elements of a set, into an open list of elements.
class ElementWriter {
 public:
  ElementWriter(AttributeWriter& writer, const nftables::Set& set) : writer_(writer), set_(set) {}
  /// Element `at`, with its end, even if the next one begins there.
  void write(std::size_t at);
  void write_floor() { bound(0); }

 private:
  void bound(rules::Number number);
  void value(std::uint16_t type, std::span<const rules::Interval> parts, bool last);
  void map_value(const nftables::MapValue& value);

  AttributeWriter& writer_;
  const nftables::Set& set_;
};

}  // namespace drawbridge::netfilter
