// Nothing is ignored in silence: options that are understood, and of which this version does nothing, are named.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/resolvers/resolver.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

struct Unapplied {
  std::string_view option;  ///< canonical name; with a '-' at the end: all names that begin so
  std::string_view why = {};
};

constexpr std::array kUnapplied{
    Unapplied{"bond-lacp-bypass-allow", "the kernel has no such setting"},
    Unapplied{"bridge-igmp-querier-src"},
    Unapplied{"bridge-mcqv4src"},
    Unapplied{"bridge-stp-vlan-", "spanning tree per VLAN takes mstpd"},
    Unapplied{"bridge-vlan-vni-map"},
    Unapplied{"dad-attempts", "addresses are used as soon as the kernel has checked them"},
    Unapplied{"dad-interval", "addresses are used as soon as the kernel has checked them"},
    Unapplied{"link-lanes"},
    Unapplied{"mpls-enable",
              "the kernel doesn't tell it with its links, so nothing could prove it; write post-up sysctl -w net/mpls/conf/NAME/input=1"},
    Unapplied{"mstpctl-", "it takes mstpd"},
    Unapplied{"ufo-offload", "the kernel has no such offload any more"},
    Unapplied{"vrrp-id", "it starts a program; use keepalived"},
    Unapplied{"vrrp-priority", "it starts a program; use keepalived"},
    Unapplied{"vrrp-virtual-ip", "it starts a program; use keepalived"},
    Unapplied{"vxlan-mcastgrp-map"},
    Unapplied{"vxlan-remoteip-map"},
    Unapplied{"vxlan-vni"},
    Unapplied{"vxlan-vnifilter"},
};

const Unapplied* find_unapplied(std::string_view name) {
  const auto found = std::ranges::find_if(
      kUnapplied, [&](const Unapplied& row) { return row.option.ends_with('-') ? name.starts_with(row.option) : name == row.option; });
  return found == kUnapplied.end() ? nullptr : &*found;
}

/// "0", "0 eth0": no waiting, which is what is done anyway.
bool is_no_wait(std::string_view value) {
  const auto words = split_words(value);
  return words.empty() || words.front() == "0";
}

/// Of an alias, only addresses, gateways and commands count: it has no link of its own.
constexpr std::array<std::string_view, 18> kOfLinks{
    "accept-ra",    "address-virtual", "alias",     "arp-accept",  "autoconf", "disable-ipv6", "hwaddress", "ip-forward", "ip6-forward",
    "ipv6-addrgen", "link-autoneg",    "link-down", "link-duplex", "link-fec", "link-speed",   "mtu",       "vrf",        "vrrp"};

}  // namespace

void warn_not_applied(const Interface& interface, Resolving& resolving) {
  for (const auto& option : interface.options) {
    if (interface.type == InterfaceType::alias && std::ranges::binary_search(kOfLinks, std::string_view(option.name))) {
      resolving.not_applied(option, "an alias has no link of its own; write the line in the stanza of " + parent_of(interface));
    } else if (const auto* row = find_unapplied(option.name)) {
      resolving.not_applied(option, row->why);
    } else if ((option.name == "bridge-waitport" || option.name == "bridge-maxwait") && !is_no_wait(option.value)) {
      resolving.not_applied(option, "nothing waits for ports; a card that comes later is added at the next apply");
    } else if (option.name == "address-purge" && parse_switch(trim(option.value)).value_or(false)) {
      resolving.not_applied(option, "addresses that others set are never removed");
    }
  }
}

}  // namespace drawbridge::network
