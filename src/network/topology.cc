#include "network/topology.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

json::value json_of(const AttributeValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  return json::value(std::get<std::string>(value));
}

void take_data(json::object& item, const Link& link, std::string_view attribute, const char* name) {
  for (const auto& [key, value] : link.data)
    if (key == attribute) item[name] = json_of(value);
}

json::array addresses_of(const Snapshot& now, const std::string& link) {
  json::array list;
  for (const auto& address : now.addresses)
    if (address.link == link) list.push_back(json::value(format_interface_address(address.address)));
  return list;
}

json::array vlans_of(const Snapshot& now, const std::string& link) {
  json::array list;
  for (const auto& vlan : now.bridge_vlans) {
    if (vlan.link != link) continue;
    list.push_back(
        json::object{{"first", vlan.first}, {"last", vlan.last}, {"pvid", vlan.pvid}, {"untagged", vlan.untagged}, {"self", vlan.self}});
  }
  return list;
}

json::array names_of(const std::vector<std::string>& names) {
  json::array list;
  for (const auto& name : names) list.push_back(json::value(name));
  return list;
}

void take_counters(json::object& item, const LinkCounters& counters) {
  item["rx_bytes"] = counters.rx_bytes;
  item["tx_bytes"] = counters.tx_bytes;
  item["rx_packets"] = counters.rx_packets;
  item["tx_packets"] = counters.tx_packets;
  item["rx_dropped"] = counters.rx_dropped;
  item["tx_dropped"] = counters.tx_dropped;
  if (counters.speed > 0) item["speed"] = counters.speed;
}

json::object link_json(const Snapshot& now, const Link& link) {
  json::object item{{"name", link.name},
                    {"kind", link.loopback       ? "loopback"
                             : link.kind.empty() ? "physical"
                                                 : link.kind},
                    {"up", link.up},
                    {"carrier", link.carrier},
                    {"operstate", link.operstate},
                    {"mtu", link.mtu},
                    {"mac", format_mac(link.mac)},
                    {"altnames", names_of(link.altnames)},
                    {"addresses", addresses_of(now, link.name)},
                    {"vlans", vlans_of(now, link.name)}};
  item["master"] = link.master.empty() ? json::value() : json::value(link.master);
  item["parent"] = link.parent.empty() ? json::value() : json::value(link.parent);
  if (link.kind == "vlan" || link.kind == "vxlan") take_data(item, link, "id", "vlan_id");
  if (link.kind == "bond") take_data(item, link, "mode", "bond_mode");
  if (link.kind == "bond") take_data(item, link, "ad_partner_mac", "lacp_partner");
  if (link.kind == "bridge") take_data(item, link, "vlan_filtering", "vlan_aware");
  if (link.rate != RateLimit{}) item["rate"] = json::object{{"egress", link.rate.egress}, {"ingress", link.rate.ingress}};
  return item;
}

}  // namespace

json::object topology_json(const Snapshot& now, const std::function<LinkCounters(const std::string&)>& counters_of) {
  json::array links;
  for (const auto& [name, link] : now.links) {
    json::object item = link_json(now, link);
    take_counters(item, counters_of(name));
    links.push_back(std::move(item));
  }
  return {{"links", std::move(links)}};
}

}  // namespace drawbridge::network
