// The contract of doors::Kernel: bridges and their ports. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

TEST_P(KernelContract, APortIsEnslavedAndReleased) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  EXPECT_EQ(link("e1").master, "vmbr0");
  done(SetMaster{"e1", "vmbr0"});
  done(SetMaster{"e1", ""});
  EXPECT_EQ(link("e1").master, "");
  EXPECT_TRUE(link("e1").port.empty());
  done(SetMaster{"e1", ""});
}

TEST_P(KernelContract, APortMovesToAnotherBridge) {
  make_bridge("vmbr0");
  make_bridge("vmbr1");
  plug("e2");
  done(SetMaster{"e2", "vmbr0"});
  done(SetMaster{"e2", "vmbr1"});
  EXPECT_EQ(link("e2").master, "vmbr1");
}

TEST_P(KernelContract, ARefusedMoveMayReleaseThePort) {
  make_bridge("vmbr0");
  plug("e1");
  plug("e2");
  done(SetMaster{"e1", "vmbr0"});
  // The real kernel lets go of the old master first. The model does not; callers look at the next snapshot.
  const Operation move = SetMaster{"e1", "e2"};
  const auto execution = kernel().execute({&move, 1});
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->os_errno, EOPNOTSUPP);
  EXPECT_NE(link("e1").master, "e2");
}

TEST_P(KernelContract, AMoveToABridgeThatIsNotThereReleasesNobody) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  refused(SetMaster{"e1", "vmbr9"}, ENODEV);
  EXPECT_EQ(link("e1").master, "vmbr0");
}

TEST_P(KernelContract, WhatCantBeAPortIsRefused) {
  make_bridge("vmbr0");
  make_bridge("vmbr1");
  plug("e2");
  refused(SetMaster{"vmbr1", "vmbr0"}, ELOOP);
  refused(SetMaster{"vmbr0", "vmbr0"}, ELOOP);
  refused(SetMaster{"lo", "vmbr0"}, EINVAL);
  refused(SetMaster{"e2", "e2p"}, EOPNOTSUPP);
  refused(SetMaster{"e2", "vmbr9"}, ENODEV);
}

TEST_P(KernelContract, ABridgeThatGoesReleasesItsPorts) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(DeleteLink{"vmbr0"});
  EXPECT_EQ(link("e1").master, "");
  EXPECT_EQ(link("e1").name, "e1");
}

TEST_P(KernelContract, APortThatGoesLeavesItsBridge) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(DeleteLink{"e1"});
  EXPECT_EQ(link("vmbr0").name, "vmbr0");
}

TEST_P(KernelContract, BridgeMtuFollowsItsPortsUntilSomebodySetsIt) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMtu{"e1", 1400});
  done(SetMaster{"e1", "vmbr0"});
  done(SetMtu{"e1", 9000});
  done(SetMtu{"vmbr0", 1450});
  done(SetMtu{"e1", 1300});
  EXPECT_EQ(link("vmbr0").mtu, 1450U);
}

TEST_P(KernelContract, BridgeOptionsChangeInPlace) {
  make_bridge("vmbr0", {{"stp_state", std::uint64_t{0}}});
  done(SetLinkData{"vmbr0", "bridge", {{"ageing_time", std::uint64_t{12300}}, {"priority", std::uint64_t{4096}}}});
  const auto data = link("vmbr0").data;
  EXPECT_EQ(data.at("ageing_time"), AttributeValue{std::uint64_t{12300}});
  EXPECT_EQ(data.at("priority"), AttributeValue{std::uint64_t{4096}});
}

TEST_P(KernelContract, PortOptionsChangeInPlace) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(SetPortData{"e1", "bridge", {{"cost", std::uint64_t{77}}, {"learning", std::uint64_t{0}}, {"isolated", std::uint64_t{1}}}});
  const auto port = link("e1").port;
  EXPECT_EQ(port.at("cost"), AttributeValue{std::uint64_t{77}});
  EXPECT_EQ(port.at("learning"), AttributeValue{std::uint64_t{0}});
  EXPECT_EQ(port.at("isolated"), AttributeValue{std::uint64_t{1}});
}

TEST_P(KernelContract, WhatIsNoPortHasNoPortOptions) {
  plug("e1");
  refused(SetPortData{"e1", "bridge", {{"cost", std::uint64_t{77}}}}, EOPNOTSUPP);
}

TEST_P(KernelContract, OptionsOfAnotherKindAreRefused) {
  plug("e1");
  refused(SetLinkData{"e1", "bridge", {{"stp_state", std::uint64_t{0}}}}, EOPNOTSUPP);
}

}  // namespace drawbridge::doors::contract
