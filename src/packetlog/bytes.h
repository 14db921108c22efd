// Reading a packet front to back, never past its end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

namespace drawbridge::packetlog {

/// What is left of a packet. Numbers are in network order. Reading more than there is gives nullopt and takes nothing.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> rest) : rest_(rest) {}

  std::size_t size() const { return rest_.size(); }

  std::optional<std::span<const std::uint8_t>> take(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  void skip(std::size_t count) { rest_ = rest_.subspan(std::min(count, rest_.size())); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// Numbers at an offset of a header that is known to be long enough.
inline std::uint8_t byte_at(std::span<const std::uint8_t> header, std::size_t at) { return header[at]; }
inline std::uint16_t word_at(std::span<const std::uint8_t> header, std::size_t at) {
  return static_cast<std::uint16_t>(header[at] << 8U | header[at + 1]);
}
inline std::uint32_t long_at(std::span<const std::uint8_t> header, std::size_t at) {
  return static_cast<std::uint32_t>(word_at(header, at)) << 16U | word_at(header, at + 2);
}

}  // namespace drawbridge::packetlog
