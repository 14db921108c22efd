#include "network/uplinks.h"

#include <algorithm>
#include <optional>

#include "network/link_defaults.h"

namespace drawbridge::network {
namespace {

constexpr int kDeepest = 16;  ///< more storeys than the kernel stacks

std::uint64_t number(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  const auto* value = found == attributes.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  return value == nullptr ? 0 : *value;
}

std::string text(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  const auto* value = found == attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value == nullptr ? std::string() : *value;
}

/// The way of a frame: its tags, outermost first.
using Tags = std::vector<std::uint64_t>;

class Walk {
 public:
  explicit Walk(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void follow(const std::string& name, const Tags& tags, int depth) {
    const auto found = snapshot_.links.find(name);
    if (found == snapshot_.links.end() || !found->second.up || depth > kDeepest) return;
    const Link& link = found->second;
    result_.links.insert(name);
    if (link.kind == "vlan") {
      Tags outer{number(link.data, "id")};
      outer.insert(outer.end(), tags.begin(), tags.end());
      follow(link.parent, outer, depth + 1);
    } else if (link.kind == "macvlan") {
      follow(link.parent, tags, depth + 1);
    } else if (link.kind == "bridge") {
      follow_bridge(link, tags, depth);
    } else if (link.kind == "bond") {
      for (const auto& [port, slave] : snapshot_.links)
        if (slave.master == name) follow(port, tags, depth + 1);
    } else if (const std::string device = text(link.data, "link"); !device.empty()) {
      follow(device, {}, depth + 1);
    } else {
      arrive(name, tags);
    }
  }

  Uplinks take() { return std::move(result_); }

 private:
  void arrive(const std::string& name, const Tags& tags) {
    std::string way = name;
    for (std::size_t i = 0; i < tags.size(); ++i) way += (i == 0 ? " VLAN " : ".") + std::to_string(tags[i]);
    result_.ways.insert(way);
  }

  /// The VLAN of `link` that holds `id`; for 0 the one that takes what is untagged.
  const BridgeVlan* entry(const std::string& link, bool self, std::uint64_t id) const {
    for (const BridgeVlan& vlan : snapshot_.bridge_vlans) {
      if (vlan.link != link || vlan.self != self) continue;
      if (id == 0 ? vlan.pvid : vlan.first <= id && id <= vlan.last) return &vlan;
    }
    return nullptr;
  }

  void follow_bridge(const Link& bridge, const Tags& tags, int depth) {
    const bool filters = number(bridge.data, "vlan_filtering") != 0;
    std::uint64_t vlan = tags.empty() ? 0 : tags.front();
    if (filters) {
      const BridgeVlan* own = entry(bridge.name, true, vlan);
      if (own == nullptr) return;
      if (vlan == 0) vlan = own->first;
    }
    const Tags inner(tags.begin() + (tags.empty() ? 0 : 1), tags.end());
    for (const auto& [name, port] : snapshot_.links) {
      if (port.master != bridge.name || is_guest_port(name)) continue;
      const BridgeVlan* carried = filters ? entry(name, false, vlan) : nullptr;
      if (!filters) {
        follow(name, tags, depth + 1);
      } else if (carried != nullptr) {
        Tags leaving = inner;
        if (!carried->untagged) leaving.insert(leaving.begin(), vlan);
        follow(name, leaving, depth + 1);
      }
    }
  }

  const Snapshot& snapshot_;
  Uplinks result_;
};

}  // namespace

Uplinks uplinks_of(const Snapshot& snapshot, const std::string& link) {
  Walk walk(snapshot);
  walk.follow(link, {}, 0);
  return walk.take();
}

}  // namespace drawbridge::network
