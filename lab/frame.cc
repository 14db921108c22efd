#include "lab/frame.h"

namespace drawbridge::lab {
namespace {

constexpr std::size_t kHeader = 9;

void put_number(std::string& bytes, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((number >> shift) & 0xFFU));
}

std::uint32_t get_number(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) number = (number << 8U) | static_cast<std::uint8_t>(byte);
  return number;
}

}  // namespace

std::string encode_frame(const Frame& frame) {
  std::string bytes;
  bytes.reserve(kHeader + frame.body.size());
  put_number(bytes, frame.stream);
  bytes.push_back(static_cast<char>(frame.kind));
  put_number(bytes, frame.body.size());
  return bytes + frame.body;
}

Result<std::optional<Frame>> FrameDecoder::next() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.size() < kHeader) return std::optional<Frame>();
  const auto kind = static_cast<std::uint8_t>(rest[4]);
  const std::size_t length = get_number(rest.substr(5));
  if (kind < 1 || kind > static_cast<std::uint8_t>(FrameKind::stop) || length > kMostBody) {
    return fail(Errc::bug, "the lab's command channel carries bytes that are no frames");
  }
  if (rest.size() < kHeader + length) return std::optional<Frame>();
  Frame frame{get_number(rest), static_cast<FrameKind>(kind), std::string(rest.substr(kHeader, length))};
  begin_ += kHeader + length;
  if (begin_ == buffer_.size() || begin_ > kMostBody) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  return std::optional<Frame>(std::move(frame));
}

}  // namespace drawbridge::lab
