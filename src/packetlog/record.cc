#include "packetlog/record.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace drawbridge::packetlog {
namespace {

/// Takes what stands before the next colon; nullopt if there is none.
std::optional<std::string_view> take_part(std::string_view& rest) {
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return part;
}

std::optional<Prefix> parse_familiar(std::string_view rest) {
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  std::array<std::string_view, 3> parts;
  for (std::string_view& part : parts) {
    const auto taken = take_part(rest);
    if (!taken) return std::nullopt;
    part = *taken;
  }
  const auto vmid = parse_number<std::uint32_t>(parts[0]);
  const auto level = parse_number<std::uint8_t>(parts[1]);
  if (!vmid || !level || *level > 7 || !rest.starts_with(' ')) return std::nullopt;
  rest.remove_prefix(1);
  const std::size_t mark = rest.find('#');
  return Prefix{.vmid = *vmid,
                .level = *level,
                .chain = std::string(parts[2]),
                .text = std::string(rest.substr(0, mark)),
                .rule = mark == std::string_view::npos ? "" : std::string(rest.substr(mark + 1))};
}

}  // namespace

Prefix parse_prefix(std::string_view text) {
  if (auto prefix = parse_familiar(text)) return *std::move(prefix);
  return Prefix{.text = std::string(text)};
}

std::string format_prefix(const Prefix& prefix) {
  std::string text = fmt::format(":{}:{}:{}: {}", prefix.vmid, prefix.level, prefix.chain, prefix.text);
  if (!prefix.rule.empty() && text.size() + 1 + prefix.rule.size() <= kLongestPrefix) text += '#' + prefix.rule;
  if (text.size() > kLongestPrefix) text.resize(kLongestPrefix);
  return text;
}

}  // namespace drawbridge::packetlog
