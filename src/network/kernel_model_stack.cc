// What a change of one link does to the links that stand on it, in the kernel model. Source: net/8021q/vlan.c, drivers/net/macvlan.c,
// net/bridge/br.c, drivers/net/vrf.c of Linux 6.1, and trials on it.
#include <cerrno>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

Link* at(Model& model, const std::string& name) {
  const auto found = model.snapshot.links.find(name);
  return found == model.snapshot.links.end() ? nullptr : &found->second;
}

/// A VLAN goes up and down with its raw device, unless it is bound loosely.
bool follows_updown(const Link& upper) { return upper.kind == "vlan" && number(upper.data, "loose_binding").value_or(0) == 0; }

bool follows_mtu(const Link& upper) { return upper.kind != "vxlan"; }

}  // namespace

int check_raise(Model& model, const Link& link) {
  if (link.kind == "vlan" && follows_updown(link)) {
    const Link* parent = at(model, link.parent);
    if (parent != nullptr && !parent->up) return ENETDOWN;
  }
  if (link.kind != "macvlan" || link.mac.is_zero()) return 0;
  const Link* lower = at(model, link.parent);
  if (lower != nullptr && lower->mac == link.mac) return EADDRINUSE;
  for (const auto& name : model.uppers_of(link.parent)) {
    const Link* other = at(model, name);
    if (name != link.name && other->kind == "macvlan" && other->up && other->mac == link.mac) return EADDRINUSE;
  }
  return 0;
}

int raise(Model& model, const std::string& name) {
  Link* link = at(model, name);
  if (link == nullptr || link->up) return 0;
  if (const int refused = check_raise(model, *link); refused != 0) return refused;
  link->up = true;
  if (link->loopback) add_loopback_addresses(model, name);
  add_connected_routes(model, name, Family::ipv4);
  add_connected_routes(model, name, Family::ipv6);
  for (const auto& upper : model.uppers_of(name))
    if (follows_updown(*at(model, upper))) raise(model, upper);
  return 0;
}

void lower(Model& model, const std::string& name) {
  Link* link = at(model, name);
  if (link == nullptr || !link->up) return;
  for (const auto& upper : model.uppers_of(name))
    if (follows_updown(*at(model, upper))) lower(model, upper);
  link->up = false;
  link->carrier = false;
  link->operstate = "down";
  flush_routes(model.snapshot, name, Family::ipv4);
  flush_addresses(model.snapshot, name, Family::ipv6);
}

void cycle(Model& model, const std::string& name) {
  const Link* link = at(model, name);
  if (link == nullptr || !link->up) return;
  lower(model, name);
  raise(model, name);
}

void change_mtu(Model& model, const std::string& name, std::uint32_t mtu) {
  Link* link = at(model, name);
  if (link == nullptr || link->mtu == mtu) return;
  PortWatch watch(model, link->master);
  link->mtu = mtu;
  if (mtu != kUnknownMtu) {
    if (mtu < kLeastMtu6) flush_addresses(model.snapshot, name, Family::ipv6);
    if (mtu < kLeastMtu) flush_addresses(model.snapshot, name, Family::ipv4);
    for (const auto& upper : model.uppers_of(name)) {
      const Link* above = at(model, upper);
      if (follows_mtu(*above) && above->mtu > mtu) change_mtu(model, upper, mtu);
    }
  }
  watch.follow();
}

void change_mac(Model& model, const std::string& name, const MacAddress& mac) {
  Link* link = at(model, name);
  if (link == nullptr || link->mac == mac) return;
  PortWatch watch(model, link->master);
  const MacAddress old = link->mac;
  link->mac = mac;
  // The kernel remembers which VLANs were given a MAC, but does not tell: equal to the raw device's counts as inherited. A VLAN
  // that is down inherits when it comes up; here it does so at once.
  for (const auto& upper : model.uppers_of(name)) {
    const Link* above = at(model, upper);
    if (above->kind == "vlan" && above->mac == old) change_mac(model, upper, mac);
  }
  watch.follow();
}

}  // namespace drawbridge::network::model
