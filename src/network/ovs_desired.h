// What the files ask of Open vSwitch, in the words of its database (ovs-vswitchd.conf.db(5)): the border between this room and the
// one that will talk to the database. Kernel terms of the same interfaces (addresses, MTU, up) are not part of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "network/interface.h"

namespace drawbridge::network {

/// Columns of a table by their names; keys of a map column follow a colon: "tag", "other_config:lacp-time".
using OvsColumns = std::map<std::string, std::string, std::less<>>;

enum class OvsPortKind : std::uint8_t {
  system,    ///< a link of the kernel: a NIC
  internal,  ///< a link that Open vSwitch makes
  bond,      ///< several links of the kernel as one port
  tunnel,    ///< type of its own, such as vxlan
  patch,     ///< one end of a cable between two bridges
};

struct DesiredOvsPort {
  std::string name;
  std::string bridge;
  OvsPortKind kind = OvsPortKind::system;
  SourceLocation where;               ///< its stanza, or the word of ovs_ports that names it
  std::vector<std::string> members;   ///< of a bond, file order
  std::optional<std::uint16_t> tag;   ///< access VLAN
  std::vector<std::uint16_t> trunks;  ///< sorted; empty: all VLANs
  OvsColumns columns;                 ///< all other words of ovs_options: Port and Interface columns
  std::string tunnel_type;            ///< of a tunnel: "vxlan", "gre"…
  OvsColumns tunnel_options;          ///< of a tunnel: remote_ip, key…
  std::string peer;                   ///< of a patch
  std::optional<std::uint32_t> mtu;   ///< mtu_request
  bool operator==(const DesiredOvsPort&) const = default;
};

struct DesiredOvsBridge {
  std::string name;
  SourceLocation where;
  std::vector<std::string> ports;  ///< file order; ports that only name their bridge come last
  OvsColumns columns;              ///< words of ovs_options
  std::optional<std::uint32_t> mtu;
  std::vector<Asked<std::string>> extra;  ///< ovs_extra lines: commands of ovs-vsctl as they stand
  bool operator==(const DesiredOvsBridge&) const = default;
};

struct DesiredOvs {
  std::map<std::string, DesiredOvsBridge, std::less<>> bridges;
  std::map<std::string, DesiredOvsPort, std::less<>> ports;
  Diagnostics diagnostics;  ///< values that can't be read, which are left out
  bool empty() const { return bridges.empty() && ports.empty(); }
};

/// Bridges that are started (auto), with all their ports, whether these are auto or not. Ports of bridges that no file describes are
/// left out; the check of the file names them.
DesiredOvs resolve_ovs(const Model& model);

}  // namespace drawbridge::network
