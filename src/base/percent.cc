#include "base/percent.h"

namespace drawbridge {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that "%XX" at this place stands for.
std::optional<char> byte_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return std::nullopt;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

struct Reading {
  bool plus_is_space = false;
  bool strict = true;
};

std::optional<std::string> decode(std::string_view text, Reading reading) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = text[at] == '%' ? byte_at(text, at) : std::nullopt;
    if (byte) {
      decoded += *byte;
      at += 2;
    } else if (text[at] == '%' && reading.strict) {
      return std::nullopt;
    } else {
      decoded += text[at] == '+' && reading.plus_is_space ? ' ' : text[at];
    }
  }
  return decoded;
}

}  // namespace

std::string percent_of(char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'%', kDigits[value >> 4U], kDigits[value & 15U]};
}

std::string encode_percent(std::string_view text) {
  return encode_percent_unless(text, [&](std::size_t at) { return is_unreserved(text[at]); });
}

std::optional<std::string> decode_percent(std::string_view text) { return decode(text, {}); }
std::optional<std::string> decode_percent_of_form(std::string_view text) { return decode(text, {.plus_is_space = true}); }
std::string decode_percent_if_any(std::string_view text) { return decode(text, {.strict = false}).value_or(""); }

}  // namespace drawbridge
