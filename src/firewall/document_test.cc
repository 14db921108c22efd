#include "firewall/document.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "firewall/firewall_testing.h"

namespace drawbridge::firewall {
namespace {

std::vector<LineKind> kinds_of(const Document& document) {
  std::vector<LineKind> kinds;
  for (const Line& line : document.lines) kinds.push_back(line.kind);
  return kinds;
}

TEST(FirewallDocument, KnowsItsLines) {
  const auto document = document_of(
      "# top\n[OPTIONS]\nenable: 1\n\n[aliases]\na 10.0.0.1\n[IPSET Web] # servers # and more\n!10.0.0.1\n[rules]\n|IN DROP\n"
      "[group g1]\nIN ACCEPT",
      Level::datacenter);
  EXPECT_EQ(kinds_of(document),
            (std::vector{LineKind::comment, LineKind::header, LineKind::option, LineKind::blank, LineKind::header, LineKind::alias,
                         LineKind::header, LineKind::entry, LineKind::header, LineKind::rule, LineKind::header, LineKind::rule}));
  EXPECT_EQ(document.section_of(document.lines[7]).name, "web");
  EXPECT_EQ(document.section_of(document.lines[7]).comment, "servers # and more");
  EXPECT_EQ(document.diagnostics, Diagnostics{});
}

TEST(FirewallDocument, TakesWindowsLineEndsAndAByteOrderMark) {
  const std::string text = "\xEF\xBB\xBF[RULES]\r\nIN ACCEPT\r\n";
  const auto document = document_of(text, Level::node);
  EXPECT_EQ(kinds_of(document), (std::vector{LineKind::header, LineKind::rule}));
  EXPECT_EQ(print(document), text);
  EXPECT_EQ(document.diagnostics, Diagnostics{});
}

TEST(FirewallDocument, WhatHasNoMeaningEndsTheSectionBefore) {
  const auto document =
      document_of("IN DROP\n[RULES]\n[group x]\nIN ACCEPT\n[what\nIN ACCEPT\n[IPSET 1x]\n1.2.3.4\n[RULES] # here\nIN DROP\n", Level::node);
  EXPECT_EQ(kinds_of(document), (std::vector{LineKind::unknown, LineKind::header, LineKind::header, LineKind::unknown, LineKind::header,
                                             LineKind::unknown, LineKind::header, LineKind::unknown, LineKind::header, LineKind::rule}));
  std::vector<std::string> codes;
  for (const auto& one : document.diagnostics) codes.push_back(std::to_string(one.where.line) + " " + one.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"1 section-missing", "3 section-misplaced", "5 section-unknown", "7 section-misplaced",
                                             "9 header-comment"}));
}

TEST(FirewallDocument, TheLastOfANameCounts) {
  const auto document = document_of("[IPSET ab]\n[group ab]\n[IPSET AB]\n", Level::datacenter);
  EXPECT_TRUE(document.sections[1].overridden);
  EXPECT_FALSE(document.sections[2].overridden);
  EXPECT_FALSE(document.sections[3].overridden);
  ASSERT_EQ(document.diagnostics.size(), 1U);
  EXPECT_EQ(document.diagnostics[0].code, "section-duplicate");
}

TEST(FirewallDocument, NamesHaveTheirLengths) {
  const std::string long_name(19, 'a');
  EXPECT_EQ(document_of("[group " + long_name + "]\n", Level::datacenter).diagnostics.size(), 1U);
  EXPECT_EQ(document_of("[IPSET " + long_name + "]\n", Level::datacenter).diagnostics.size(), 0U);
  EXPECT_EQ(document_of("[IPSET a]\n", Level::datacenter).diagnostics.size(), 1U);
  EXPECT_EQ(document_of("[OPTIONS x]\n", Level::datacenter).diagnostics.size(), 1U);
}

RC_GTEST_PROP(FirewallDocument, PrintsWhatItRead, (const std::string& text)) {
  const auto document = document_of(text, Level::datacenter);
  RC_ASSERT(print(document) == text);
  std::string joined;
  for (const Line& line : document.lines) joined += document.bytes_of(line);
  RC_ASSERT(joined == text);
}

}  // namespace
}  // namespace drawbridge::firewall
