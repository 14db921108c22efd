// Links that exist in software only and have no type of their own over REST: pairs of virtual cables, and MAC-based VLANs.
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

// The kernel doesn't count for veth: in a container, or in a test, it is what a card is elsewhere.
bool is_veth(const Interface& interface) {
  return interface.option("link-type") == "veth" || interface.find_option("veth-peer-name") != nullptr;
}

bool is_macvlan(const Link& link) { return link.kind == "macvlan"; }

}  // namespace

const TypeRow& veth_type() {
  static const TypeRow row{.type = InterfaceType::veth, .word = "unknown", .title = "Virtual Cable", .rank = 1, .told_by_options = is_veth};
  return row;
}

const TypeRow& macvlan_type() {
  static const TypeRow row{.type = InterfaceType::macvlan, .word = "unknown", .title = "MAC VLAN", .rank = 6, .told_by_link = is_macvlan};
  return row;
}

}  // namespace drawbridge::network
