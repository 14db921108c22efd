// The node that packets are sent through: the same for the judges, who only calculate, and for the kernel, which has it in namespaces.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "firewall/policy.h"

namespace drawbridge::packets {

/// A port of a bridge, with the machine that is behind it.
struct Port {
  std::string_view name;
  std::string_view bridge;
  std::string_view mac;    ///< of the machine
  std::string_view ip;     ///< that it has
  std::string_view ip6;    ///< the same
  std::uint32_t vmid = 0;  ///< 0: no guest's
  std::uint8_t slot = 0;
  bool firewall = false;
  bool trunk = false;
  bool container = false;
};

inline constexpr std::array<Port, 9> kPorts{{
    {"tap100i0", "vmbr0", "bc:24:11:00:01:00", "10.0.0.100", "fd00::100", 100, 0, true, false, false},
    {"tap100i1", "vmbr0", "bc:24:11:00:01:10", "10.0.0.110", "fd00::110", 100, 1, true, true, false},
    {"tap101i0", "vmbr0", "bc:24:11:00:01:01", "10.0.0.101", "fd00::101", 101, 0, true, false, false},
    {"tap102i0", "vmbr0", "bc:24:11:00:01:02", "10.0.0.102", "fd00::102", 102, 0, false, false, false},
    {"veth103i0", "vmbr0", "bc:24:11:00:01:03", "10.0.0.103", "fd00::103", 103, 0, true, false, true},
    {"eth0", "vmbr0", "02:00:00:00:00:09", "10.0.0.9", "fd00::9", 0, 0, false, false, false},
    {"tap999i0", "vmbr0", "bc:24:11:00:09:99", "10.0.0.99", "fd00::99", 0, 0, false, false, false},
    {"tap104i0", "vmbr1", "bc:24:11:00:01:04", "10.1.0.104", "fd00:0:0:1::104", 104, 0, true, false, false},
    {"eth1", "vmbr1", "02:00:00:00:01:09", "10.1.0.9", "fd00:0:0:1::9", 0, 0, false, false, false},
}};

struct Bridge {
  std::string_view name;
  std::string_view mac;
  std::string_view ip;   ///< of the node there; /24
  std::string_view ip6;  ///< /64
};
inline constexpr std::array<Bridge, 2> kBridges{
    {{"vmbr0", "02:00:00:00:b0:00", "10.0.0.1", "fd00::1"}, {"vmbr1", "02:00:00:00:b1:00", "10.1.0.1", "fd00:0:0:1::1"}}};

inline const Bridge& bridge_of(const Port& port) { return port.bridge == kBridges[0].name ? kBridges[0] : kBridges[1]; }

/// What the program needs to know of the node.
firewall::NodeFacts facts_of_scene();

/// The firewall's files of a node, by name as people know them: "cluster.fw", "host.fw", "100.fw", "vmbr0.fw" (a named network's).
struct File {
  std::string name;
  std::string text;
};
using Files = std::vector<File>;

struct Meant {
  firewall::Policy policy;
  std::string complaints;  ///< errors only
};
Meant policy_of(const Files& files);
std::string format_files(const Files& files);

}  // namespace drawbridge::packets
