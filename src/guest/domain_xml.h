// The network interfaces of a libvirt domain, from the XML that libvirt gives its hooks. The only file that knows an XML library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guest/nic.h"

namespace drawbridge::guest {

/// One <interface> of <devices>.
struct DomainInterface {
  std::string type;  ///< "bridge", "network", "ethernet", "direct", "user", "vhostuser", "hostdev"…
  MacAddress mac;
  std::string device;    ///< <target dev>; empty: the domain does not run, or the type makes none
  SourceLocation where;  ///< in the XML
  bool operator==(const DomainInterface&) const = default;
};

/// More bytes than the XML of any domain has.
inline constexpr std::size_t kLargestDomainXml = std::size_t{4} << 20U;

/// In the order of the XML. Interfaces without an address are left out: nothing can be said about them. `name` is how the XML is
/// called in locations. External entities are never read, and entities of its own are not expanded.
/// Errors: invalid_input with the place if it is not well-formed, is no <domain>, is larger than kLargestDomainXml, or an address or
/// a device's name is none.
Result<std::vector<DomainInterface>> read_domain_interfaces(std::string_view xml, const std::string& name);

}  // namespace drawbridge::guest
