#include "network/snapshot.h"

#include <algorithm>

namespace drawbridge::network {

const Link* Snapshot::find_link(std::string_view name_or_altname) const {
  const auto found = links.find(name_or_altname);
  if (found != links.end()) return &found->second;
  for (const auto& [name, link] : links)
    if (std::ranges::find(link.altnames, name_or_altname) != link.altnames.end()) return &link;
  return nullptr;
}

}  // namespace drawbridge::network
