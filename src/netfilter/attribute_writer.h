// Netlink attributes at the end of a growing buffer.
#pragma once

#include <arpa/inet.h>
#include <endian.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace drawbridge::netfilter {

class AttributeWriter {
 public:
  explicit AttributeWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  void put(std::uint16_t type, std::span<const std::uint8_t> payload) {
    const std::size_t at = open(type, payload.size());
    if (!payload.empty()) std::memcpy(bytes_.data() + at, payload.data(), payload.size());
  }
  void put_u8(std::uint16_t type, std::uint8_t value) { put(type, {&value, 1}); }
  /// Numbers stand in network order in nf_tables.
  void put_u16(std::uint16_t type, std::uint16_t value) { put_number(type, htons(value)); }
  void put_u32(std::uint16_t type, std::uint32_t value) { put_number(type, htonl(value)); }
  void put_u64(std::uint16_t type, std::uint64_t value) { put_number(type, htobe64(value)); }
  /// With the NUL at the end.
  void put_text(std::uint16_t type, std::string_view text) {
    const std::size_t at = open(type, text.size() + 1);
    std::memcpy(bytes_.data() + at, text.data(), text.size());
  }
  std::size_t begin_nest(std::uint16_t type) { return open(static_cast<std::uint16_t>(type | 0x8000U), 0) - 4; }
  void end_nest(std::size_t nest) { set_length(nest, bytes_.size() - nest); }
  /// Whole attributes.
  void append(std::span<const std::uint8_t> attributes) { bytes_.insert(bytes_.end(), attributes.begin(), attributes.end()); }
  std::size_t size() const { return bytes_.size(); }

 private:
  template <class T>
  void put_number(std::uint16_t type, T value) {
    const std::size_t at = open(type, sizeof value);
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }
  /// Gives where the payload begins; it is zero, padding too.
  std::size_t open(std::uint16_t type, std::size_t payload) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 4 + ((payload + 3) & ~std::size_t{3}));
    set_length(at, payload + 4);
    std::memcpy(bytes_.data() + at + 2, &type, 2);
    return at + 4;
  }
  void set_length(std::size_t at, std::size_t length) {
    const auto short_length = static_cast<std::uint16_t>(length);
    std::memcpy(bytes_.data() + at, &short_length, 2);
  }

  std::vector<std::uint8_t>& bytes_;
};

}  // namespace drawbridge::netfilter
