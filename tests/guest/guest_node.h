// A node in a network namespace of its own: bridges, an uplink, and cables in the place of guests.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <string>

#include "guest/plan_port.h"
#include "guest/tag_bridge.h"
#include "kernel/rtnetlink.h"
#include "network/snapshot_json.h"

namespace drawbridge::guest::testing {

using namespace network;  // NOLINT: for tests only

inline AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }

/// vmbr0 with the uplink eno1, whose other end is "switch"; tap100i0 and tap101i0, whose other ends are "guest100" and "guest101".
class GuestLab : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
    kernel_.emplace(kernel::Rtnetlink::open().value());
    must(CreateLink{"eno1", "veth", {}, MacAddress{{2, 0, 0, 0, 0, 5}}, {}, "switch"});
    must(CreateLink{"vmbr0", "bridge", {}, {}, {}, ""});
    must(SetMaster{"eno1", "vmbr0"});
    must(CreateLink{"tap100i0", "veth", {}, {}, {}, "guest100"});
    must(CreateLink{"tap101i0", "veth", {}, {}, {}, "guest101"});
    for (const auto* link : {"eno1", "switch", "vmbr0", "guest100", "guest101"}) must(network::SetUp{link, true});
    // As the file would say: nothing about a cable tells that it is an uplink.
    policies_.bridges["vmbr0"].ports = {"eno1"};
  }

  Snapshot look() { return kernel_->snapshot().value(); }
  bool takes(const Operation& operation) { return !kernel_->execute({&operation, 1}).error; }
  void must(const Operation& operation) {
    const auto ran = kernel_->execute({&operation, 1});
    ASSERT_FALSE(ran.error) << ran.error->what;
  }
  void run(const Plan& plan) {
    std::vector<Operation> operations;
    for (const auto& planned : plan.operations) operations.push_back(planned.operation);
    const auto ran = kernel_->execute(operations);
    ASSERT_FALSE(ran.error) << ran.error->what;
  }

  static Nic card(const std::string& bridge, std::optional<std::uint16_t> tag = {}) {
    Nic nic;
    nic.model = "virtio";
    nic.bridge = bridge;
    nic.tag = tag;
    nic.mac = MacAddress{{0xBC, 0x24, 0x11, 0, 0, 1}};
    return nic;
  }
  Wiring wiring_of(const Nic& nic, const Snapshot& now, Vmid vmid = 100) {
    return std::get<Wiring>(port_of(nic, vmid, {"100.conf", 1, 1}, NodeNetwork(now, policies_)).value());
  }
  /// Wires the card; afterwards nothing may be left to do.
  void wire(const Nic& nic, Vmid vmid = 100) {
    const auto before = look();
    run(plan_port(wiring_of(nic, before, vmid), NodeNetwork(before, policies_)));
    const auto after = look();
    const auto again = plan_port(wiring_of(nic, after, vmid), NodeNetwork(after, policies_));
    for (const auto& planned : again.operations)
      ADD_FAILURE() << "again: " << operation_name(planned.operation) << " " << operation_object(planned.operation) << " "
                    << operation_detail(planned.operation);
  }
  void unplug(const std::string& device) {
    const auto now = look();
    run(plan_unplug(device, {}, NodeNetwork(now, policies_)));
  }
  Link link(const std::string& name) {
    const auto now = look();
    const auto found = now.links.find(name);
    return found == now.links.end() ? Link{} : found->second;
  }

  bool has_vlans() { return can_make({"probe0", "vlan", {{"id", number(5)}}, {}, {}, "eno1"}); }
  bool has_vlan_filtering() { return can_make({"probe0", "bridge", {{"vlan_filtering", number(1)}}, {}, {}, ""}); }
  bool has_policers() {
    const bool has = takes(SetRateLimit{"tap101i0", {1'000'000, 1'000'000}});
    must(SetRateLimit{"tap101i0", {}});
    return has;
  }

  BridgePolicies policies_;
  std::optional<kernel::Rtnetlink> kernel_;

 private:
  bool can_make(const CreateLink& probe) {
    if (!takes(probe)) return false;
    must(DeleteLink{probe.name});
    return true;
  }
};

}  // namespace drawbridge::guest::testing
