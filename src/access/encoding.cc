#include "access/encoding.h"

#include <cstdint>

#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Groups of `width` bits, the last one filled with zeros.
std::string regroup(std::string_view bytes, std::string_view alphabet, unsigned width) {
  std::string text;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (held += 8; held >= width; held -= width) text += alphabet[(buffer >> (held - width)) & ((1U << width) - 1)];
    buffer &= 0xffU;
  }
  if (held > 0) text += alphabet[(buffer << (width - held)) & ((1U << width) - 1)];
  return text;
}

std::optional<std::string> ungroup(std::string_view text, std::string_view alphabet, unsigned width) {
  std::string bytes;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = ((buffer << width) | static_cast<std::uint32_t>(value)) & 0xffffU;
    held += width;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((buffer >> held) & 0xffU);
  }
  // What is left over is filling: less than a character, and nothing but zeros.
  if (held >= width || (buffer & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::string_view without_padding(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string to_hex(std::string_view bytes) { return regroup(bytes, "0123456789abcdef", 4); }

std::optional<std::string> from_hex(std::string_view text) { return ungroup(to_lower(text), "0123456789abcdef", 4); }

std::string to_base64(std::string_view bytes) {
  std::string text = regroup(bytes, kBase64, 6);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> from_base64(std::string_view text) { return ungroup(without_padding(text), kBase64, 6); }

std::string to_base32(std::string_view bytes) { return regroup(bytes, kBase32, 5); }

std::optional<std::string> from_base32(std::string_view text) {
  std::string upper;
  for (const char c : without_padding(text))
    if (!is_blank(c)) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ungroup(upper, kBase32, 5);
}

}  // namespace drawbridge::access
