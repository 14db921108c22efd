#include "network/link_rules.h"

#include <gtest/gtest.h>

namespace drawbridge::network {
namespace {

TEST(LinkRules, WhatNeedsWhat) {
  EXPECT_EQ(change_of("bond", "mode"), Change::no_ports);
  EXPECT_EQ(change_of("bond", "ad_lacp_rate"), Change::down);
  EXPECT_EQ(change_of("bond", "miimon"), Change::in_place);
  EXPECT_EQ(change_of("vlan", "id"), Change::anew);
  EXPECT_EQ(change_of("vlan", "reorder_hdr"), Change::in_place);
  EXPECT_EQ(change_of("vxlan", "id"), Change::anew);
  EXPECT_EQ(change_of("vxlan", "local"), Change::in_place);
  EXPECT_EQ(change_of("vrf", "table"), Change::anew);
  EXPECT_EQ(change_of("gre", "remote"), Change::anew);
}

TEST(LinkRules, ModesKnowTheirOptions) {
  EXPECT_TRUE(is_supported("bond", "ad_lacp_rate", "802.3ad"));
  EXPECT_FALSE(is_supported("bond", "ad_lacp_rate", "active-backup"));
  EXPECT_TRUE(is_supported("bond", "primary", "active-backup"));
  EXPECT_FALSE(is_supported("bond", "primary", "802.3ad"));
  EXPECT_FALSE(is_supported("bond", "primary", "backup")) << "whole words only";
  EXPECT_TRUE(is_supported("bond", "miimon", "balance-rr"));
}

TEST(LinkRules, WhatAbsenceMeans) {
  const Attributes present{{"a", std::uint64_t{1}}};
  EXPECT_TRUE(is_same_value(present, "a", AttributeValue{std::uint64_t{1}}));
  EXPECT_TRUE(is_same_value(present, "b", AttributeValue{std::uint64_t{0}}));
  EXPECT_TRUE(is_same_value(present, "b", AttributeValue{std::string()}));
  EXPECT_FALSE(is_same_value(present, "b", AttributeValue{std::string("x")}));
}

TEST(LinkRules, WhatGoesWithWhat) {
  Link link;
  link.kind = "vlan";
  link.parent = "eth0";
  EXPECT_EQ(lower_of(link), "eth0");
  link.kind = "veth";
  EXPECT_EQ(lower_of(link), "");
  link.kind = "vxlan";
  link.data["link"] = std::string("eth1");
  EXPECT_EQ(lower_of(link), "eth1");
}

}  // namespace
}  // namespace drawbridge::network
