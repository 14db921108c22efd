// The members of a Snapshot's types, once for the JSON writer and once more for its reader: visit(name, member, usual value).
// A member that is missing here is lost on the way through JSON; the property test of snapshot_json says so.
#pragma once

#include "network/snapshot.h"

namespace drawbridge::network {

template <class Visit>
void members(Visit& visit, RateLimit& rate) {
  visit("egress", rate.egress);
  visit("ingress", rate.ingress);
}

template <class Visit>
void members(Visit& visit, Link& link) {
  visit("name", link.name);
  visit("index", link.index);
  visit("altnames", link.altnames);
  visit("kind", link.kind);
  visit("ethernet", link.ethernet, true);
  visit("loopback", link.loopback);
  visit("up", link.up);
  visit("carrier", link.carrier);
  visit("operstate", link.operstate);
  visit("mtu", link.mtu);
  visit("min_mtu", link.min_mtu);
  visit("max_mtu", link.max_mtu);
  visit("mac", link.mac);
  visit("permanent_mac", link.permanent_mac);
  visit("master", link.master);
  visit("parent", link.parent);
  visit("alias", link.alias);
  visit("data", link.data);
  visit("port", link.port);
  visit("sysctl", link.sysctl);
  visit("ethtool", link.ethtool);
  visit("rate", link.rate);
}

template <class Visit>
void members(Visit& visit, PreferredLifetime& lifetime) {
  visit("seconds", lifetime.seconds, PreferredLifetime::kForever);
}

template <class Visit>
void members(Visit& visit, Address& address) {
  visit("link", address.link);
  visit("address", address.address);
  visit("peer", address.peer);
  visit("broadcast", address.broadcast);
  visit("scope", address.scope);
  visit("label", address.label);
  visit("secondary", address.secondary);
  visit("permanent", address.permanent, true);
  visit("tentative", address.tentative);
  visit("dad_failed", address.dad_failed);
  visit("protocol", address.protocol);
  visit("preferred", address.preferred);
}

template <class Visit>
void members(Visit& visit, Nexthop& hop) {
  visit("gateway", hop.gateway);
  visit("link", hop.link);
  visit("onlink", hop.onlink);
  visit("weight", hop.weight, 1U);
}

template <class Visit>
void members(Visit& visit, Route& route) {
  visit("destination", route.destination);
  visit("nexthops", route.nexthops);
  visit("table", route.table, 254U);
  visit("metric", route.metric);
  visit("protocol", route.protocol);
  visit("scope", route.scope);
  visit("type", route.type, std::uint8_t{1});
  visit("preferred_source", route.preferred_source);
}

template <class Visit>
void members(Visit& visit, Rule& rule) {
  visit("family", rule.family);
  visit("priority", rule.priority);
  visit("source", rule.source);
  visit("destination", rule.destination);
  visit("in_link", rule.in_link);
  visit("out_link", rule.out_link);
  visit("mark", rule.mark);
  visit("table", rule.table);
  visit("action", rule.action, std::uint8_t{1});
}

template <class Visit>
void members(Visit& visit, BridgeVlan& vlan) {
  visit("link", vlan.link);
  visit("first", vlan.first, std::uint16_t{1});
  visit("last", vlan.last, std::uint16_t{1});
  visit("pvid", vlan.pvid);
  visit("untagged", vlan.untagged);
  visit("self", vlan.self);
}

template <class Visit>
void members(Visit& visit, Qdisc& qdisc) {
  visit("link", qdisc.link);
  visit("kind", qdisc.kind);
  visit("handle", qdisc.handle);
  visit("parent", qdisc.parent);
}

template <class Visit>
void members(Visit& visit, FdbEntry& entry) {
  visit("link", entry.link);
  visit("mac", entry.mac);
  visit("destination", entry.destination);
}

template <class Visit>
void members(Visit& visit, PortFdbEntry& entry) {
  visit("link", entry.link);
  visit("mac", entry.mac);
  visit("vlan", entry.vlan);
}

template <class Visit>
void members(Visit& visit, DhcpClient& client) {
  visit("link", client.link);
  visit("family", client.family);
}

}  // namespace drawbridge::network
