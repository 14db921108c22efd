// The words of addresses inside a guest: ip, gw, ip6 and gw6, the same in a container's card and in cloud-init's ipconfigN.
#pragma once

#include "guest/nic.h"
#include "guest/property_string.h"

namespace drawbridge::guest {

/// Where the items of ip, gw, ip6 and gw6 begin, for findings about several of them.
struct AddressOffsets {
  std::size_t ip = 0;
  std::size_t gw = 0;
  std::size_t ip6 = 0;
  std::size_t gw6 = 0;
};

/// Reads the item if its key is one of the four, and notes its place; false: another key. What is wrong becomes a finding, and the
/// member stays unset.
bool read_address_item(const Item& item, AddressSettings& settings, AddressOffsets& offsets, Findings& findings);

std::string print_address_setting(const AddressSetting& setting);

/// A network configuration of cloud-init, "ipconfigN": ip=CIDR|dhcp|manual, gw=, ip6=CIDR|auto|dhcp|manual, gw6=.
struct IpConfig {
  AddressSettings addresses;  ///< nothing set: DHCP for IPv4 (see effective_addresses)
  Diagnostics diagnostics;    ///< has_errors: the value has no meaning
};
/// `start` is where the first byte of `text` stands.
IpConfig parse_ip_config(std::string_view text, const SourceLocation& start);
/// The canonical text: gw, gw6, ip, ip6.
std::string print_ip_config(const AddressSettings& addresses);
/// With what "not said" means put in: DHCP for IPv4 if nothing at all is set.
AddressSettings effective_addresses(AddressSettings addresses);

}  // namespace drawbridge::guest
