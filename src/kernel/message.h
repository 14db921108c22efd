// Netlink messages as bytes: a bounds-checked reader and a growing writer. The layout is that of linux/netlink.h: 4-byte aligned
// attributes of (length, type, payload) behind a fixed header. Nothing here knows what an attribute means.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace drawbridge::kernel {

using Bytes = std::span<const std::uint8_t>;

/// The bytes as a T, if there are enough of them.
template <class T>
std::optional<T> read_as(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

/// One attribute: type without the nested and byte-order flags.
struct Attribute {
  std::uint16_t type = 0;
  Bytes payload;
};

/// Calls `visit(Attribute)` for each attribute of `bytes`; stops at the first one whose length does not fit.
template <class Visit>
void for_each_attribute(Bytes bytes, Visit visit) {
  constexpr std::size_t kHeader = 4;
  while (bytes.size() >= kHeader) {
    const auto length = static_cast<std::size_t>(*read_as<std::uint16_t>(bytes));
    const std::uint16_t type = *read_as<std::uint16_t>(bytes.subspan(2)) & 0x3FFFU;
    if (length < kHeader || length > bytes.size()) return;
    visit(Attribute{type, bytes.subspan(kHeader, length - kHeader)});
    bytes = bytes.subspan(std::min(bytes.size(), (length + 3U) & ~std::size_t{3}));
  }
}

/// The attributes of one level, by type; of a repeated type the last one counts, as in the kernel's own parser.
class AttributeIndex {
 public:
  /// Types above `highest` are dropped.
  AttributeIndex(Bytes bytes, std::uint16_t highest);

  bool has(std::uint16_t type) const { return find(type).has_value(); }
  std::optional<Bytes> find(std::uint16_t type) const;
  /// Payload of `type`, empty if it is absent: for nests.
  Bytes nest(std::uint16_t type) const { return find(type).value_or(Bytes{}); }
  template <class T>
  std::optional<T> get(std::uint16_t type) const {
    const auto payload = find(type);
    return payload ? read_as<T>(*payload) : std::nullopt;
  }
  /// Text up to the first NUL or the end; empty if absent.
  std::string text(std::uint16_t type) const;

 private:
  struct Slot {
    Bytes payload;
    bool present = false;
  };
  std::vector<Slot> slots_;
};

std::string text_of(Bytes payload);
std::optional<MacAddress> mac_of(Bytes payload);
/// 4 bytes are IPv4, 16 bytes are IPv6, anything else is nothing.
std::optional<IpAddress> ip_of(Bytes payload);
/// The address's 4 or 16 bytes.
Bytes bytes_of(const IpAddress& address);

/// A request under construction: header, family header, attributes.
class Message {
 public:
  /// `family_header` is ifinfomsg, ifaddrmsg, rtmsg…
  template <class T>
  Message(std::uint16_t type, std::uint16_t flags, const T& family_header) : Message(type, flags) {
    append(&family_header, sizeof(T));
  }

  void put(std::uint16_t type, Bytes payload);
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put_value(std::uint16_t type, const T& value) {
    put(type, Bytes{reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)});
  }
  void put_u8(std::uint16_t type, std::uint8_t value) { put_value(type, value); }
  void put_u16(std::uint16_t type, std::uint16_t value) { put_value(type, value); }
  void put_u32(std::uint16_t type, std::uint32_t value) { put_value(type, value); }
  /// With the NUL at the end.
  void put_text(std::uint16_t type, const std::string& text);
  void put_ip(std::uint16_t type, const IpAddress& address) { put(type, bytes_of(address)); }
  void put_mac(std::uint16_t type, const MacAddress& mac) { put(type, Bytes{mac.bytes}); }

  /// Opens a nested attribute; attributes put until end_nest(token) stand inside it.
  std::size_t begin_nest(std::uint16_t type);
  void end_nest(std::size_t token);
  /// Plain bytes inside a nest (a fixed header before attributes, a struct rtnexthop), padded to 4 bytes. Gives their offset.
  std::size_t append(const void* bytes, std::size_t size);
  /// Overwrites the 16-bit length at `offset` with the bytes appended since; for struct rtnexthop.
  void patch_length(std::size_t offset);

  /// The finished bytes, with length and sequence number in place.
  Bytes finish(std::uint32_t sequence);
  std::uint16_t type() const;

 private:
  Message(std::uint16_t type, std::uint16_t flags);
  std::vector<std::uint8_t> bytes_;
};

}  // namespace drawbridge::kernel
