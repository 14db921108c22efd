// address-virtual and vrrp: each line is a further link with a MAC of its own above the interface. Who answers for it is
// decided elsewhere (keepalived, FRR); here it is only made.
#include <array>

#include "base/text.h"
#include "network/resolvers/resolver.h"
#include "network/types/derived_links.h"

namespace drawbridge::network {
namespace {

void add_link(const VirtualLine& line, const Interface& interface, Resolving& resolving) {
  DesiredLink link;
  link.name = line.link;
  link.kind = "macvlan";
  link.where = line.option->where;
  link.up = Asked<bool>{true, line.option->where};
  link.mac = Asked<MacAddress>{*line.mac, line.option->where};
  link.parent = Asked<std::string>{interface.name, line.option->where};
  link.data.emplace("mode", Asked<AttributeValue>{AttributeValue{std::string("private")}, line.option->where});
  const DesiredLink* lower = resolving.find(interface.name);
  // Members of the VRF's lower link answer in the same table.
  if (lower != nullptr && lower->master && resolving.kind_of(lower->master->value) == "vrf") link.master = lower->master;
  if (lower != nullptr && lower->mtu) link.mtu = lower->mtu;
  // The virtual address answers ARP by itself; a link-local address of its own would be one more host.
  link.sysctl.emplace("ipv6.addr_gen_mode", Asked<std::uint32_t>{1, line.option->where});
  for (const auto& address : line.addresses)
    link.addresses.push_back(make_address({address, {}, {}, line.option->value_where, {}}, link.name, link.name));
  resolving.desired().links.insert_or_assign(link.name, std::move(link));
}

}  // namespace

void add_virtual_addresses(const Interface& interface, Resolving& resolving) {
  for (const auto& line : virtual_lines(interface)) {
    if (!line.problem.empty()) {
      resolving.error(line.option->value_where, "virtual-address-invalid", line.problem, line.hint);
      continue;
    }
    if (line.link.size() > kLongestLinkName || resolving.model.find(line.link) != nullptr) continue;  // the check of the file says so
    add_link(line, interface, resolving);
  }
}

}  // namespace drawbridge::network
