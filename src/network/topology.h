// Every link with what it stands on, as one document: what a picture of the node is drawn from. Pure.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>

#include "network/snapshot.h"

namespace drawbridge::network {

/// What passed a link since it was made (struct rtnl_link_stats64), and its speed in Mbit/s; -1: it has none.
struct LinkCounters {
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t tx_dropped = 0;
  std::int64_t speed = -1;
};

/// {"links":[{"name","kind","master","parent","up","carrier","operstate","mtu","mac","altnames","addresses","vlans":[{"first","last",
/// "pvid","untagged"}],"vlan_id","bond_mode","speed","rx_bytes","tx_bytes",…}]}. `counters_of` gives what is counted at a link.
boost::json::object topology_json(const Snapshot& now, const std::function<LinkCounters(const std::string&)>& counters_of);

}  // namespace drawbridge::network
