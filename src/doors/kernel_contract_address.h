// The contract of doors::Kernel: addresses. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

TEST_P(KernelContract, AddingAnAddressTwiceIsNoError) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  const auto now = state();
  const auto* address = find_address(now, "e0", "100.64.0.102/22");
  ASSERT_NE(address, nullptr);
  EXPECT_EQ(address->protocol, kOwnProtocol);
  EXPECT_TRUE(address->permanent);
}

TEST_P(KernelContract, AnAddressIsPreferredAsLongAsAsked) {
  plug("e0", true);
  for (const auto* text : {"10.0.0.1/24", "2001:db8::5/64"}) {
    auto address = address_of("e0", text);
    const auto preferred = [&](std::uint32_t seconds) {
      address.preferred = {seconds};
      done(AddAddress{address});
      const auto now = state();
      return find_address(now, "e0", text)->preferred;
    };
    EXPECT_TRUE(preferred(PreferredLifetime::kForever).is_forever()) << text;
    EXPECT_TRUE(preferred(0).is_over()) << text;
    EXPECT_EQ(preferred(600).counts_down(), address.address.address.is_v6()) << text << ": IPv4 lets no time run out";
    EXPECT_TRUE(preferred(PreferredLifetime::kForever).is_forever()) << text;
    done(RemoveAddress{address});
    EXPECT_TRUE(preferred(0).is_over()) << text << ", from its first moment";
    done(RemoveAddress{address});
  }
}

TEST_P(KernelContract, AnAddressBringsTheRouteToItsSubnetWhileTheLinkIsUp) {
  plug("e0");
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  EXPECT_TRUE(state().routes.empty());
  done(network::SetUp{"e0p", true});
  done(network::SetUp{"e0", true});
  done(RemoveAddress{address_of("e0", "100.64.0.102/22")});
  EXPECT_FALSE(has_address("e0", "100.64.0.102/22"));
}

TEST_P(KernelContract, TheSecondOfASubnetIsSecondary) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(AddAddress{address_of("e0", "10.0.1.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.3/25")});
  const auto now = state();
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.1/24")->secondary);
  EXPECT_TRUE(find_address(now, "e0", "10.0.0.2/24")->secondary);
  EXPECT_FALSE(find_address(now, "e0", "10.0.1.1/24")->secondary);
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.3/25")->secondary);
}

TEST_P(KernelContract, APrimaryTakesItsSecondariesWithIt) {
  plug("e0", true);
  done(SetSysctl{"e0", "ipv4.promote_secondaries", 0});
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  EXPECT_FALSE(has_address("e0", "10.0.0.2/24"));
}

TEST_P(KernelContract, UnlessSecondariesArePromoted) {
  plug("e0", true);
  done(SetSysctl{"e0", "ipv4.promote_secondaries", 1});
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(AddAddress{address_of("e0", "10.0.0.3/24")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  const auto now = state();
  ASSERT_NE(find_address(now, "e0", "10.0.0.2/24"), nullptr);
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.2/24")->secondary);
  EXPECT_TRUE(find_address(now, "e0", "10.0.0.3/24")->secondary);
}

TEST_P(KernelContract, AnAddressThatIsNotThereCantBeRemoved) {
  plug("e0");
  refused(RemoveAddress{address_of("e0", "10.0.0.1/24")}, EADDRNOTAVAIL);
  refused(RemoveAddress{address_of("e0", "2001:db8::5/64")}, EADDRNOTAVAIL);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(RemoveAddress{address_of("e0", "10.0.0.1/25")}, EADDRNOTAVAIL);
}

TEST_P(KernelContract, AddressesGoWithTheirLink) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(DeleteLink{"e0"});
  EXPECT_TRUE(state().addresses.empty());
  EXPECT_TRUE(state().routes.empty());
}

TEST_P(KernelContract, Ipv6AddressesGoWhenTheLinkGoesDown) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(network::SetUp{"e0", false});
  EXPECT_TRUE(has_address("e0", "10.0.0.1/24"));
  EXPECT_FALSE(has_address("e0", "2001:db8::5/64"));
}

}  // namespace drawbridge::doors::contract
