// Netlink attributes as nf_tables sends them: numbers in network order.
#pragma once

#include <arpa/inet.h>
#include <endian.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::netfilter {

using Bytes = std::span<const std::uint8_t>;

struct Attribute {
  std::uint16_t type = 0;  ///< without the flags
  Bytes payload;

  std::uint8_t u8() const { return payload.empty() ? 0 : payload[0]; }
  std::uint16_t u16() const { return ntohs(number<std::uint16_t>()); }
  std::uint32_t u32() const { return ntohl(number<std::uint32_t>()); }
  std::uint64_t u64() const { return be64toh(number<std::uint64_t>()); }
  /// Up to the NUL.
  std::string_view text() const {
    const std::string_view all(reinterpret_cast<const char*>(payload.data()), payload.size());
    return all.substr(0, all.find('\0'));
  }

 private:
  template <class T>
  T number() const {  // too short: 0
    T value = 0;
    if (payload.size() >= sizeof value) std::memcpy(&value, payload.data(), sizeof value);
    return value;
  }
};

/// One attribute after the other.
class AttributeReader {
 public:
  explicit AttributeReader(Bytes bytes) : rest_(bytes) {}
  /// nullopt at the end, and where the bytes stop making sense.
  std::optional<Attribute> next() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint16_t length = 0, type = 0;
    std::memcpy(&length, rest_.data(), 2);
    std::memcpy(&type, rest_.data() + 2, 2);
    if (length < 4 || length > rest_.size()) return std::nullopt;
    const Attribute attribute{static_cast<std::uint16_t>(type & 0x3fffU), rest_.subspan(4, length - 4U)};
    rest_ = rest_.subspan(std::min(rest_.size(), (length + 3U) & ~std::size_t{3}));
    return attribute;
  }
  /// After next() gave nullopt: all was read.
  bool is_whole() const { return rest_.empty(); }

 private:
  Bytes rest_;
};

/// An attribute within its nests: types of eight bits each, the innermost lowest. Type 3 within 2 is 0x0203.
using AttributePath = std::uint32_t;
constexpr AttributePath path(std::uint32_t outer, std::uint32_t inner) { return outer << 8U | inner; }
constexpr AttributePath path(std::uint32_t outer, std::uint32_t middle, std::uint32_t inner) { return path(path(outer, middle), inner); }

/// Nested attributes laid flat, in ascending order of their paths: two that mean the same have equal parts.
struct Parts {
  struct Part {
    AttributePath where = 0;
    Attribute attribute;
    bool operator==(const Part& other) const {
      return where == other.where && std::ranges::equal(attribute.payload, other.attribute.payload);
    }
  };
  std::vector<Part> parts;

  /// nullptr: it has none.
  const Attribute* find(AttributePath where) const {
    for (const Part& part : parts)
      if (part.where == where) return &part.attribute;
    return nullptr;
  }
  std::uint32_t u32(AttributePath where) const {
    const Attribute* attribute = find(where);
    return attribute == nullptr ? 0 : attribute->u32();
  }
  bool operator==(const Parts&) const = default;
};

/// Lays attributes flat. `is_nest(path)`: that one has attributes within it. `is_noise(path, attribute)`: it says nothing.
/// False if they are cut short.
template <class IsNest, class IsNoise>
bool flatten(Bytes bytes, const IsNest& is_nest, const IsNoise& is_noise, Parts& to, AttributePath outer = 0) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    const AttributePath where = path(outer, attribute->type);
    if (is_nest(where)) {
      if (!flatten(attribute->payload, is_nest, is_noise, to, where)) return false;
    } else if (!is_noise(where, *attribute)) {
      to.parts.push_back({where, *attribute});
    }
  }
  if (outer == 0) std::ranges::stable_sort(to.parts, {}, &Parts::Part::where);
  return reader.is_whole();
}

inline bool is_zero(const Attribute& attribute) {
  return std::ranges::all_of(attribute.payload, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace drawbridge::netfilter
