#include "interfaces/edit.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "interfaces/alignment.h"
#include "interfaces/edit_fuzz_body.h"
#include "interfaces/interfaces_text.h"

namespace drawbridge::interfaces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const StanzaId kBridge{"vmbr0", Family::ipv4, 0};

// The text after an edit that must succeed.
template <class Edit>
std::string after(std::string_view bytes, const Edit& edit) {
  auto document = parse(bytes, "i");
  const Result<void> result = edit(document);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().what);
  EXPECT_EQ(parse(print(document), "i"), document);
  return print(document);
}

// The error of an edit that must fail and change nothing.
template <class Edit>
Error refusal(std::string_view bytes, const Edit& edit) {
  auto document = parse(bytes, "i");
  const Result<void> result = edit(document);
  EXPECT_EQ(print(document), bytes);
  EXPECT_FALSE(result.has_value());
  return result ? Error{} : result.error();
}

auto setting(const std::string& option, const std::string& value, std::size_t occurrence = 0) {
  return [=](Document& d) { return set_option(d, kBridge, option, value, occurrence); };
}
auto listing(const std::string& option, const std::vector<std::string>& values) {
  return [=](Document& d) { return set_option_values(d, kBridge, option, values); };
}

TEST(SetOption, KeepsSpellingBlanksAndLineEnd) {
  EXPECT_EQ(after("iface vmbr0 inet static\r\n \tbridge_ports \t a b  \r\n# c\r\n", setting("bridge-ports", "c d")),
            "iface vmbr0 inet static\r\n \tbridge_ports \t c d  \r\n# c\r\n");
}

TEST(SetOption, TheSameValueChangesNothing) {
  const std::string text = "iface vmbr0 inet static\n  mtu   1500 \\\n\n";
  EXPECT_EQ(after(text, setting("mtu", "1500")), text);
}

TEST(SetOption, ANewOptionStandsBelowTheLastLikeItsNeighbours) {
  EXPECT_EQ(after("iface vmbr0 inet static\n    address 10.0.0.1/24\n# inside\n\nauto b\n", setting("mtu", " 9000 ")),
            "iface vmbr0 inet static\n    address 10.0.0.1/24\n    mtu 9000\n# inside\n\nauto b\n");
  EXPECT_EQ(after("iface a\n  mtu 1\n\niface vmbr0 inet manual\n\niface c\n\tmtu 1\n", setting("mtu", "9000")),
            "iface a\n  mtu 1\n\niface vmbr0 inet manual\n  mtu 9000\n\niface c\n\tmtu 1\n");
  EXPECT_EQ(after("iface vmbr0 inet manual\r\n", setting("mtu", "9000")), "iface vmbr0 inet manual\r\n\tmtu 9000\r\n");
}

TEST(SetOption, AFileWithoutALineEndGetsOne) {
  EXPECT_EQ(after("auto vmbr0\r\niface vmbr0 inet manual", setting("mtu", "9000")),
            "auto vmbr0\r\niface vmbr0 inet manual\r\n\tmtu 9000\r\n");
  EXPECT_EQ(after("iface vmbr0 inet manual\n mtu 1500", setting("mtu", "9000")), "iface vmbr0 inet manual\n mtu 9000");
}

TEST(SetOption, ABackslashAtTheEndOfTheFileDoesNotSwallowTheNewLine) {
  EXPECT_EQ(after("iface vmbr0 inet manual\n mtu 1 \\", setting("metric", "5")), "iface vmbr0 inet manual\n mtu 1 \\\n\n metric 5\n");
  EXPECT_EQ(after("iface vmbr0 inet manual \\\n", setting("metric", "5")), "iface vmbr0 inet manual \\\n\n\tmetric 5\n");
}

TEST(SetOption, AContinuedValueBecomesOneLine) {
  EXPECT_EQ(after("iface vmbr0 inet static\n\tbridge-ports  a \\\n\t\tb\n\tmtu 1\n", setting("bridge-ports", "c")),
            "iface vmbr0 inet static\n\tbridge-ports  c\n\tmtu 1\n");
  EXPECT_EQ(after("iface vmbr0 inet static\n\tbridge-ports\n", setting("bridge-ports", "c")),
            "iface vmbr0 inet static\n\tbridge-ports c\n");
  EXPECT_EQ(after("iface vmbr0 inet static\n\\\nmtu 1\n", setting("mtu", "2")), "iface vmbr0 inet static\nmtu 2\n");
}

TEST(SetOption, Occurrences) {
  const std::string_view text = "iface vmbr0 inet static\n\taddress 10.0.0.1/24\n\taddress 10.0.0.2\n\tnetmask 24\n\tmtu 1500\n";
  EXPECT_EQ(after(text, setting("address", "10.0.0.9/24", 0)),
            "iface vmbr0 inet static\n\taddress 10.0.0.9/24\n\taddress 10.0.0.2\n\tnetmask 24\n\tmtu 1500\n");
  // The netmask stays with the address that it stands below.
  EXPECT_EQ(after(text, setting("address", "10.0.0.3/24", 2)),
            "iface vmbr0 inet static\n\taddress 10.0.0.1/24\n\taddress 10.0.0.2\n\tnetmask 24\n\taddress 10.0.0.3/24\n\tmtu 1500\n");
  EXPECT_EQ(refusal(text, setting("address", "10.0.0.3/24", 3)).code, Errc::not_found);
}

TEST(SetOption, PicksTheStanzaByFamilyAndOrdinal) {
  const std::string_view text = "iface a inet manual\niface a inet6 manual\niface a inet manual\niface a\n";
  const auto set = [](const StanzaId& id) { return [=](Document& d) { return set_option(d, id, "mtu", "9"); }; };
  EXPECT_EQ(after(text, set({"a", Family::ipv6, 0})), "iface a inet manual\niface a inet6 manual\n\tmtu 9\niface a inet manual\niface a\n");
  EXPECT_EQ(after(text, set({"a", Family::ipv4, 1})), "iface a inet manual\niface a inet6 manual\niface a inet manual\n\tmtu 9\niface a\n");
  EXPECT_EQ(after(text, set({"a", std::nullopt, 0})), "iface a inet manual\niface a inet6 manual\niface a inet manual\niface a\n\tmtu 9\n");
  EXPECT_EQ(refusal(text, set({"a", Family::ipv4, 2})).code, Errc::not_found);
  const auto document = parse(text, "i");
  EXPECT_THAT(find_stanzas(document, "a"), ElementsAre(StanzaId{"a", Family::ipv4, 0}, StanzaId{"a", Family::ipv6, 0},
                                                       StanzaId{"a", Family::ipv4, 1}, StanzaId{"a", std::nullopt, 0}));
  EXPECT_EQ(stanza_at(document, 2).value(), (StanzaId{"a", Family::ipv4, 1}));
}

TEST(SetOption, AMemberOfARangeIsExplained) {
  const auto error = refusal("iface vmbr[0-3] inet manual\n", setting("mtu", "9000"));
  EXPECT_EQ(error.code, Errc::not_found);
  EXPECT_THAT(error.what, HasSubstr("iface vmbr[0-3]"));
}

TEST(SetOption, F16_ControlCharactersAndLineBreaksAreRefused) {
  const std::string_view text = "iface vmbr0 inet static\n\tovs_options tag=4\n";
  for (const std::string value :
       {"a\nup reboot", "a\rup reboot", "a\tb", "\x1b[0m", "a\x7f", "a\xc2\x85-", "a\xe2\x80\xa8-", "a\xff", "a\\", "a\\ ", "", "  "})
    EXPECT_EQ(refusal(text, setting("ovs_options", value)).code, Errc::invalid_input) << value;
  EXPECT_EQ(refusal(text, setting("ovs_options", std::string("a\0b", 3))).code, Errc::invalid_input);
  EXPECT_EQ(refusal(text, listing("up", {"true", "x\ny"})).code, Errc::invalid_input);
  EXPECT_EQ(refusal(text, setting("ovs_options", std::string(70'000, 'x'))).code, Errc::invalid_input);
}

TEST(SetOption, NamesThatWouldBeStatementsAreRefused) {
  const std::string_view text = "iface vmbr0 inet static\n";
  for (const auto* name :
       {"auto", "iface", "source", "source-directory", "mapping", "vlan", "allow-x", "no-scripts", "", "a b", "#a", "a\nb", "%a", "a\\"})
    EXPECT_EQ(refusal(text, setting(name, "x")).code, Errc::invalid_input) << name;
}

TEST(SetOptionValues, TheFewestLinesChange) {
  const std::string_view text =
      "iface vmbr0 inet static\n  address 10.0.0.1/24\n\tmtu 1\n\taddress 10.0.0.2/24\n # c\n\taddress 10.0.0.3/24\n";
  EXPECT_EQ(after(text, listing("address", {"10.0.0.2/24", "10.0.0.3/24"})),
            "iface vmbr0 inet static\n\tmtu 1\n\taddress 10.0.0.2/24\n # c\n\taddress 10.0.0.3/24\n");
  EXPECT_EQ(after(text, listing("address", {"10.0.0.1/24", "10.0.0.9/24", "10.0.0.3/24", "10.0.0.4/24"})),
            "iface vmbr0 inet static\n  address 10.0.0.1/24\n\tmtu 1\n\taddress 10.0.0.9/24\n # c\n\taddress 10.0.0.3/24\n\taddress "
            "10.0.0.4/24\n");
  EXPECT_EQ(after(text, listing("address", {"10.0.0.0/24", "10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/24"}))
                .find("\taddress 10.0.0.0/24\n  address 10.0.0.1/24"),
            24U);
  EXPECT_EQ(after(text, listing("address", {})), "iface vmbr0 inet static\n\tmtu 1\n # c\n");
  EXPECT_EQ(after("iface vmbr0 inet static\n", listing("address", {"10.0.0.1/24", "::1/64"})),
            "iface vmbr0 inet static\n\taddress 10.0.0.1/24\n\taddress ::1/64\n");
}

TEST(SetOptionValues, F8_TheGivenOrderIsKept) {
  EXPECT_EQ(after("iface vmbr0 inet manual\n\tup a\n\tup b\n", listing("up", {"b", "a"})), "iface vmbr0 inet manual\n\tup b\n\tup a\n");
}

TEST(DeleteOption, AllSpellingsAndTheOthersStay) {
  EXPECT_EQ(after("iface vmbr0 inet manual\n\tbridge_ports a\n\tmtu 1\n\n\tbridge-ports b \\\n c\n# x\n",
                  [](Document& d) { return delete_option(d, kBridge, "bridge-ports"); }),
            "iface vmbr0 inet manual\n\tmtu 1\n\n# x\n");
}

TEST(DeleteOption, OneOccurrenceWithTheLinesBoundToIt) {
  EXPECT_EQ(after("iface vmbr0 inet static\n\taddress 10.0.0.1\n\tnetmask 24\n\taddress 10.0.0.2\n\tnetmask 25\n",
                  [](Document& d) { return delete_option(d, kBridge, "address", 1); }),
            "iface vmbr0 inet static\n\taddress 10.0.0.1\n\tnetmask 24\n");
}

TEST(SetHeader, OnlyFamilyAndMethodChange) {
  const auto set = [](std::optional<Family> family, const std::string& method) {
    return [=](Document& d) { return set_header(d, kBridge, family, method); };
  };
  EXPECT_EQ(after(" iface  vmbr0  inet\tstatic  \r\n\tmtu 1\r\n", set(Family::ipv4, "dhcp")), " iface  vmbr0  inet\tdhcp\r\n\tmtu 1\r\n");
  EXPECT_EQ(after("iface vmbr0 inet static\n", set(std::nullopt, "")), "iface vmbr0\n");
  EXPECT_EQ(after("iface vmbr0 inet \\\n static\n", set(Family::ipv6, "auto")), "iface vmbr0 inet6 auto\n");
  EXPECT_EQ(refusal("iface vmbr0 inet static\n", set(std::nullopt, "static")).code, Errc::invalid_input);
  EXPECT_EQ(refusal("iface vmbr0 inet static\n", set(Family::ipv4, "a b")).code, Errc::invalid_input);
  EXPECT_EQ(refusal("iface vmbr0 inet static\n", set(Family::ipv4, "")).code, Errc::invalid_input);
}

TEST(AddStanza, AtTheEndOrAfterAnother) {
  const NewStanza stanza{"vlan77", Family::ipv4, "manual", {{"vlan-raw-device", "ens3f0"}}, {" storage"}, "auto"};
  const std::string added = "auto vlan77\niface vlan77 inet manual\n\tvlan-raw-device ens3f0\n# storage\n";
  const auto add = [&](Document& d) { return add_stanza(d, stanza); };
  EXPECT_EQ(after("", add), added);
  EXPECT_EQ(after("iface a\n", add), "iface a\n\n" + added);
  EXPECT_EQ(after("iface a\n\n", add), "iface a\n\n" + added);
  EXPECT_EQ(after("iface a", add), "iface a\n\n" + added);
  EXPECT_EQ(after("# only a comment", add), "# only a comment\n\n" + added);
  const auto add_after = [&](Document& d) { return add_stanza(d, stanza, StanzaId{"a", std::nullopt, 0}); };
  EXPECT_EQ(after("iface a\n\tmtu 1\n\n\tup b\n\n# c\nauto c\n", add_after), "iface a\n\tmtu 1\n\n\tup b\n\n" + added + "\n# c\nauto c\n");
  EXPECT_EQ(after("iface a\niface b\n", add_after), "iface a\n\n" + added + "\niface b\n");
}

TEST(AddStanza, F1_TheNatHookStaysWithItsBridge) {
  const std::string text =
      "auto vmbr9\niface vmbr9 inet static\n\taddress 192.0.2.1/25\n\tbridge-ports none\n\n\tpost-up nft -f /etc/lab-nat.nft\n";
  EXPECT_EQ(
      after(text,
            [](Document& d) { return add_stanza(d, {"vlan77", Family::ipv4, "manual", {{"vlan-raw-device", "ens3f0"}}, {}, "auto"}); }),
      text + "\nauto vlan77\niface vlan77 inet manual\n\tvlan-raw-device ens3f0\n");
}

TEST(AddStanza, F16_NothingCanBeSmuggledIn) {
  const std::string_view text = "iface a\n";
  const auto refused = [&](const NewStanza& stanza) {
    EXPECT_EQ(refusal(text, [&](Document& d) { return add_stanza(d, stanza); }).code, Errc::invalid_input);
  };
  refused({"b\nauto x", Family::ipv4, "manual", {}, {}, ""});
  refused({"b c", std::nullopt, "", {}, {}, ""});
  refused({"", std::nullopt, "", {}, {}, ""});
  refused({"b", Family::ipv4, "manual\n up x", {}, {}, ""});
  refused({"b", std::nullopt, "", {{"mtu", "1\nup x"}}, {}, ""});
  refused({"b", std::nullopt, "", {}, {"x\n up y"}, ""});
  refused({"b", std::nullopt, "", {}, {"x\\"}, ""});
  refused({"b", std::nullopt, "", {}, {}, "x\ny"});
}

TEST(RemoveStanza, WithItsOptionsAndCommentsOnly) {
  const auto remove = [](Document& d) { return remove_stanza(d, kBridge); };
  EXPECT_EQ(after("iface a\n\n# title\niface vmbr0 inet static\n# in\n\tmtu 1\n\n\tup x\n# below\n\n# next\niface b\n", remove),
            "iface a\n\n# title\n\n# next\niface b\n");
  EXPECT_EQ(after("iface a\n\niface vmbr0 inet static\n\tmtu 1\n\niface b\n", remove), "iface a\n\niface b\n");
  EXPECT_EQ(after("iface a\n\niface vmbr0 inet static\n\tmtu 1", remove), "iface a\n");
  EXPECT_EQ(after("iface vmbr0 inet static\n\tmtu 1\n\niface b\n", remove), "iface b\n");
  EXPECT_EQ(after("iface vmbr0 inet static\nno-scripts vmbr0\n\tmtu 1\n", remove), "no-scripts vmbr0\n");
}

TEST(RemoveStanza, UndoesAddStanza) {
  const std::string text = "auto a\niface a\n\tmtu 1\n# c\n";
  EXPECT_EQ(after(text,
                  [](Document& d) {
                    EXPECT_TRUE(add_stanza(d, {"vmbr0", Family::ipv4, "manual", {}, {}, "auto"}));
                    EXPECT_TRUE(remove_allow(d, "vmbr0"));
                    return remove_stanza(d, kBridge);
                  }),
            text);
}

TEST(Edit, AnOptionOutsideAnyStanzaNeverSlidesIntoOne) {
  const std::string_view text = "iface a inet static\nauto b\naddress 10.0.0.1/24\n";
  const auto error = refusal(text, [](Document& d) { return remove_allow(d, "b"); });
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_EQ(error.where, (SourceLocation{"i", 3, 1}));
}

TEST(Allow, AddedAboveTheStanza) {
  const auto add = [](Document& d) { return add_allow(d, "vmbr0"); };
  EXPECT_EQ(after("iface a\n\n# c\niface vmbr0 inet manual\n", add), "iface a\n\n# c\nauto vmbr0\niface vmbr0 inet manual\n");
  EXPECT_EQ(after("auto a vmbr0\n", add), "auto a vmbr0\n");
  EXPECT_EQ(after("allow-auto vmbr0\n", add), "allow-auto vmbr0\n");
  EXPECT_EQ(after("iface a\r\n", add), "iface a\r\n\r\nauto vmbr0\r\n");
  EXPECT_EQ(after("auto vmbr0\n", [](Document& d) { return add_allow(d, "vmbr0", "hotplug"); }), "auto vmbr0\n\nallow-hotplug vmbr0\n");
  EXPECT_EQ(refusal("", [](Document& d) { return add_allow(d, "a b"); }).code, Errc::invalid_input);
  EXPECT_EQ(refusal("", [](Document& d) { return add_allow(d, "a\nup"); }).code, Errc::invalid_input);
}

TEST(Allow, RemovedWithoutTheOthers) {
  const auto remove = [](Document& d) { return remove_allow(d, "b"); };
  EXPECT_EQ(after("auto a  b c\n", remove), "auto a c\n");
  EXPECT_EQ(after("auto b c\n", remove), "auto c\n");
  EXPECT_EQ(after("auto a \\\n  b \\\n  c\n", remove), "auto a \\\n  c\n");
  EXPECT_EQ(after("auto a \\\r\n  b\r\n", remove), "auto a\r\n");
  EXPECT_EQ(after("auto b b\niface b\n", remove), "iface b\n");
  EXPECT_EQ(after("allow-hotplug b\nauto bb\n", remove), "allow-hotplug b\nauto bb\n");
  EXPECT_EQ(after("iface a\n\nauto b\n\niface c\n", remove), "iface a\n\niface c\n");
}

TEST(Comments, SetInsideTheStanzaOnly) {
  const auto set = [](const std::vector<std::string>& comments) { return [=](Document& d) { return set_comments(d, kBridge, comments); }; };
  const std::string_view text = "# title\niface vmbr0 inet manual\n\tmtu 1\n# one\n#two\n\n# next\nauto b\n";
  EXPECT_EQ(after(text, set({" one", "two", " three"})),
            "# title\niface vmbr0 inet manual\n\tmtu 1\n# one\n#two\n# three\n\n# next\nauto b\n");
  EXPECT_EQ(after(text, set({"two"})), "# title\niface vmbr0 inet manual\n\tmtu 1\n#two\n\n# next\nauto b\n");
  EXPECT_EQ(after(text, set({})), "# title\niface vmbr0 inet manual\n\tmtu 1\n\n# next\nauto b\n");
  EXPECT_EQ(after("iface vmbr0 inet manual\r\n\tmtu 1\r\n", set({" a\tb"})), "iface vmbr0 inet manual\r\n\tmtu 1\r\n# a\tb\r\n");
  EXPECT_EQ(refusal(text, set({"x\n up reboot"})).code, Errc::invalid_input);
  const auto document = parse(text, "i");
  EXPECT_THAT(stanza_comments(document, kBridge), ElementsAre(" one", "two"));
}

TEST(Align, TheFewestSteps) {
  using Kind = Step::Kind;
  EXPECT_THAT(align({"a", "b", "c"}, {"b", "c"}), ElementsAre(Step{Kind::remove, 0, 0}, Step{Kind::keep, 1, 0}, Step{Kind::keep, 2, 1}));
  EXPECT_THAT(align({"a"}, {"b", "a"}), ElementsAre(Step{Kind::insert, 0, 0}, Step{Kind::keep, 0, 1}));
  EXPECT_THAT(align({}, {}), IsEmpty());
  const std::vector<std::string> many(2000, "x");
  EXPECT_EQ(align(many, many).size(), 2000U);
  EXPECT_EQ(align(many, {"x"}).back(), (Step{Kind::remove, 1999, 1}));
}

RC_GTEST_PROP(EditProperty, OnlyItsOwnLinesChange, (const std::vector<std::uint8_t>& script)) {
  std::string line;
  for (const auto byte : script) line += byte == '\n' ? 'x' : static_cast<char>(byte);
  RC_ASSERT(check_edits(line + "abc|def|12|ghi|345|\n" + *interfaces_text()) == "");
}

}  // namespace
}  // namespace drawbridge::interfaces
