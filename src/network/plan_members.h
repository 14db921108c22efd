// The members of plans and desired states, once for the JSON writer and once for its reader: visit(name, member, usual value).
// A member that is missing here is lost in the journal; the tests of plan_serial say so.
#pragma once

#include "network/plan.h"
#include "network/snapshot_members.h"

namespace drawbridge::network {

template <class Visit>
void members(Visit& visit, SourceLocation& where) {
  visit("file", where.file);
  visit("line", where.line);
  visit("column", where.column);
}

template <class Visit>
void members(Visit& visit, CreateLink& o) {
  visit("name", o.name);
  visit("kind", o.kind);
  visit("data", o.data);
  visit("mac", o.mac);
  visit("mtu", o.mtu);
  visit("parent", o.parent);
  visit("alias", o.alias);
}

template <class Visit>
void members(Visit& visit, DeleteLink& o) {
  visit("name", o.name);
}

template <class Visit>
void members(Visit& visit, SetUp& o) {
  visit("link", o.link);
  visit("up", o.up);
}

template <class Visit>
void members(Visit& visit, SetMtu& o) {
  visit("link", o.link);
  visit("mtu", o.mtu);
}

template <class Visit>
void members(Visit& visit, SetMac& o) {
  visit("link", o.link);
  visit("mac", o.mac);
}

template <class Visit>
void members(Visit& visit, SetAlias& o) {
  visit("link", o.link);
  visit("alias", o.alias);
}

template <class Visit>
void members(Visit& visit, SetMaster& o) {
  visit("link", o.link);
  visit("master", o.master);
}

template <class Visit>
void members(Visit& visit, SetLinkData& o) {
  visit("link", o.link);
  visit("kind", o.kind);
  visit("data", o.data);
}

template <class Visit>
void members(Visit& visit, SetPortData& o) {
  visit("link", o.link);
  visit("master_kind", o.master_kind);
  visit("data", o.data);
}

template <class Visit>
void members(Visit& visit, SetSysctl& o) {
  visit("link", o.link);
  visit("key", o.key);
  visit("value", o.value);
}

template <class Visit>
void members(Visit& visit, AddAddress& o) {
  visit("address", o.address);
}

template <class Visit>
void members(Visit& visit, RemoveAddress& o) {
  visit("address", o.address);
}

template <class Visit>
void members(Visit& visit, SetRoute& o) {
  visit("route", o.route);
}

template <class Visit>
void members(Visit& visit, RemoveRoute& o) {
  visit("route", o.route);
}

template <class Visit>
void members(Visit& visit, AddBridgeVlan& o) {
  visit("vlan", o.vlan);
}

template <class Visit>
void members(Visit& visit, RemoveBridgeVlan& o) {
  visit("vlan", o.vlan);
}

template <class Visit>
void members(Visit& visit, RunHook& o) {
  visit("link", o.link);
  visit("phase", o.phase);
  visit("command", o.command);
  visit("environment", o.environment);
}

template <class Visit>
void members(Visit& visit, SetEthtool& o) {
  visit("link", o.link);
  visit("settings", o.settings);
}

template <class Visit>
void members(Visit& visit, AddFdb& o) {
  visit("entry", o.entry);
}

template <class Visit>
void members(Visit& visit, RemoveFdb& o) {
  visit("entry", o.entry);
}

template <class Visit>
void members(Visit& visit, StartDhcp& o) {
  visit("client", o.client);
}

template <class Visit>
void members(Visit& visit, StopDhcp& o) {
  visit("client", o.client);
}

template <class Visit>
void members(Visit& visit, SetRateLimit& o) {
  visit("link", o.link);
  visit("rate", o.rate);
}

template <class Visit>
void members(Visit& visit, AddPortFdb& o) {
  visit("entry", o.entry);
}

template <class Visit>
void members(Visit& visit, RemovePortFdb& o) {
  visit("entry", o.entry);
}

template <class Visit>
void members(Visit& visit, PlannedOperation& planned) {
  visit("operation", planned.operation);
  visit("why", planned.why);
  visit("disruptive", planned.disruptive);
  visit("risk", planned.risk);
}

template <class Visit>
void members(Visit& visit, Diagnostic& diagnostic) {
  visit("where", diagnostic.where);
  visit("severity", diagnostic.severity);
  visit("code", diagnostic.code);
  visit("message", diagnostic.message);
  visit("hint", diagnostic.hint);
  visit("included_from", diagnostic.included_from);
}

template <class Visit>
void members(Visit& visit, Plan& plan) {
  visit("operations", plan.operations);
  visit("warnings", plan.warnings);
  visit("undo_hooks", plan.undo_hooks);
}

template <class Visit, class T>
void members(Visit& visit, Asked<T>& asked) {
  visit("value", asked.value);
  visit("where", asked.where);
}

template <class Visit>
void members(Visit& visit, DesiredHook& hook) {
  visit("phase", hook.phase);
  visit("command", hook.command);
  visit("environment", hook.environment);
  visit("where", hook.where);
}

template <class Visit>
void members(Visit& visit, DesiredLink& link) {
  visit("name", link.name);
  visit("kind", link.kind);
  visit("where", link.where);
  visit("up", link.up);
  visit("mtu", link.mtu);
  visit("mac", link.mac);
  visit("initial_mac", link.initial_mac);
  visit("mac_from", link.mac_from);
  visit("master", link.master);
  visit("alias", link.alias);
  visit("data", link.data);
  visit("port", link.port);
  visit("sysctl", link.sysctl);
  visit("addresses", link.addresses);
  visit("hooks", link.hooks);
  visit("exact_addresses", link.exact_addresses);
  visit("parent", link.parent);
  visit("ethtool", link.ethtool);
  visit("fdb", link.fdb);
  visit("exact_fdb", link.exact_fdb);
  visit("dhcp4", link.dhcp4);
  visit("dhcp6", link.dhcp6);
  visit("slaac", link.slaac);
  visit("vlans", link.vlans);
  visit("rate", link.rate);
  visit("port_fdb", link.port_fdb);
  visit("guest", link.guest);
}

template <class Visit>
void members(Visit& visit, Desired& desired) {
  visit("links", desired.links);
  visit("routes", desired.routes);
  visit("dormant", desired.dormant);
  visit("exact_routes", desired.exact_routes);
}

}  // namespace drawbridge::network
