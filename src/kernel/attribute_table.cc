#include "kernel/attribute_table.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace drawbridge::kernel {
namespace {

using network::AttributeValue;

constexpr unsigned kFlowClassShift = 20;  // RFC 8200 3: version, traffic class, flow label

template <class T>
std::optional<AttributeValue> number(Bytes payload) {
  const auto value = read_as<T>(payload);
  if (!value) return std::nullopt;
  return AttributeValue{std::uint64_t{*value}};
}

template <class T>
std::optional<AttributeValue> word(const AttributeRow& row, Bytes payload) {
  const auto raw = read_as<T>(payload);
  if (!raw) return std::nullopt;
  const std::uint32_t value = row.shape == Shape::word16be ? ntohs(static_cast<std::uint16_t>(*raw)) : *raw;
  const auto found = std::ranges::find(row.words, value, &Word::value);
  if (found == row.words.end()) return AttributeValue{std::uint64_t{value}};
  return AttributeValue{std::string(found->name)};
}

std::optional<AttributeValue> ip_list(Bytes payload) {
  std::vector<std::string> words;
  for_each_attribute(payload, [&](const Attribute& attribute) {
    if (const auto address = ip_of(attribute.payload); address && address->is_v4()) words.push_back(format_ip(*address));
  });
  return AttributeValue{join(words, ",")};
}

std::optional<AttributeValue> bridge_id(Bytes payload) {
  if (payload.size() < 8) return std::nullopt;
  const auto mac = mac_of(payload.subspan(2, 6));
  return AttributeValue{fmt::format("{:02x}{:02x}.{}", payload[0], payload[1], format_mac(*mac))};
}

std::optional<AttributeValue> address(Bytes payload, std::size_t size) {
  const auto ip = ip_of(payload);
  // The kernel dumps "none" as zeros in some kinds and leaves it out in others: both are none.
  if (!ip || payload.size() != size || ip->is_unspecified()) return std::nullopt;
  return AttributeValue{format_ip(*ip)};
}

std::optional<AttributeValue> linked(Bytes payload, const NameOfIndex& name_of) {
  const auto index = read_as<std::uint32_t>(payload);
  if (!index || *index == 0) return std::nullopt;
  auto name = name_of(*index);
  if (name.empty()) return std::nullopt;
  return AttributeValue{std::move(name)};
}

std::optional<AttributeValue> decode(const AttributeRow& row, Bytes payload, const NameOfIndex& name_of) {
  switch (row.shape) {
    case Shape::u8: return number<std::uint8_t>(payload);
    case Shape::u16: return number<std::uint16_t>(payload);
    case Shape::u32: return number<std::uint32_t>(payload);
    case Shape::u64: return number<std::uint64_t>(payload);
    case Shape::be16: {
      const auto value = read_as<std::uint16_t>(payload);
      return value ? std::optional<AttributeValue>{std::uint64_t{ntohs(*value)}} : std::nullopt;
    }
    case Shape::be32: {
      const auto value = read_as<std::uint32_t>(payload);
      return value ? std::optional<AttributeValue>{std::uint64_t{ntohl(*value)}} : std::nullopt;
    }
    case Shape::flow_class: {
      const auto value = read_as<std::uint32_t>(payload);
      return value ? std::optional<AttributeValue>{std::uint64_t{(ntohl(*value) >> kFlowClassShift) & 0xFFU}} : std::nullopt;
    }
    case Shape::flag: return AttributeValue{std::uint64_t{1}};
    case Shape::word8: return word<std::uint8_t>(row, payload);
    case Shape::word16be: return word<std::uint16_t>(row, payload);
    case Shape::word32: return word<std::uint32_t>(row, payload);
    case Shape::bit:
    case Shape::bit_or_absent: {
      const auto bits = read_as<std::uint32_t>(payload);
      return bits ? std::optional<AttributeValue>{std::uint64_t{(*bits >> row.bit) & 1U}} : std::nullopt;
    }
    case Shape::text: return AttributeValue{text_of(payload)};
    case Shape::mac: {
      const auto mac = mac_of(payload);
      return mac ? std::optional<AttributeValue>{format_mac(*mac)} : std::nullopt;
    }
    case Shape::ip4: return address(payload, 4);
    case Shape::ip6: return address(payload, 16);
    case Shape::ip4_list: return ip_list(payload);
    case Shape::link: return linked(payload, name_of);
    case Shape::bridge_id: return bridge_id(payload);
  }
  return std::nullopt;
}

std::unexpected<Error> bad_value(const AttributeRow& row, std::string_view expected) {
  return fail(Errc::invalid_input, fmt::format("{} must be {}", row.name, expected));
}

// The number in `value`, which may be written as digits, by one of the row's words (any case), or as a number.
Result<std::uint64_t> number_in(const AttributeRow& row, const AttributeValue& value, std::uint64_t most) {
  std::optional<std::uint64_t> result;
  if (const auto* plain = std::get_if<std::uint64_t>(&value)) {
    result = *plain;
  } else {
    const auto& text = std::get<std::string>(value);
    const auto found = std::ranges::find_if(row.words, [&](const Word& word) { return to_lower(word.name) == to_lower(text); });
    result = found != row.words.end() ? std::optional<std::uint64_t>{found->value} : parse_number<std::uint64_t>(text);
  }
  if (!result || *result > most) return bad_value(row, fmt::format("a number up to {}", most));
  return *result;
}

template <class T>
Result<T> ranged(const AttributeRow& row, const AttributeValue& value) {
  return static_cast<T>(TRY(number_in(row, value, std::numeric_limits<T>::max())));
}

Result<std::string> text_in(const AttributeRow& row, const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return bad_value(row, "text");
}

Result<void> encode_address(const AttributeRow& row, const AttributeValue& value, Message& message) {
  const auto text = TRY(text_in(row, value));
  const auto address = TRY(parse_ip(text));
  if (address.is_v4() != (row.shape == Shape::ip4)) return bad_value(row, row.shape == Shape::ip4 ? "an IPv4 address" : "an IPv6 address");
  message.put_ip(row.number, address);
  return {};
}

Result<void> encode_list(const AttributeRow& row, const AttributeValue& value, Message& message) {
  const auto text = TRY(text_in(row, value));
  const auto nest = message.begin_nest(row.number);
  std::uint16_t position = 0;
  for (const auto word : split_list(text)) {
    const auto address = TRY(parse_ip(word));
    if (!address.is_v4()) return bad_value(row, "a list of IPv4 addresses");
    message.put_ip(position++, address);
  }
  message.end_nest(nest);
  return {};
}

Result<void> encode_text(const AttributeRow& row, const AttributeValue& value, const IndexOfName& index_of, Message& message) {
  const auto text = TRY(text_in(row, value));
  if (row.shape == Shape::mac) {
    message.put_mac(row.number, TRY(parse_mac(text)));
  } else if (row.shape == Shape::link) {
    const auto index = text.empty() ? 0U : index_of(text);
    if (!text.empty() && index == 0) return fail_errno(ENODEV, fmt::format("{} names {}", row.name, printable(text)));
    message.put_u32(row.number, index);
  } else {
    message.put_text(row.number, text);
  }
  return {};
}

Result<void> encode(const AttributeRow& row, const AttributeValue& value, const IndexOfName& index_of, Message& message) {
  switch (row.shape) {
    case Shape::u8:
    case Shape::word8: message.put_u8(row.number, TRY(ranged<std::uint8_t>(row, value))); return {};
    case Shape::u16: message.put_u16(row.number, TRY(ranged<std::uint16_t>(row, value))); return {};
    case Shape::u32:
    case Shape::word32: message.put_u32(row.number, TRY(ranged<std::uint32_t>(row, value))); return {};
    case Shape::u64: message.put_value(row.number, TRY(ranged<std::uint64_t>(row, value))); return {};
    case Shape::be16:
    case Shape::word16be: message.put_u16(row.number, htons(TRY(ranged<std::uint16_t>(row, value)))); return {};
    case Shape::be32: message.put_u32(row.number, htonl(TRY(ranged<std::uint32_t>(row, value)))); return {};
    case Shape::flow_class:
      message.put_u32(row.number, htonl(std::uint32_t{TRY(ranged<std::uint8_t>(row, value))} << kFlowClassShift));
      return {};
    case Shape::flag:
      if (TRY(number_in(row, value, 1)) == 1) message.put(row.number, {});
      return {};
    case Shape::text:
    case Shape::mac:
    case Shape::link: return encode_text(row, value, index_of, message);
    case Shape::ip4:
    case Shape::ip6: return encode_address(row, value, message);
    case Shape::ip4_list: return encode_list(row, value, message);
    case Shape::bit:
    case Shape::bit_or_absent:
    case Shape::bridge_id: break;
  }
  return fail(Errc::bug, fmt::format("attribute {} has no encoder", row.name));
}

// A {value, mask} pair under construction: all bits of one attribute must travel in one pair.
struct BitPair {
  std::uint16_t number = 0;
  std::uint32_t value = 0;
  std::uint32_t mask = 0;
};

Result<void> add_bit(const AttributeRow& row, const AttributeValue& value, std::vector<BitPair>& pairs) {
  const auto on = static_cast<std::uint32_t>(TRY(number_in(row, value, 1)));
  auto pair = std::ranges::find(pairs, row.number, &BitPair::number);
  if (pair == pairs.end()) pair = pairs.insert(pairs.end(), BitPair{row.number, 0, 0});
  pair->value |= on << row.bit;
  pair->mask |= 1U << row.bit;
  return {};
}

/// The rows as the decoder walks them: attributes come out in order.
struct SortedTable {
  std::vector<AttributeRow> rows;
  std::uint16_t highest = 0;  ///< attribute number
};

/// Sorted once per table; tables are static.
const SortedTable& sorted_by_name(AttributeTable table) {
  static thread_local std::unordered_map<const AttributeRow*, SortedTable> known;
  auto& sorted = known[table.data()];
  if (sorted.rows.size() == table.size()) return sorted;
  sorted.rows.assign(table.begin(), table.end());
  std::ranges::stable_sort(sorted.rows, {}, &AttributeRow::name);
  for (const auto& row : table) sorted.highest = std::max({sorted.highest, row.number, row.nest});
  return sorted;
}

}  // namespace

network::Attributes decode_attributes(AttributeTable unsorted, Bytes nest, const NameOfIndex& name_of) {
  const auto& [table, highest] = sorted_by_name(unsorted);
  const AttributeIndex index(nest, highest);
  std::vector<network::Attributes::Entry> attributes;
  attributes.reserve(table.size());
  for (const auto& row : table) {
    const auto payload = row.nest == 0 ? index.find(row.number) : AttributeIndex(index.nest(row.nest), row.number).find(row.number);
    if (!payload) {
      if (row.shape == Shape::bit_or_absent) attributes.push_back({row.name, std::uint64_t{0}});
      continue;
    }
    if (auto value = decode(row, *payload, name_of)) attributes.push_back({row.name, std::move(*value)});
  }
  return network::Attributes::from_entries(std::move(attributes));
}

Result<void> encode_attributes(AttributeTable table, const network::Attributes& attributes, const IndexOfName& index_of, Message& message) {
  std::vector<BitPair> pairs;
  for (const auto& [name, value] : attributes) {
    const auto row = std::ranges::find(table, name, &AttributeRow::name);
    if (row == table.end()) return fail(Errc::unsupported, fmt::format("no attribute {} is known for this kind", printable(name)));
    if (row->access == Access::read_only) return fail(Errc::unsupported, fmt::format("{} can't be set", name));
    if (row->shape == Shape::bit || row->shape == Shape::bit_or_absent) {
      TRY_VOID(add_bit(*row, value, pairs));
    } else {
      TRY_VOID(encode(*row, value, index_of, message));
    }
  }
  for (const auto& pair : pairs) message.put_value(pair.number, std::array{pair.value, pair.mask});
  return {};
}

}  // namespace drawbridge::kernel
