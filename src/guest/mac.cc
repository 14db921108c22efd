#include "guest/mac.h"

#include <algorithm>

#include "base/text.h"
#include "guest/document.h"

namespace drawbridge::guest {
namespace {

constexpr std::size_t kMostDigits = 7;
constexpr int kDraws = 1000;

std::string to_upper(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

/// Hex pairs between colons, the last one perhaps half. A colon at the end is nobody's mistake.
bool is_prefix(std::string_view text) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool colon = i % 3 == 2;
    if (colon != (text[i] == ':')) return false;
    if (colon) continue;
    if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'F'))) return false;
    ++digits;
  }
  return digits >= 2 && digits <= kMostDigits;
}

}  // namespace

Result<MacPrefix> parse_mac_prefix(std::string_view text) {
  std::string prefix = to_upper(text);
  if (prefix.ends_with(':')) prefix.pop_back();
  if (!is_prefix(prefix))
    return fail(Errc::invalid_input, "'" + printable(text) + "' is no prefix of MAC addresses", {},
                "write one to three bytes, as in BC:24:11");
  if (std::string_view("02468ACE").find(prefix[1]) == std::string_view::npos)
    return fail(Errc::invalid_input, "'" + printable(text) + "' is a prefix of multicast addresses", {}, "make its second hex digit even");
  return MacPrefix{std::move(prefix)};
}

Result<MacPrefix> read_mac_prefix(std::string_view datacenter_cfg, const std::string& path) {
  const Document document = parse_document(datacenter_cfg, path);
  const Line* found = nullptr;
  for (const Line& line : document.lines)
    if (line.kind == LineKind::entry && line.section == 0 && line.key == "mac_prefix") found = &line;
  if (found == nullptr) return MacPrefix{};
  auto prefix = parse_mac_prefix(found->value);
  if (!prefix) prefix.error().where = document.locate(*found);
  return prefix;
}

MacAddress make_mac(const RandomBytes& random, const MacPrefix& prefix) {
  MacAddress mac{random};
  mac.bytes[0] = static_cast<std::uint8_t>((mac.bytes[0] & 0xfeU) | 2U);
  const std::string text = format_mac(mac).replace(0, prefix.text.size(), prefix.text);
  return parse_mac(text).value_or(mac);
}

Result<MacAddress> make_free_mac(const std::function<RandomBytes()>& draw, const MacPrefix& prefix, const std::set<MacAddress>& used) {
  for (int i = 0; i < kDraws; ++i) {
    const MacAddress mac = make_mac(draw(), prefix);
    if (!mac.is_zero() && !used.contains(mac)) return mac;
  }
  return fail(Errc::unavailable, "no free MAC address was found under the prefix " + prefix.text, {},
              "set a shorter mac_prefix in datacenter.cfg");
}

}  // namespace drawbridge::guest
