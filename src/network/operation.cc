#include "network/operation.h"

#include <fmt/format.h>

#include "base/text.h"

namespace drawbridge::network {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

std::string attribute_text(const AttributeValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  return printable(std::get<std::string>(value));
}

std::string attributes_text(const Attributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) text += fmt::format("{}{} {}", text.empty() ? "" : " ", name, attribute_text(value));
  return text;
}

std::string destination_text(const Prefix& destination) {
  if (!destination.is_default()) return format_prefix(destination);
  return destination.address.is_v4() ? "default" : "default6";
}

std::string hop_text(const Nexthop& hop) {
  std::string text;
  if (hop.gateway) text += "via " + format_ip(*hop.gateway);
  if (!hop.link.empty()) text += (text.empty() ? "dev " : " dev ") + hop.link;
  return hop.onlink ? text + " onlink" : text;
}

constexpr std::uint32_t kMainTable = 254;
constexpr std::uint8_t kUnreachable = 7;  // RTN_UNREACHABLE

std::string route_text(const Route& route) {
  std::string text = route.type == kUnreachable ? "unreachable" : "";
  for (const auto& hop : route.nexthops) text += (text.empty() ? "" : " nexthop ") + hop_text(hop);
  if (route.preferred_source) text += " src " + format_ip(*route.preferred_source);
  if (route.metric != 0) text += fmt::format(" metric {}", route.metric);
  if (route.table != kMainTable) text += fmt::format(" table {}", route.table);
  return text;
}

std::string address_text(const Address& address) {
  std::string text = format_interface_address(address.address);
  if (address.peer) text += " peer " + format_ip(*address.peer);
  if (!address.label.empty()) text += " label " + address.label;
  return text;
}

std::string preferred_text(const PreferredLifetime& preferred) {
  return preferred.is_forever() ? "" : fmt::format(" preferred_lft {}", preferred.seconds);
}

std::string vlan_text(const BridgeVlan& vlan) {
  std::string text = fmt::format("vid {}", vlan.first);
  if (vlan.last != vlan.first) text += fmt::format("-{}", vlan.last);
  return text + (vlan.pvid ? " pvid" : "") + (vlan.untagged ? " untagged" : "") + (vlan.self ? " self" : "");
}

std::string fdb_text(const FdbEntry& entry) { return format_mac(entry.mac) + " dst " + format_ip(entry.destination); }

std::string limit_text(std::string_view way, std::uint64_t bytes) {
  return bytes == 0 ? fmt::format("{} unlimited", way) : fmt::format("{} {}bps", way, bytes);
}

std::string rate_text(const RateLimit& rate) { return limit_text("egress", rate.egress) + " " + limit_text("ingress", rate.ingress); }

std::string port_fdb_text(const PortFdbEntry& entry) {
  return format_mac(entry.mac) + (entry.vlan == 0 ? "" : fmt::format(" vlan {}", entry.vlan)) + " master static";
}

std::string dhcp_text(const DhcpClient& client) { return client.family == Family::ipv4 ? "inet" : "inet6"; }

std::string create_text(const CreateLink& create) {
  std::string text = "kind " + create.kind;
  if (!create.parent.empty()) text += " link " + create.parent;
  if (create.mac) text += " address " + format_mac(*create.mac);
  if (!create.alias.empty()) text += " alias \"" + printable(create.alias) + "\"";
  if (create.mtu) text += fmt::format(" mtu {}", *create.mtu);
  return create.data.empty() ? text : text + " " + attributes_text(create.data);
}

}  // namespace

std::string operation_name(const Operation& operation) {
  return std::visit(Overloaded{[](const CreateLink&) { return "create-link"; },
                               [](const DeleteLink&) { return "delete-link"; },
                               [](const SetUp& o) { return o.up ? "set-up" : "set-down"; },
                               [](const SetMtu&) { return "set-mtu"; },
                               [](const SetMac&) { return "set-mac"; },
                               [](const SetAlias&) { return "set-alias"; },
                               [](const SetMaster& o) { return o.master.empty() ? "release" : "set-master"; },
                               [](const SetLinkData&) { return "set-data"; },
                               [](const SetPortData&) { return "set-port"; },
                               [](const SetSysctl&) { return "set-sysctl"; },
                               [](const AddAddress&) { return "add-address"; },
                               [](const RemoveAddress&) { return "remove-address"; },
                               [](const SetRoute&) { return "set-route"; },
                               [](const RemoveRoute&) { return "remove-route"; },
                               [](const AddBridgeVlan&) { return "add-vlan"; },
                               [](const RemoveBridgeVlan&) { return "remove-vlan"; },
                               [](const RunHook&) { return "run-hook"; },
                               [](const SetEthtool&) { return "set-ethtool"; },
                               [](const AddFdb&) { return "add-fdb"; },
                               [](const RemoveFdb&) { return "remove-fdb"; },
                               [](const StartDhcp&) { return "start-dhcp"; },
                               [](const StopDhcp&) { return "stop-dhcp"; },
                               [](const SetRateLimit&) { return "set-rate"; },
                               [](const AddPortFdb&) { return "add-fdb"; },
                               [](const RemovePortFdb&) { return "remove-fdb"; }},
                    operation);
}

std::string operation_object(const Operation& operation) {
  return std::visit(Overloaded{[](const CreateLink& o) { return o.name; }, [](const DeleteLink& o) { return o.name; },
                               [](const AddAddress& o) { return o.address.link; }, [](const RemoveAddress& o) { return o.address.link; },
                               [](const SetRoute& o) { return destination_text(o.route.destination); },
                               [](const RemoveRoute& o) { return destination_text(o.route.destination); },
                               [](const AddBridgeVlan& o) { return o.vlan.link; }, [](const RemoveBridgeVlan& o) { return o.vlan.link; },
                               [](const AddFdb& o) { return o.entry.link; }, [](const RemoveFdb& o) { return o.entry.link; },
                               [](const StartDhcp& o) { return o.client.link; }, [](const StopDhcp& o) { return o.client.link; },
                               [](const AddPortFdb& o) { return o.entry.link; }, [](const RemovePortFdb& o) { return o.entry.link; },
                               [](const auto& o) { return o.link; }},
                    operation);
}

std::string operation_detail(const Operation& operation) {
  return std::visit(Overloaded{[](const CreateLink& o) { return create_text(o); },
                               [](const DeleteLink&) { return std::string(); },
                               [](const SetUp&) { return std::string(); },
                               [](const SetMtu& o) { return fmt::format("mtu {}", o.mtu); },
                               [](const SetMac& o) { return "address " + format_mac(o.mac); },
                               [](const SetAlias& o) { return "alias \"" + printable(o.alias) + "\""; },
                               [](const SetMaster& o) { return o.master.empty() ? std::string("nomaster") : "master " + o.master; },
                               [](const SetLinkData& o) { return o.kind + " " + attributes_text(o.data); },
                               [](const SetPortData& o) { return o.master_kind + "_slave " + attributes_text(o.data); },
                               [](const SetSysctl& o) { return fmt::format("{} = {}", o.key, o.value); },
                               [](const AddAddress& o) { return address_text(o.address) + preferred_text(o.address.preferred); },
                               [](const RemoveAddress& o) { return address_text(o.address); },
                               [](const SetRoute& o) { return route_text(o.route); },
                               [](const RemoveRoute& o) { return route_text(o.route); },
                               [](const AddBridgeVlan& o) { return vlan_text(o.vlan); },
                               [](const RemoveBridgeVlan& o) { return vlan_text(o.vlan); },
                               [](const RunHook& o) { return hook_phase_name(o.phase) + " " + printable(o.command); },
                               [](const SetEthtool& o) { return attributes_text(o.settings); },
                               [](const AddFdb& o) { return fdb_text(o.entry); },
                               [](const RemoveFdb& o) { return fdb_text(o.entry); },
                               [](const StartDhcp& o) { return dhcp_text(o.client); },
                               [](const StopDhcp& o) { return dhcp_text(o.client); },
                               [](const SetRateLimit& o) { return rate_text(o.rate); },
                               [](const AddPortFdb& o) { return port_fdb_text(o.entry); },
                               [](const RemovePortFdb& o) { return port_fdb_text(o.entry); }},
                    operation);
}

std::string hook_phase_name(HookPhase phase) {
  switch (phase) {
    case HookPhase::pre_up: return "pre-up";
    case HookPhase::up: return "up";
    case HookPhase::post_up: return "post-up";
    case HookPhase::pre_down: return "pre-down";
    case HookPhase::down: return "down";
    case HookPhase::post_down: return "post-down";
  }
  return "up";
}

}  // namespace drawbridge::network
