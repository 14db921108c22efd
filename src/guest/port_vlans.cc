#include "guest/port_vlans.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

#include "base/text.h"

namespace drawbridge::guest {
namespace {

using network::BridgeVlan;

constexpr std::size_t kVlans = 4095;
using VlanSet = std::bitset<kVlans>;

VlanSet set_of(const std::vector<VlanRange>& ranges) {
  VlanSet set;
  for (const auto& range : ranges)
    for (std::size_t id = range.first; id <= range.last && id < kVlans; ++id) set.set(id);
  return set;
}

VlanSet vids_of(const BridgePolicy& policy) { return set_of(policy.vids.empty() ? std::vector<VlanRange>{{2, 4094}} : policy.vids); }

std::string text_of(const VlanSet& set) {
  std::string text;
  for (std::size_t id = 1; id < kVlans; ++id) {
    if (!set.test(id)) continue;
    const std::size_t first = id;
    while (id + 1 < kVlans && set.test(id + 1)) ++id;
    text += (text.empty() ? "" : ", ") + (first == id ? fmt::to_string(id) : fmt::format("{}-{}", first, id));
  }
  return text;
}

std::vector<BridgeVlan> entries_of(const std::string& device, VlanSet tagged, std::uint16_t pvid) {
  if (pvid != 0) tagged.reset(pvid);
  std::vector<BridgeVlan> entries;
  for (std::size_t id = 1; id < kVlans; ++id) {
    if (id == pvid) entries.push_back({device, pvid, pvid, true, true, false});
    if (!tagged.test(id)) continue;
    const std::size_t first = id;
    while (id + 1 < kVlans && tagged.test(id + 1)) ++id;
    entries.push_back({device, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(id), false, false, false});
  }
  return entries;
}

/// Wired by somebody who gives every guest all VLANs.
bool is_trunk_already(const std::string& device, const std::string& bridge, const NodeNetwork& node) {
  const auto* link = node.find(device);
  if (link == nullptr || link->master != bridge) return false;
  const auto range = std::ranges::equal_range(node.now().bridge_vlans, device, {}, &BridgeVlan::link);
  return std::ranges::any_of(range, [](const BridgeVlan& vlan) { return !vlan.untagged && vlan.last - vlan.first >= 1000; });
}

class Vlans {
 public:
  Vlans(const Nic& nic, const std::string& device, const network::Link& bridge, const SourceLocation& where, const NodeNetwork& node,
        Diagnostics& warnings)
      : nic_(nic),
        device_(device),
        bridge_(bridge),
        where_(where),
        node_(node),
        policy_(node.policies().of(bridge.name)),
        vids_(vids_of(policy_)),
        warnings_(warnings) {}

  std::vector<BridgeVlan> run() {
    if (nic_.tag) return entries_of(device_, trunks(), access_vlan());
    const auto pvid = policy_.untagged == Untagged::none ? std::uint16_t{0} : usual_pvid();
    if (!nic_.trunks.empty()) return entries_of(device_, trunks(), pvid);
    return entries_of(device_, carries_all() ? vids_ : VlanSet{}, pvid);
  }

 private:
  void warn(std::string code, std::string message, std::string hint) {
    warnings_.push_back({where_, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
  }

  std::uint16_t usual_pvid() const { return static_cast<std::uint16_t>(number_of(bridge_.data, "vlan_default_pvid")); }

  std::uint16_t access_vlan() {
    if (*nic_.tag != usual_pvid() && !vids_.test(*nic_.tag))
      warn("vlan-not-carried",
           fmt::format("VLAN {} stays inside {}: it is none of its bridge-vids ({})", *nic_.tag, printable(bridge_.name), text_of(vids_)),
           fmt::format("add {} to bridge-vids of {}, or choose another tag", *nic_.tag, printable(bridge_.name)));
    return *nic_.tag;
  }

  VlanSet trunks() {
    auto asked = set_of(nic_.trunks);
    if (const auto left_out = asked & ~vids_; left_out.any())
      warn(
          "vlan-not-carried",
          fmt::format("VLANs {} of the trunk are left out: they are none of bridge-vids of {}", text_of(left_out), printable(bridge_.name)),
          "add them to bridge-vids, or take them out of trunks");
    return asked & vids_;
  }

  bool carries_all() {
    const auto cure =
        fmt::format("write trunks=2-4094 for the card, or bridge-guest-untagged trunk, access or none for {}", printable(bridge_.name));
    switch (policy_.untagged) {
      case Untagged::trunk: return true;
      case Untagged::access: return false;
      case Untagged::none:
        warn("untagged-dropped", fmt::format("{} has no VLAN: {} drops what guests send untagged", device_, printable(bridge_.name)),
             "give the card a tag or trunks");
        return false;
      case Untagged::unsaid: break;
    }
    if (is_trunk_already(device_, bridge_.name, node_)) {
      warn("trunk-kept",
           fmt::format("{} keeps all VLANs, though its card asks for none; plugged anew it has VLAN {} only", device_, usual_pvid()), cure);
      return true;
    }
    warn("untagged-access",
         fmt::format("{} has VLAN {} only; Proxmox VE would give it all VLANs of {}", device_, usual_pvid(), printable(bridge_.name)),
         cure);
    return false;
  }

  const Nic& nic_;
  const std::string& device_;
  const network::Link& bridge_;
  const SourceLocation& where_;
  const NodeNetwork& node_;
  const BridgePolicy& policy_;
  VlanSet vids_;
  Diagnostics& warnings_;
};

}  // namespace

std::vector<BridgeVlan> port_vlans(const Nic& nic, const std::string& device, const network::Link& bridge, const SourceLocation& where,
                                   const NodeNetwork& node, Diagnostics& warnings) {
  return Vlans(nic, device, bridge, where, node, warnings).run();
}

}  // namespace drawbridge::guest
