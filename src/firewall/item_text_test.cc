#include "firewall/item_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::firewall {
namespace {

TEST(ItemText, NetworksAreMaskedAndWrittenShort) {
  EXPECT_EQ(format_network(*read_network("10.1.2.3/8")), "10.0.0.0/8");
  EXPECT_EQ(format_network(*read_network("10.1.2.3/32")), "10.1.2.3");
  EXPECT_EQ(format_network(*read_network("2001:DB8::1/128")), "2001:db8::1");
  for (const auto* text :
       {"10.1", "010.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.0001", "10.0.0.1x", "fd00::/129", "", "1.2.3.4.5", "10.0.0.1/8/8"})
    EXPECT_FALSE(read_network(text)) << text;
}

/// The short way and the long one agree about all texts that look like IPv4.
RC_GTEST_PROP(ItemText, BothWaysToReadAgree, ()) {
  const std::string alphabet = "0123456789012./";
  std::string text;
  for (const auto at : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, alphabet.size())))
    text += alphabet[at];
  if (*rc::gen::arbitrary<bool>()) text = "10.20.3" + text;
  const auto slow = parse_interface_address(text);
  const auto fast = read_network(text);
  RC_ASSERT(slow.has_value() == fast.has_value());
  if (slow) RC_ASSERT(network_of(*slow) == *fast);
}

TEST(ItemText, Lines) {
  Mistakes mistakes;
  EXPECT_EQ(read_option_text("  enable :  1 ", mistakes).value.text, "1");
  EXPECT_EQ(read_option_text("enable:", mistakes).value.column, 8U);
  EXPECT_EQ(read_alias_text("a   10.0.0.1  # c # d", mistakes).comment, "c # d");
  EXPECT_TRUE(read_entry_text(" !  dc/x", mistakes).exception);
  EXPECT_EQ(read_entry_text(" !  dc/x", mistakes).address.text, "dc/x");
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(read_entry_text("a b", mistakes).address.text, "a");
  EXPECT_EQ(mistakes.at(0).column, 3U);
}

}  // namespace
}  // namespace drawbridge::firewall
