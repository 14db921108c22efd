#include "network/desired.h"

#include <algorithm>

namespace drawbridge::network {

bool belongs_to(const Route& route, const Desired& desired, const std::set<std::string>& names) {
  if (!route.nexthops.empty()) return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return names.contains(hop.link); });
  const AttributeValue table{std::uint64_t{route.table}};
  return std::ranges::any_of(desired.links, [&](const auto& entry) {
    const auto found = entry.second.data.find("table");
    return entry.second.kind == "vrf" && names.contains(entry.first) && found != entry.second.data.end() && found->second.value == table;
  });
}

}  // namespace drawbridge::network
