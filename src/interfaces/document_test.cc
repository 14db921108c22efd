#include "interfaces/document.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "interfaces/interfaces_text.h"

namespace drawbridge::interfaces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Document read(std::string_view bytes) {
  auto document = parse(bytes, "i");
  EXPECT_EQ(print(document), bytes);
  return document;
}

// "line:column severity code" of each finding.
std::vector<std::string> findings(std::string_view bytes) {
  std::vector<std::string> result;
  for (const auto& diagnostic : read(bytes).diagnostics)
    result.push_back(std::to_string(diagnostic.where.line) + ":" + std::to_string(diagnostic.where.column) +
                     (diagnostic.severity == Severity::error ? " error " : " warning ") + diagnostic.code);
  return result;
}

std::vector<LineKind> kinds(std::string_view bytes) {
  std::vector<LineKind> result;
  for (const auto& line : read(bytes).lines) result.push_back(line.kind);
  return result;
}

TEST(Document, KeepsEveryByteOfOddFiles) {
  using namespace std::string_view_literals;
  for (const auto bytes : {""sv, "\n"sv, "\r"sv, "\r\n"sv, "\\"sv, "\\\n"sv, "\\\r\n\\"sv, "a"sv, "a\0b\n\0"sv, "\xff\xfe\n"sv, "#"sv,
                           " \t"sv, "auto\rlo\n"sv, "iface a\r\n\taddress 1\\\r\n 2\r\n\r\n# c"sv,
                           "\xEF\xBB\xBF"
                           "auto lo\n"sv})
    read(bytes);
}

TEST(Document, LineEndsMayBeMixed) {
  const auto document = read("auto lo\r\niface lo inet loopback\n\r\n\tup true");
  ASSERT_EQ(document.lines.size(), 4U);
  EXPECT_EQ(document.lines[0].rest, "lo");
  EXPECT_EQ(document.lines[2].kind, LineKind::blank);
  EXPECT_EQ(document.lines[3].rest, "true");
  EXPECT_THAT(document.diagnostics, IsEmpty());
}

TEST(Document, ALineOfOneMebibyteIsOneLine) {
  const std::string value(std::size_t{1} << 20U, 'x');
  const auto document = read("iface a\n\tpost-up " + value + "\n");
  EXPECT_EQ(document.lines[1].rest, value);
  EXPECT_THAT(document.diagnostics, IsEmpty());
}

TEST(Document, AHundredThousandStanzas) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "auto v" + std::to_string(i) + "\niface v" + std::to_string(i) + " inet static\n\taddress 10.0.0.1/24\n\n";
  const auto document = read(text);
  EXPECT_EQ(document.lines.size(), 400'000U);
  EXPECT_EQ(document.lines.back().number, 400'000U);
}

TEST(Document, WordsAndTheirPlaces) {
  const auto document = read("\tiface  vmbr0   inet static  \n");
  const Line& line = document.lines[0];
  EXPECT_EQ(line.word, "iface");
  EXPECT_EQ(line.rest, "vmbr0   inet static");
  EXPECT_EQ(line.column, 2U);
  EXPECT_EQ(line.rest_column, 9U);
}

TEST(Document, F1_BlankLinesDoNotEndAStanza) {
  const auto document = read("iface vmbr9 inet static\n\taddress 192.0.2.1/25\n\n\n\tpost-up nft -f /etc/lab-nat.nft\n");
  EXPECT_EQ(document.lines[4].kind, LineKind::option);
  EXPECT_EQ(document.lines[4].stanza, 0U);
  EXPECT_THAT(document.diagnostics, IsEmpty());
}

TEST(Document, F2_CommentsKnowTheirStanza) {
  const auto document = read(
      "# title\n"                      // 0
      "auto a\n"                       // 1
      "# between\n"                    // 2
      "iface a inet static\n"          // 3
      "# first inside\n"               // 4
      "\taddress 10.0.0.1/24\n"        // 5
      "\n"                             // 6
      "# inside: an option follows\n"  // 7
      "\n"                             // 8
      "\tmtu 1500\n"                   // 9
      "# directly below\n"             // 10
      "\n"                             // 11
      "# title of b\n"                 // 12
      "auto b\n"                       // 13
      "iface b inet manual\n"          // 14
      "# b's own\n"                    // 15
      "iface c inet manual\n"          // 16
      "\n"                             // 17
      "# the end\n");                  // 18
  const auto stanza = [&](std::size_t line) { return document.lines[line].stanza; };
  for (const std::size_t line : {0U, 2U, 12U, 18U}) EXPECT_EQ(stanza(line), std::nullopt) << line;
  for (const std::size_t line : {3U, 4U, 5U, 7U, 9U, 10U}) EXPECT_EQ(stanza(line), 3U) << line;
  EXPECT_EQ(stanza(15), 14U);
  EXPECT_THAT(comments_above(document, 13), ElementsAre(12U));
  EXPECT_THAT(comments_above(document, 3), ElementsAre(2U));
  EXPECT_EQ(comment_text(document.lines[7]), " inside: an option follows");
}

TEST(Document, F3_ABackslashAtTheEndOfALineJoinsTheNext) {
  const auto document = read("iface a\n\tpost-up ip route \\\n\t\tadd default \\\n  via 10.0.0.1\nauto \\\n\tb\n");
  ASSERT_EQ(document.lines.size(), 3U);
  EXPECT_EQ(document.lines[1].rest, "ip route add default via 10.0.0.1");
  EXPECT_EQ(document.lines[2].number, 5U);
  EXPECT_EQ(document.lines[2].rest, "b");
  EXPECT_EQ(document.lines[2].rest_number, 6U);
  EXPECT_EQ(document.lines[2].rest_column, 2U);
  EXPECT_THAT(document.diagnostics, IsEmpty());
}

TEST(Document, F4_OtherBackslashesAreKeptAndWarnedOf) {
  const auto document = read("iface a\n\tpost-up sed s/\\./x/ /etc/hosts\n");
  EXPECT_EQ(document.lines[1].rest, "sed s/\\./x/ /etc/hosts");
  ASSERT_EQ(document.diagnostics.size(), 1U);
  EXPECT_EQ(document.diagnostics[0].where, (SourceLocation{"i", 2, 16}));
  EXPECT_EQ(document.diagnostics[0].code, "backslash-inside-line");
  EXPECT_THAT(document.diagnostics[0].message, HasSubstr("ifupdown2"));
}

TEST(Document, BackslashesThatLookLikeAContinuation) {
  EXPECT_THAT(findings("iface a\n mtu 1500 \\ \n"), ElementsAre("2:11 warning backslash-before-blanks"));
  EXPECT_THAT(findings("# c \\\nauto a\n"), ElementsAre("1:5 warning backslash-in-comment"));
  EXPECT_THAT(kinds("# c \\\nauto a\n"), ElementsAre(LineKind::comment, LineKind::allow));
  EXPECT_THAT(findings("auto a \\"), ElementsAre("1:8 warning backslash-at-end-of-file"));
  EXPECT_EQ(read("auto a \\").lines[0].rest, "a");
  EXPECT_THAT(kinds("\\\n\\\n\nauto a\n"), ElementsAre(LineKind::blank, LineKind::allow));
}

TEST(Document, F5_HotplugIsAClassOfItsOwn) {
  const auto document = read("allow-hotplug a\nauto b\nallow-auto c\nallow-ovs d\n");
  std::vector<std::string> classes;
  for (const auto& line : document.lines) {
    EXPECT_EQ(line.kind, LineKind::allow);
    classes.emplace_back(allow_class(line));
  }
  EXPECT_THAT(classes, ElementsAre("hotplug", "auto", "auto", "ovs"));
}

TEST(Document, F13_UnknownOptionsAreKeptWithoutAnError) {
  const auto document =
      read("iface a inet static\n\tbroadcast 10.0.0.255\n\tuplink-id 4\n\tbridge-disable-mac-learning 1\n\tmade-up-by-me yes\n");
  EXPECT_THAT(document.diagnostics, IsEmpty());
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(document.lines[i].kind, LineKind::option);
}

TEST(Document, NoCommentsAfterAValue) {
  const auto document = read("iface a inet static\n\taddress 10.0.0.1/24 # mine\n\tpost-up echo a # fine in a shell\n\tbridge-ports a#b\n");
  EXPECT_EQ(document.lines[1].rest, "10.0.0.1/24 # mine");
  EXPECT_THAT(findings(print(document)), ElementsAre("2:10 warning comment-after-value"));
}

TEST(Document, OptionWithoutValueIsReportedAndTheStanzaGoesOn) {
  const std::string_view text = "iface a inet static\n\taddress\n\tmtu 1500\n";
  EXPECT_THAT(findings(text), ElementsAre("2:9 error option-without-value"));
  EXPECT_EQ(read(text).lines[2].stanza, 0U);
}

TEST(Document, HeadersOfAllShapes) {
  const auto header = [](std::string_view text) { return parse_header(read(text).lines[0], "i"); };
  EXPECT_EQ(header("iface a inet6 auto\n").value(), (Header{"a", Family::ipv6, "auto"}));
  EXPECT_EQ(header("iface a\n").value(), (Header{"a", std::nullopt, ""}));
  EXPECT_EQ(header("iface a inet\n").value(), (Header{"a", Family::ipv4, ""}));
  EXPECT_EQ(header("iface a static\n").error().where, (SourceLocation{"i", 1, 7}));
  EXPECT_EQ(header("iface\n").error().code, Errc::invalid_input);
  EXPECT_THAT(findings("iface a inet\n"), ElementsAre("1:7 warning method-missing"));
  EXPECT_THAT(findings("iface a ipx static\n mtu 1\n"), ElementsAre("1:7 error family-unknown"));
  EXPECT_THAT(findings("iface\n"), ElementsAre("1:6 error iface-without-name"));
  EXPECT_THAT(findings("iface a inet static b\n"), ElementsAre("1:7 warning words-ignored"));
}

TEST(Document, AMalformedHeaderKeepsItsOptionsFromTheStanzaAbove) {
  const auto document = read("iface a inet static\niface b ipx static\n address 10.0.0.1/24\n");
  EXPECT_EQ(document.lines[2].stanza, 1U);
}

TEST(Document, OtherStatements) {
  EXPECT_THAT(kinds("iface a\nmapping b\n script x\n map y\naddress 1\n"),
              ElementsAre(LineKind::iface, LineKind::mapping, LineKind::mapping, LineKind::mapping, LineKind::other));
  EXPECT_THAT(kinds("iface a\nvlan 7\n bridge b\nsource x\nsource-directory y\n"),
              ElementsAre(LineKind::iface, LineKind::vlan, LineKind::vlan, LineKind::source, LineKind::source));
  EXPECT_THAT(kinds("iface a\nno-auto-down a\nno-scripts a\nrename a=b\ntemplate t\n mtu 1\n"),
              ElementsAre(LineKind::iface, LineKind::other, LineKind::other, LineKind::other, LineKind::other, LineKind::option));
  EXPECT_THAT(findings("mapping b\nvlan 7\nrename a=b\nauto\nsource\n"),
              ElementsAre("1:1 warning mapping-ignored", "2:1 warning vlan-ignored", "3:1 warning statement-ignored",
                          "4:5 warning names-missing", "5:7 error source-without-path"));
}

TEST(Document, UnknownKeywordsGetAHint) {
  const auto document = read("  ifcae a inet static\nquux\n");
  ASSERT_EQ(document.diagnostics.size(), 2U);
  EXPECT_EQ(document.diagnostics[0].where, (SourceLocation{"i", 1, 3}));
  EXPECT_EQ(document.diagnostics[0].code, "keyword-unknown");
  EXPECT_EQ(document.diagnostics[0].hint, "did you mean 'iface'?");
  EXPECT_EQ(document.diagnostics[1].severity, Severity::error);
}

TEST(Document, AMisspeltHeaderInsideAStanzaIsAnError) {
  EXPECT_THAT(findings("iface a inet static\n\taddress 10.0.0.1/24\nifcae b inet static\n\taddress 10.0.0.2/24\n"),
              ElementsAre("3:1 error keyword-misspelled"));
  EXPECT_THAT(findings("iface a inet static\nauot b\n"), ElementsAre("2:1 warning keyword-misspelled"));
}

TEST(Document, OptionsOutsideAnyStanzaAreErrors) {
  EXPECT_THAT(findings("address 10.0.0.1/24\nauto a\n\tbridge-ports b\n"),
              ElementsAre("1:1 error option-outside-stanza", "3:2 error option-outside-stanza"));
}

TEST(Document, TemplatesAreReportedOnce) {
  EXPECT_THAT(findings("iface a\n% for x in y:\n<% z %>\n"), ElementsAre("2:1 error template-unsupported"));
  EXPECT_THAT(findings("auto vlan${x}\n"), ElementsAre("1:6 error template-unsupported"));
  EXPECT_THAT(findings("iface a\n\tup echo ${IFACE} 100%\n"), IsEmpty());
}

TEST(Document, CharactersThatDoNotBelong) {
  using namespace std::string_view_literals;
  EXPECT_THAT(findings("iface a\n mtu 1\0\n"sv), ElementsAre("2:7 warning control-character"));
  EXPECT_THAT(findings("auto a\rauto b\n"), ElementsAre("1:7 error carriage-return"));
  EXPECT_THAT(findings("auto a\r\r\nauto b\r"), IsEmpty());
  EXPECT_THAT(findings("# \xff\n# \xff\n"), ElementsAre("1:1 warning not-utf8"));
  EXPECT_THAT(findings("\xEF\xBB\xBF"
                       "auto lo\n"),
              ElementsAre("1:1 error byte-order-mark"));
}

TEST(Document, OptionNamesAreTheSameWithEitherSeparator) {
  EXPECT_TRUE(same_option("bridge_ports", "bridge-ports"));
  EXPECT_FALSE(same_option("bridge_ports", "bridge-port"));
}

RC_GTEST_PROP(DocumentProperty, PrintUndoesParseForAnyBytes, (const std::string& bytes)) { RC_ASSERT(print(parse(bytes, "i")) == bytes); }

RC_GTEST_PROP(DocumentProperty, PrintUndoesParseForTextsLikeInterfacesFiles, ()) {
  const auto bytes = *interfaces_text();
  const auto document = parse(bytes, "i");
  RC_ASSERT(print(document) == bytes);
  RC_ASSERT(parse(print(document), "i") == document);
}

}  // namespace
}  // namespace drawbridge::interfaces
