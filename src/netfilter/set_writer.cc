#include "netfilter/set_writer.h"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>

#include "netfilter/expression_writer.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Key;
using nftables::Set;

// nft's own notes with a set (libnftnl/udata.h): the order of bytes in keys and data; 1 the machine's, 2 the network's.
constexpr std::uint8_t kNoteKeyOrder = 0, kNoteDataOrder = 1;

std::uint32_t words_of(Key key) { return (nftables::facts_of(key).bytes + 3U) / 4; }

/// The type by which nft shows elements: of bytes that have no type of their own, one that looks alike.
nftables::DataType shown_type(Key key) {
  switch (key) {
    case Key::nd_target: return nftables::DataType::ipv6_address;
    case Key::dhcp_chaddr: return nftables::DataType::ether_address;
    case Key::vlan_id: return nftables::DataType::inet_service;
    case Key::ip_ttl:
    case Key::ip6_hoplimit: return nftables::DataType::inet_protocol;
    default: return nftables::facts_of(key).type;
  }
}

/// nft's type of a concatenation: six bits for each part.
std::uint32_t key_type(const Set& set) {
  std::uint32_t type = 0;
  for (const Key key : set.keys) type = type << 6U | type_number(key);
  return type;
}

std::uint32_t flags_of(const Set& set) {
  std::uint32_t flags = 0;
  if (set.intervals) flags |= NFT_SET_INTERVAL;
  if (set.intervals && set.keys.count > 1) flags |= NFT_SET_CONCAT;
  if (set.kind == Set::Kind::dynamic) {
    flags |= NFT_SET_EVAL | NFT_SET_TIMEOUT;
  } else if (set.kind != Set::Kind::set) {
    flags |= NFT_SET_MAP;
  }
  return flags;
}

bool is_number_map(const Set& set) {
  return set.kind == Set::Kind::mark_map || set.kind == Set::Kind::zone_map || set.kind == Set::Kind::label_map;
}

std::uint32_t data_bytes(const Set& set) { return set.kind == Set::Kind::mark_map ? 4 : set.kind == Set::Kind::zone_map ? 2 : 16; }

void write_set_notes(AttributeWriter& writer, const Set& set) {
  const nftables::KeyFacts& facts = nftables::facts_of(set.keys.key[0]);
  const bool host_order = facts.host_order || nftables::is_name(set.keys.key[0]) || facts.bytes == 1;
  const std::uint8_t order = set.keys.count > 1 ? 0 : host_order ? 1 : 2;
  std::vector<std::uint8_t> notes{kNoteKeyOrder, 4, order, 0, 0, 0};
  // A verdict has no order, and nft aborts if it is said to have one.
  if (is_number_map(set)) notes.insert(notes.end(), {kNoteDataOrder, 4, 1, 0, 0, 0});
  std::string keys;
  for (const Key key : set.keys) keys.append(keys.empty() ? "" : " . ").append(nftables::facts_of(key).text);
  notes.insert(notes.end(), {kNoteKeys, static_cast<std::uint8_t>(keys.size())});
  notes.insert(notes.end(), keys.begin(), keys.end());
  writer.put(NFTA_SET_USERDATA, notes);
}

}  // namespace

std::uint32_t key_length(const Set& set) {
  if (set.keys.count == 1) return nftables::facts_of(set.keys.key[0]).bytes;
  std::uint32_t words = 0;
  for (const Key key : set.keys) words += words_of(key);
  return words * 4;
}

std::uint32_t type_number(Key key) { return nftables::facts_of(shown_type(key)).number; }

bool has_floor(const Set& set) { return is_pairs(set) && set.size() != 0 && set.parts[0].first != 0; }

void write_definition(AttributeWriter& writer, const Set& set) {
  writer.put_u32(NFTA_SET_FLAGS, flags_of(set));
  writer.put_u32(NFTA_SET_KEY_TYPE, key_type(set));
  writer.put_u32(NFTA_SET_KEY_LEN, key_length(set));
  if (set.kind == Set::Kind::verdict_map) {
    writer.put_u32(NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
    writer.put_u32(NFTA_SET_DATA_LEN, 16);
  } else if (is_number_map(set)) {
    // nft has no type for labels where no file gives them names.
    const bool mark = set.kind == Set::Kind::mark_map;
    writer.put_u32(NFTA_SET_DATA_TYPE, nftables::facts_of(mark ? nftables::DataType::mark : nftables::DataType::integer).number);
    writer.put_u32(NFTA_SET_DATA_LEN, data_bytes(set));
  } else if (set.kind == Set::Kind::dynamic) {
    writer.put_u64(NFTA_SET_TIMEOUT, std::uint64_t{set.timeout_seconds} * 1000);
  }
  const std::size_t description = writer.begin_nest(NFTA_SET_DESC);
  if (set.kind == Set::Kind::dynamic) writer.put_u32(NFTA_SET_DESC_SIZE, 65535);
  if (set.keys.count > 1 && set.intervals) {
    const std::size_t fields = writer.begin_nest(NFTA_SET_DESC_CONCAT);
    for (const Key key : set.keys) {
      const std::size_t field = writer.begin_nest(NFTA_LIST_ELEM);
      writer.put_u32(NFTA_SET_FIELD_LEN, nftables::facts_of(key).bytes);
      writer.end_nest(field);
    }
    writer.end_nest(fields);
  }
  writer.end_nest(description);
  write_set_notes(writer, set);
}

void ElementWriter::write(std::size_t at) {
  const auto parts = std::span(set_.parts).subspan(at * set_.keys.count, set_.keys.count);
  const std::size_t element = writer_.begin_nest(NFTA_LIST_ELEM);
  value(NFTA_SET_ELEM_KEY, parts, false);
  if (set_.intervals && !is_pairs(set_)) value(NFTA_SET_ELEM_KEY_END, parts, true);
  if (!set_.values.empty()) map_value(set_.values[at]);
  writer_.end_nest(element);
  const rules::Number top = rules::largest(nftables::bits_of(set_.keys.key[0]));
  if (is_pairs(set_) && parts[0].last != top) bound(parts[0].last + 1);
}

void ElementWriter::bound(rules::Number number) {
  const std::size_t element = writer_.begin_nest(NFTA_LIST_ELEM);
  const std::array<rules::Interval, 1> part{rules::Interval{number, number}};
  value(NFTA_SET_ELEM_KEY, part, false);
  writer_.put_u32(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
  writer_.end_nest(element);
}

void ElementWriter::value(std::uint16_t type, std::span<const rules::Interval> parts, bool last) {
  std::array<std::uint8_t, 64> bytes{};
  std::size_t length = 0;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const Key key = set_.keys.key.at(at);
    const auto number = register_bytes(key, last ? parts[at].last : parts[at].first);
    std::memcpy(bytes.data() + length, number.data(), nftables::facts_of(key).bytes);
    length += words_of(key) * std::size_t{4};
  }
  const std::size_t nest = writer_.begin_nest(type);
  writer_.put(NFTA_DATA_VALUE, std::span(bytes).first(key_length(set_)));
  writer_.end_nest(nest);
}

void ElementWriter::map_value(const nftables::MapValue& value) {
  const std::size_t nest = writer_.begin_nest(NFTA_SET_ELEM_DATA);
  if (const auto* verdict = std::get_if<nftables::Verdict>(&value)) {
    write_verdict(writer_, *verdict);
  } else {
    std::array<std::uint8_t, 16> bytes{};  // as this machine has numbers
    if (const auto* number = std::get_if<std::uint32_t>(&value)) {
      std::memcpy(bytes.data(), number, sizeof *number);
    } else {
      std::memcpy(bytes.data(), &std::get<rules::Number>(value), bytes.size());
    }
    writer_.put(NFTA_DATA_VALUE, std::span(bytes).first(data_bytes(set_)));
  }
  writer_.end_nest(nest);
}

}  // namespace drawbridge::netfilter
