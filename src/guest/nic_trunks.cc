// The list of tagged VLANs of a card.
#include "base/text.h"
#include "guest/nic_reader.h"

namespace drawbridge::guest {
namespace {

constexpr std::uint16_t kLastVlan = 4094;

std::optional<std::uint16_t> parse_vlan(std::string_view text) {
  const auto id = parse_number<std::uint16_t>(text);
  return id && *id >= 1 && *id <= kLastVlan ? id : std::nullopt;
}

std::string hint_for(std::string_view text, Kind kind) {
  if (text.find_first_of(" \t|/") != std::string_view::npos || text.ends_with(';') || text.starts_with(';'))
    return "separate the ids by single semicolons: 2;5;100";
  return kind == Kind::qemu ? "write ids of 1 to 4094 and ranges between semicolons: 2;5;100-200"
                            : "write ids of 1 to 4094 between semicolons: 2;5;100";
}

}  // namespace

Result<std::vector<VlanRange>> parse_trunks(std::string_view text, Kind kind) {
  std::vector<VlanRange> trunks;
  for (const std::string_view part : split(text, ';')) {
    const auto dash = part.find('-');
    const auto first = parse_vlan(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_vlan(part.substr(dash + 1));
    if (!first || !last) return fail(Errc::invalid_input, "'" + printable(part) + "' is no VLAN id", {}, hint_for(text, kind));
    if (dash != std::string_view::npos && kind == Kind::lxc)
      return fail(Errc::invalid_input, "'" + printable(part) + "' is a range, which a container's trunks can't have", {},
                  "list the ids one by one: 2;3;4");
    if (*first > *last)
      return fail(Errc::invalid_input, "the range '" + printable(part) + "' ends before it begins", {},
                  "write " + std::to_string(*last) + "-" + std::to_string(*first));
    trunks.push_back({*first, *last});
  }
  return trunks;
}

std::string print_trunks(const std::vector<VlanRange>& trunks) {
  std::vector<std::string> parts;
  for (const auto& [first, last] : trunks)
    parts.push_back(first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last));
  return join(parts, ";");
}

}  // namespace drawbridge::guest
