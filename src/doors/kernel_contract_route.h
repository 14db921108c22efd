// The contract of doors::Kernel: routes. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

TEST_P(KernelContract, AGatewayInTheSubnet) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(SetRoute{default_route("e0", "100.64.0.1")});
  EXPECT_TRUE(has_route(default_route("e0", "100.64.0.1")));
  done(SetRoute{default_route("e0", "100.64.0.1")});
  done(SetRoute{default_route("e0", "100.64.0.2")});
  EXPECT_TRUE(has_route(default_route("e0", "100.64.0.2")));
  EXPECT_FALSE(has_route(default_route("e0", "100.64.0.1")));
  done(RemoveRoute{default_route("e0", "100.64.0.2")});
  EXPECT_FALSE(has_route(default_route("e0", "100.64.0.2")));
}

TEST_P(KernelContract, AGatewayOutsideEverySubnetNeedsOnlink) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(SetRoute{default_route("e0", "192.0.2.1")}, ENETUNREACH);
  done(SetRoute{default_route("e0", "192.0.2.1", true)});
  EXPECT_TRUE(has_route(default_route("e0", "192.0.2.1", true)));
}

TEST_P(KernelContract, NoRouteOverALinkThatIsDown) {
  plug("e0");
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(SetRoute{default_route("e0", "10.0.0.254", true)}, ENETDOWN);
  refused(SetRoute{default_route("e0", "10.0.0.254")}, ENETUNREACH);
}

TEST_P(KernelContract, ARouteThatIsNotThereCantBeRemoved) {
  plug("e0", true);
  refused(RemoveRoute{default_route("e0", "10.0.0.254")}, ESRCH);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  refused(RemoveRoute{default_route("e0", "10.0.0.253")}, ESRCH);
  refused(RemoveRoute{default_route("e0", "2001:db8::1")}, ESRCH);
}

TEST_P(KernelContract, RoutesGoWhenTheLinkGoesDownAndDontComeBack) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(network::SetUp{"e0", false});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
  done(network::SetUp{"e0", true});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
}

TEST_P(KernelContract, RoutesSurviveTheirSubnetWhileAnotherIpv4AddressIsLeft) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.1.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  EXPECT_TRUE(has_route(default_route("e0", "10.0.0.254")));
  done(RemoveAddress{address_of("e0", "10.0.1.1/24")});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
}

TEST_P(KernelContract, Ipv6Gateway) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(SetRoute{default_route("e0", "2001:db8::1")});
  EXPECT_TRUE(has_route(default_route("e0", "2001:db8::1")));
  done(SetRoute{default_route("e0", "2001:db8::1")});
  done(RemoveRoute{default_route("e0", "2001:db8::1")});
  EXPECT_FALSE(has_route(default_route("e0", "2001:db8::1")));
}

TEST_P(KernelContract, MetricsTellRoutesApart) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  auto second = default_route("e0", "10.0.0.253");
  second.metric = 100;
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(SetRoute{second});
  EXPECT_TRUE(has_route(default_route("e0", "10.0.0.254")));
  EXPECT_TRUE(has_route(second));
}

TEST_P(KernelContract, TheLocalEndOfThePreferredSourceMustExist) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  auto route = default_route("e0", "10.0.0.254");
  route.preferred_source = parse_ip("10.0.0.9").value();
  refused(SetRoute{route}, EINVAL);
  route.preferred_source = parse_ip("10.0.0.1").value();
  done(SetRoute{route});
}

}  // namespace drawbridge::doors::contract
