// The contract of doors::Kernel: VLANs of bridges and their ports. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractBridgeVlan : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    make_bridge("vmbr0");
    const Operation filter = SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(1)}}};
    if (kernel().execute({&filter, 1}).error || state().bridge_vlans.empty())
      GTEST_SKIP() << "this kernel has no VLAN filtering on bridges";
    std::ignore = apply_to_model(model_, filter);
    plug("e1");
    done(SetMaster{"e1", "vmbr0"});
  }
  bool has(const BridgeVlan& vlan) {
    const auto vlans = state().bridge_vlans;
    return std::ranges::find(vlans, vlan) != vlans.end();
  }
  void add(std::uint16_t first, std::uint16_t last, bool pvid = false, bool untagged = false) {
    done(AddBridgeVlan{{"e1", first, last, pvid, untagged, false}});
  }
  void remove(std::uint16_t first, std::uint16_t last) { done(RemoveBridgeVlan{{"e1", first, last, false, false, false}}); }
  void set_default(std::uint64_t pvid) { done(SetLinkData{"vmbr0", "bridge", {{"vlan_default_pvid", number(pvid)}}}); }
};

TEST_P(KernelContractBridgeVlan, AddedAndTakenAwayInRanges) {
  add(10, 20);
  add(30, 30, true, true);
  done(AddBridgeVlan{{"vmbr0", 10, 10, false, false, true}});
  add(10, 20);
  EXPECT_TRUE(has({"e1", 10, 20, false, false, false}));
  EXPECT_TRUE(has({"e1", 30, 30, true, true, false}));
  EXPECT_TRUE(has({"vmbr0", 10, 10, false, false, true}));
  remove(12, 20);
  EXPECT_TRUE(has({"e1", 10, 11, false, false, false}));
  remove(1, 1);
  remove(1, 4000);
  done(RemoveBridgeVlan{{"vmbr0", 1, 1, false, false, true}});
  done(SetMaster{"e1", ""});
  done(SetMaster{"e1", "vmbr0"});
}

TEST_P(KernelContractBridgeVlan, NeighboursWithTheSameFlagsAreOneRange) {
  add(20, 30);
  add(31, 40);
  EXPECT_TRUE(has({"e1", 20, 40, false, false, false}));
  add(33, 33, false, true);
  EXPECT_TRUE(has({"e1", 20, 32, false, false, false}));
  add(33, 34);
  EXPECT_TRUE(has({"e1", 20, 40, false, false, false}));
  add(2, 19, false, true);
  EXPECT_TRUE(has({"e1", 1, 1, true, true, false})) << "the PVID stands alone";
}

TEST_P(KernelContractBridgeVlan, OnePvidPerPort) {
  add(50, 50, true, true);
  EXPECT_TRUE(has({"e1", 1, 1, false, true, false}));
  add(50, 50, true);
  add(50, 50);
  EXPECT_TRUE(has({"e1", 50, 50, false, false, false}));
  remove(50, 50);
  add(2, 2, true, true);
  add(3, 3, true, true);
  EXPECT_TRUE(has({"e1", 1, 2, false, true, false}));
}

TEST_P(KernelContractBridgeVlan, TheDefaultPvidMovesWhereNobodyChangedIt) {
  plug("e2");
  done(SetMaster{"e2", "vmbr0"});
  add(50, 50, true, true);
  set_default(7);
  EXPECT_TRUE(has({"e2", 7, 7, true, true, false}));
  EXPECT_TRUE(has({"vmbr0", 7, 7, true, true, true}));
  EXPECT_FALSE(has({"e1", 7, 7, true, true, false}));
  set_default(7);
  set_default(0);
  EXPECT_FALSE(has({"e2", 7, 7, true, true, false}));
  plug("e3");
  done(SetMaster{"e3", "vmbr0"});
  set_default(1);
  set_default(0);
  set_default(9);
  done(SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(0)}}});
  set_default(8);
}

TEST_P(KernelContractBridgeVlan, ANewBridgeHasTheDefaultPvidItIsMadeWith) {
  done(CreateLink{
      "vmbr8", "bridge", {{"vlan_default_pvid", number(0)}, {"vlan_filtering", number(1)}}, mac_of("02:00:00:00:00:08"), {}, ""});
  done(CreateLink{
      "vmbr9", "bridge", {{"vlan_default_pvid", number(9)}, {"vlan_filtering", number(1)}}, mac_of("02:00:00:00:00:09"), {}, ""});
  EXPECT_TRUE(has({"vmbr9", 9, 9, true, true, true}));
  done(SetMaster{"e1", "vmbr8"});
  done(SetMaster{"e1", "vmbr9"});
  EXPECT_TRUE(has({"e1", 9, 9, true, true, false}));
}

TEST_P(KernelContractBridgeVlan, ABridgeThatItsLastPortLeftTakesNoVlanOfItsOwn) {
  const auto add_own = [](std::uint16_t id) { return AddBridgeVlan{{"vmbr7", id, id, false, false, true}}; };
  done(CreateLink{"vmbr7", "bridge", {{"vlan_filtering", number(1)}}, {}, {}, ""});
  done(add_own(10));
  done(SetMaster{"e1", "vmbr7"});
  done(SetMaster{"e1", ""});
  refused(add_own(20), EINVAL);
  done(add_own(10));
  refused(SetLinkData{"vmbr7", "bridge", {{"vlan_default_pvid", number(7)}}}, EINVAL);
  done(SetLinkData{"vmbr7", "bridge", {{"vlan_default_pvid", number(10)}}});
  done(SetLinkData{"vmbr7", "bridge", {{"vlan_default_pvid", number(0)}}});
  done(SetMac{"vmbr7", mac_of("02:00:00:00:00:07")});
  done(add_own(20));
  done(SetLinkData{"vmbr7", "bridge", {{"vlan_default_pvid", number(7)}}});
}

TEST_P(KernelContractBridgeVlan, WhatCantBeAMemberIsRefused) {
  plug("e2");
  refused(AddBridgeVlan{{"e2", 10, 10, false, false, false}}, EOPNOTSUPP);
  refused(AddBridgeVlan{{"vmbr0", 10, 10, false, false, false}}, EOPNOTSUPP);
  refused(AddBridgeVlan{{"e1", 4095, 4095, false, false, false}}, EINVAL);
  refused(AddBridgeVlan{{"e1", 0, 0, false, false, false}}, EINVAL);
  refused(AddBridgeVlan{{"nobody", 10, 10, false, false, false}}, ENODEV);
  refused(SetLinkData{"vmbr0", "bridge", {{"vlan_default_pvid", number(4095)}}}, EINVAL);
}

TEST_P(KernelContractBridgeVlan, OtherSettingsOfFiltering) {
  done(SetLinkData{"vmbr0", "bridge", {{"vlan_protocol", word("802.1ad")}}});
  done(SetLinkData{"vmbr0", "bridge", {{"vlan_stats_enabled", number(1)}}});
  done(SetLinkData{"vmbr0", "bridge", {{"mcast_snooping", number(0)}, {"mcast_querier", number(1)}}});
}

}  // namespace drawbridge::doors::contract
