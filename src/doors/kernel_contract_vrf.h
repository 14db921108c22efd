// The contract of doors::Kernel: VRFs and their members. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractVrf : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    const CreateLink vrf{"vrf1", "vrf", {{"table", number(100)}}, mac_of("02:00:00:00:00:0f"), {}, ""};
    if (!can_make(CreateLink{"probe0", "vrf", {{"table", number(99)}}, {}, {}, ""})) GTEST_SKIP() << "this kernel has no VRFs";
    // The probe has left its rules behind.
    model_ = state();
    done(vrf);
    plug("e0", true);
  }
  bool has_route_in(std::uint32_t table, std::string_view destination) {
    const auto wanted = parse_prefix(destination).value();
    const auto now = state();
    return std::ranges::any_of(now.routes, [&](const Route& route) { return route.table == table && route.destination == wanted; });
  }
};

TEST_P(KernelContractVrf, AMembersSubnetsStandInItsTable) {
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "2001:db8::1/64")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(SetMaster{"e0", "vrf1"});
  EXPECT_TRUE(has_route_in(100, "10.0.0.0/24"));
  EXPECT_FALSE(has_route_in(254, "10.0.0.0/24"));
  EXPECT_FALSE(has_route_in(254, "0.0.0.0/0"));
  EXPECT_FALSE(has_address("e0", "2001:db8::1/64")) << "the link goes down and up on the way";
  done(AddAddress{address_of("e0", "2001:db8::1/64")});
  EXPECT_TRUE(has_route_in(100, "2001:db8::/64"));
  auto route = default_route("e0", "10.0.0.254");
  route.table = 100;
  done(SetRoute{route});
  done(SetMaster{"e0", ""});
  EXPECT_TRUE(has_route_in(254, "10.0.0.0/24"));
  EXPECT_FALSE(has_route_in(100, "0.0.0.0/0"));
}

TEST_P(KernelContractVrf, AMemberThatIsDownLosesItsIpv6AddressesToo) {
  plug("e1");
  done(AddAddress{address_of("e1", "10.0.1.1/24")});
  done(AddAddress{address_of("e1", "2001:db8:1::1/64")});
  done(SetMaster{"e1", "vrf1"});
  EXPECT_FALSE(has_address("e1", "2001:db8:1::1/64"));
  done(network::SetUp{"vrf1", true});
  done(network::SetUp{"vrf1", false});
  done(SetMaster{"e1", ""});
}

TEST_P(KernelContractVrf, LetsItsMembersGo) {
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetMaster{"e0", "vrf1"});
  done(DeleteLink{"vrf1"});
  EXPECT_EQ(link("e0").master, "");
  EXPECT_TRUE(has_route_in(254, "10.0.0.0/24"));
}

TEST_P(KernelContractVrf, TheEndOfItsTableGoesWithNoLink) {
  done(CreateLink{"blue", "vrf", {{"table", number(100)}}, {}, {}, ""});
  for (const auto* destination : {"0.0.0.0/0", "::/0"}) {
    Route end;
    end.destination = parse_prefix(destination).value();
    end.type = 7;  // RTN_UNREACHABLE
    end.metric = 4278198272;
    end.table = 100;
    end.protocol = kOwnProtocol;
    done(SetRoute{end});
    done(SetRoute{end});
    EXPECT_TRUE(has_route_in(100, destination));
    done(network::SetUp{"blue", true});
    done(network::SetUp{"blue", false});
    done(RemoveRoute{end});
    refused(RemoveRoute{end}, ESRCH);
    done(SetRoute{end});
  }
  done(DeleteLink{"blue"});
  EXPECT_TRUE(has_route_in(100, "0.0.0.0/0"));
}

TEST_P(KernelContractVrf, BridgesMayBeMembersAndMembersMayMove) {
  make_bridge("vmbr0");
  done(SetMaster{"vmbr0", "vrf1"});
  done(CreateLink{"vrf2", "vrf", {{"table", number(200)}}, mac_of("02:00:00:00:00:1f"), {}, ""});
  done(SetMaster{"vmbr0", "vrf2"});
  done(SetMaster{"e0", "vmbr0"});
  done(SetMaster{"e0", "vrf2"});
}

TEST_P(KernelContractVrf, WhatIsNoMemberIsRefused) {
  done(CreateLink{"vrf2", "vrf", {{"table", number(100)}}, mac_of("02:00:00:00:00:1f"), {}, ""});
  refused(SetMaster{"vrf2", "vrf1"}, EINVAL);
  refused(SetMaster{"vrf1", "vrf1"}, EINVAL);
  refused(SetMaster{"lo", "vrf1"}, EOPNOTSUPP);
  make_bridge("vmbr0");
  refused(SetMaster{"vrf2", "vmbr0"}, EINVAL);
}

TEST_P(KernelContractVrf, TheTableIsNeededAndStays) {
  refused(CreateLink{"vrf3", "vrf", {}, {}, {}, ""}, EINVAL);
  refused(CreateLink{"vrf3", "vrf", {{"table", number(0)}}, {}, {}, ""}, EINVAL);
  refused(SetLinkData{"vrf1", "vrf", {{"table", number(101)}}}, EOPNOTSUPP);
}

}  // namespace drawbridge::doors::contract
