#include "api/upid.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

/// It is a file's name, and so is it with ".end" behind it.
constexpr std::size_t kMostBytes = 250;

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  if (text.size() < 8 || text.size() > 9) return std::nullopt;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'))) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.begin(), text.end(), value, 16);
  return error == std::errc{} && stop == text.end() ? std::optional(value) : std::nullopt;
}

/// A part becomes part of a file's name.
bool is_part(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte < 0x7F && c != ':' && c != '/';
  });
}

/// Users' names are UTF-8; other programs expect ASCII here.
std::string encode_user(std::string_view user) {
  return encode_percent_unless(user, [&](std::size_t at) { return is_part(user.substr(at, 1)) && user[at] != '%'; });
}

}  // namespace

std::string format_upid(const Upid& upid) {
  return fmt::format("UPID:{}:{:08X}:{:08X}:{:08X}:{}:{}:{}:", upid.node, upid.pid, upid.pstart, upid.start, upid.type, upid.id,
                     encode_user(upid.user));
}

std::optional<Upid> parse_upid(std::string_view text) {
  if (text.size() > kMostBytes) return std::nullopt;
  const auto parts = split(text, ':');
  if (parts.size() != 9 || parts[0] != "UPID" || !parts[8].empty()) return std::nullopt;
  if (!std::ranges::all_of(parts, is_part) || parts[1].empty() || parts[5].empty() || parts[7].empty()) return std::nullopt;
  const auto pid = parse_hex(parts[2]);
  const auto pstart = parse_hex(parts[3]);
  const auto start = parse_hex(parts[4]);
  if (!pid || !pstart || !start || *pid > UINT32_MAX || *start > UINT32_MAX) return std::nullopt;
  Upid upid{.node = std::string(parts[1]),
            .pid = static_cast<std::uint32_t>(*pid),
            .pstart = *pstart,
            .start = static_cast<std::uint32_t>(*start),
            .type = std::string(parts[5]),
            .id = std::string(parts[6]),
            .user = decode_percent(parts[7]).value_or("")};
  return format_upid(upid) == text ? std::optional(std::move(upid)) : std::nullopt;
}

}  // namespace drawbridge::api
