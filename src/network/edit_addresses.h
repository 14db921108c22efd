// Addresses and gateways of an interface as edits of its lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "interfaces/edit.h"

namespace drawbridge::network {

/// One address line in a document. Its value is meant with the netmask line that may belong to it.
struct AddressPlace {
  interfaces::StanzaId stanza;
  std::size_t line = 0;        ///< index in the document
  std::size_t occurrence = 0;  ///< among the stanza's address lines
  InterfaceAddress address;
};

/// The addresses of a family, in file order. Lines that can't be read are left out.
std::vector<AddressPlace> find_addresses(const interfaces::Document& document, const std::string& name, Family family);

/// Changes the first address of the family, adds it if there is none, or removes it (nullopt). Lines that speak about it follow: the
/// netmask in its own spelling, a broadcast and a network line if they were what the old address implies.
Result<void> set_first_address(interfaces::Document& document, const std::string& name, Family family,
                               const std::optional<InterfaceAddress>& address);

/// Makes the addresses of the family exactly these, in this order, by the fewest lines.
Result<void> set_addresses(interfaces::Document& document, const std::string& name, Family family,
                           const std::vector<InterfaceAddress>& addresses);

/// Changes the first gateway of the family, adds it, or removes all of the family (nullopt).
Result<void> set_gateway(interfaces::Document& document, const std::string& name, Family family, const std::optional<IpAddress>& gateway);

/// Sets the method of the family's stanza; makes that stanza if there is none and the method says something.
Result<void> set_method(interfaces::Document& document, const std::string& name, Family family, const std::string& method);

/// After a change of addresses: a stanza that has addresses is static instead of manual, one without is manual instead of
/// static, and an empty one beside others is removed. DHCP and the rest are kept.
Result<void> follow_addresses(interfaces::Document& document, const std::string& name, Family family);

/// The stanza that takes lines of a family: its own, else a typeless one, else a new one.
Result<interfaces::StanzaId> stanza_for(interfaces::Document& document, const std::string& name, Family family);

}  // namespace drawbridge::network
