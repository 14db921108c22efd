// Snapshots and desired states for the tests of the planner, in few words.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "network/kernel_model.h"
#include "network/plan.h"

namespace drawbridge::network::testing {

inline SourceLocation line(std::uint32_t number) { return {"interfaces", number, 1}; }

template <class T>
Asked<T> asked(T value, std::uint32_t number = 1) {
  return {std::move(value), line(number)};
}

inline Link make_nic(const std::string& name, std::uint8_t last, bool up = true) {
  Link link;
  link.index = last;
  link.name = name;
  link.up = up;
  link.mtu = 1500;
  link.min_mtu = 68;
  link.max_mtu = 9216;
  link.mac = {{2, 0, 0, 0, 0, last}};
  link.permanent_mac = link.mac;
  link.sysctl = {{"ipv4.promote_secondaries", 0}, {"ipv6.disable_ipv6", 0}, {"ipv6.accept_ra", 1}};
  return link;
}

inline Snapshot machine(const std::vector<std::string>& nics = {"enp5s0"}, bool up = true) {
  Snapshot snapshot;
  Link lo;
  lo.index = 1;
  lo.name = "lo";
  lo.loopback = true;
  lo.ethernet = false;
  lo.mtu = 65536;
  lo.up = true;
  snapshot.links.emplace("lo", lo);
  std::uint8_t last = 5;
  for (const auto& name : nics) snapshot.links.emplace(name, make_nic(name, last++, up));
  return snapshot;
}

inline void must(Snapshot& snapshot, const Operation& operation) {
  const auto outcome = apply_to_model(snapshot, operation);
  if (!outcome) throw std::runtime_error(operation_name(operation) + " " + operation_object(operation) + ": " + outcome.error().what);
}

inline Address make_address(const std::string& link, std::string_view text, std::uint8_t protocol = kOwnProtocol) {
  Address address;
  address.link = link;
  address.address = parse_interface_address(text).value();
  if (address.address.address.is_v4() && address.address.length < 31) address.broadcast = broadcast_of(address.address);
  address.protocol = protocol;
  return address;
}

inline Route make_route(std::string_view destination, std::string_view gateway, const std::string& link,
                        std::uint8_t protocol = kOwnProtocol) {
  Route route;
  route.destination = parse_prefix(destination).value();
  route.nexthops = {{parse_ip(gateway).value(), link, true, 1}};
  route.protocol = protocol;
  return route;
}

inline DesiredLink make_link(const std::string& name, std::string kind = {}, std::uint32_t number = 1) {
  DesiredLink link;
  link.name = name;
  link.kind = std::move(kind);
  link.where = line(number);
  link.up = asked(true, number);
  return link;
}

/// A guest's port on a bridge, as a hypervisor makes it.
inline void plug_guest(Snapshot& snapshot, const std::string& name, const std::string& bridge, std::uint8_t last = 99) {
  Link tap = make_nic(name, last);
  tap.kind = "tun";
  tap.permanent_mac.reset();
  tap.max_mtu = 65535;
  tap.mac.bytes[0] = 0xfe;
  snapshot.links.emplace(name, tap);
  must(snapshot, SetMaster{name, bridge});
}

/// The default configuration of a freshly installed node.
inline Desired default_configuration() {
  Desired desired;
  desired.links["lo"] = make_link("lo", "", 1);
  DesiredLink nic = make_link("enp5s0", "", 4);
  nic.up = asked(true, 9);
  nic.master = asked(std::string("vmbr0"), 9);
  nic.sysctl["ipv6.disable_ipv6"] = asked(1U, 9);
  desired.links["enp5s0"] = nic;
  DesiredLink bridge = make_link("vmbr0", "bridge", 6);
  bridge.mac_from = "enp5s0";
  bridge.data["stp_state"] = asked(AttributeValue{std::uint64_t{0}}, 10);
  bridge.data["forward_delay"] = asked(AttributeValue{std::uint64_t{0}}, 11);
  bridge.addresses.push_back(asked(make_address("vmbr0", "100.64.0.102/22"), 7));
  desired.links["vmbr0"] = bridge;
  desired.routes.push_back(asked(make_route("0.0.0.0/0", "100.64.0.1", "vmbr0"), 8));
  return desired;
}

/// One line per operation: "set-master enp5s0 master vmbr0 <- interfaces:9 !risk".
inline std::string words(const Plan& plan) {
  std::string text;
  for (const auto& planned : plan.operations) {
    text += operation_name(planned.operation) + " " + operation_object(planned.operation);
    const auto detail = operation_detail(planned.operation);
    if (!detail.empty()) text += " " + detail;
    text += " <- " + planned.why.file + ":" + std::to_string(planned.why.line);
    if (planned.disruptive) text += " ! " + planned.risk;
    text += "\n";
  }
  for (const auto& warning : plan.warnings) text += "warning " + warning.code + ": " + warning.message + " (" + warning.hint + ")\n";
  return text;
}

/// The state after the plan; throws what was refused, with all of the plan.
inline Snapshot run(Snapshot snapshot, const Plan& plan) {
  try {
    for (const auto& planned : plan.operations) must(snapshot, planned.operation);
  } catch (const std::runtime_error& refused) {
    throw std::runtime_error(refused.what() + ("\n" + words(plan)));
  }
  return snapshot;
}

/// The default configuration, applied.
struct Node {
  Desired files = default_configuration();
  Snapshot kernel = run(machine(), make_plan(machine(), files, {}));

  Plan plan(const Desired& desired) const { return make_plan(kernel, desired, files); }
};

}  // namespace drawbridge::network::testing
