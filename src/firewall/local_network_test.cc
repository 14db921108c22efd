#include "firewall/local_network.h"

#include <gtest/gtest.h>

namespace drawbridge::firewall {
namespace {

InterfaceAddress at(std::string_view text) { return *parse_interface_address(text); }
Prefix net(std::string_view text) { return *parse_prefix(text); }
IpAddress ip(std::string_view text) { return *parse_ip(text); }

TEST(LocalNetwork, IsWhereTheHostsNameLeads) {
  const LocalNetworkFacts facts{
      {at("127.0.0.1/8"), at("192.0.2.7/24"), at("198.51.100.7/16"), at("2001:db8:0:1::7/64"), at("192.0.2.9/28")},
      {},
      {ip("127.0.1.1"), ip("192.0.2.7"), ip("2001:db8:0:1::7"), ip("203.0.113.1")},
      std::nullopt};
  EXPECT_EQ(detect_local_networks(facts), (std::vector{net("192.0.2.0/28"), net("2001:db8:0:1::/64")}));
}

TEST(LocalNetwork, AndTheClusters) {
  LocalNetworkFacts facts{{at("192.0.2.7/24"), at("10.1.0.1/32")},
                          {net("0.0.0.0/0"), net("10.9.0.0/16"), net("10.9.1.0/24")},
                          {ip("192.0.2.7")},
                          ip("10.9.1.4")};
  EXPECT_EQ(detect_local_networks(facts), (std::vector{net("10.9.1.0/24"), net("192.0.2.0/24")}));
  facts.cluster_address = ip("192.0.2.7");
  EXPECT_EQ(detect_local_networks(facts), (std::vector{net("192.0.2.0/24")}));
  facts.cluster_address = ip("172.31.0.1");  // by the default route alone
  EXPECT_EQ(detect_local_networks(facts), (std::vector{net("192.0.2.0/24")}));
}

TEST(LocalNetwork, WhatIsTooWideIsNotBelieved) {
  const LocalNetworkFacts facts{{at("20.0.0.7/7"), at("2001:db8::7/31")}, {}, {ip("20.0.0.7"), ip("2001:db8::7")}, std::nullopt};
  EXPECT_TRUE(detect_local_networks(facts).empty());
  EXPECT_EQ(detect_local_networks({{at("20.0.0.7/8")}, {}, {ip("20.0.0.7")}, std::nullopt}), std::vector{net("20.0.0.0/8")});
}

TEST(LocalNetwork, HostsFiles) {
  const std::string_view hosts =
      "127.0.0.1 localhost\n192.0.2.7\tNode.example.org node # here\nwhat node\n2001:db8::7 node\n192.0.2.7 node\n";
  EXPECT_EQ(addresses_in_hosts(hosts, "node"), (std::vector{ip("192.0.2.7"), ip("2001:db8::7")}));
  EXPECT_TRUE(addresses_in_hosts(hosts, "nodes").empty());
}

}  // namespace
}  // namespace drawbridge::firewall
