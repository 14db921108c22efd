// What the kernel lets change on a link that exists, and how: the table behind "in place wherever the kernel can". Tried on Linux
// 6.1 with ip(8); where the kernel says yes and does nothing (a VLAN's id), the table says anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "network/snapshot.h"

namespace drawbridge::network {

/// How an attribute of an existing link becomes another value.
enum class Change : std::uint8_t {
  in_place,
  down,      ///< only while the link is down
  no_ports,  ///< only without ports, and for a bond's mode while it is down as well
  anew,      ///< never: the link is deleted and made again
};

/// Of IFLA_INFO_DATA attribute `attribute` of links of `kind`. Attributes without a row change in place.
Change change_of(std::string_view kind, std::string_view attribute);
/// True if a link of the kind can't move to another parent. The kinds without a parent give false.
bool is_bound_to_parent(std::string_view kind);
/// True if the value is the name of another link: a bond's "primary", the device of a VXLAN or tunnel.
bool names_link(std::string_view kind, std::string_view attribute);
/// True if the value can name a port of the link only, so that it is set once the port is there.
bool names_port(std::string_view kind, std::string_view attribute);
/// False for an option that the bond's mode does not know; the kernel refuses it even with its default value.
bool is_supported(std::string_view kind, std::string_view attribute, std::string_view bond_mode);

/// The link without which this one is gone: a VLAN's raw device, a macvlan's and a VXLAN's lower one. Empty: none. Not the other
/// end of a cable, and not a tunnel's device, without which the tunnel lives on.
std::string_view lower_of(const Link& link);
/// Equal, where an attribute that the kernel leaves out counts as 0 or empty.
bool is_same_value(const Attributes& present, std::string_view name, const AttributeValue& wanted);
/// A textual attribute; empty if it is absent or a number.
std::string_view text_of(const Attributes& attributes, std::string_view name);

}  // namespace drawbridge::network
