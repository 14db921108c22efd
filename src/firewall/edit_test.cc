#include "firewall/edit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "firewall/firewall_testing.h"
#include "firewall/item_text.h"

namespace drawbridge::firewall {
namespace {

const RuleList kRules;

constexpr const char* kText =
    "# by hand\n"
    "[OPTIONS]\n\n"
    "enable: 1\n"
    "what is this\n"
    "policy_in: DROP\n\n"
    "[IPSET web] # servers\n\n"
    "!10.0.0.9\n"
    "10.0.0.0/8\n\n"
    "[RULES]\n\n"
    "# mail\n"
    "IN SMTP(ACCEPT)\n"
    "|IN DORP # wrong\n"
    "OUT DROP -dest +web\n\n"
    "# the group\n"
    "[group g1]\n\n"
    "IN ACCEPT\n";

Document base() { return document_of(kText, Level::datacenter); }

std::string after(const Result<Document>& document) { return document ? print(*document) : document.error().what; }
std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(FirewallEdit, RulesGoWhereTheyAreAskedToGo) {
  EXPECT_EQ(after(insert_rule(base(), kRules, 0, "IN PING")), with(kText, "# mail\n", "IN PING\n# mail\n"));
  EXPECT_EQ(after(insert_rule(base(), kRules, 2, "IN PING")), with(kText, "OUT DROP", "IN PING\nOUT DROP"));
  EXPECT_EQ(after(insert_rule(base(), kRules, 99, "IN PING")), with(kText, "+web\n", "+web\nIN PING\n"));
  EXPECT_EQ(after(insert_rule(base(), {"g1"}, 99, "OUT DROP")), std::string(kText) + "OUT DROP\n");
  EXPECT_EQ(after(change_rule(base(), kRules, 1, "IN DROP")), with(kText, "|IN DORP # wrong", "IN DROP"));
  EXPECT_EQ(after(delete_rule(base(), kRules, 1)), with(kText, "|IN DORP # wrong\n", ""));
  EXPECT_EQ(insert_rule(base(), {"nosuch"}, 0, "IN DROP").error().code, Errc::not_found);
  EXPECT_EQ(change_rule(base(), kRules, 3, "IN DROP").error().code, Errc::not_found);
  for (const std::string line : {"", "# x", "[RULES]", "IN ACCEPT\nIN DROP", "IN\tACCEPT", "IN ACCEPT # \x01"})
    EXPECT_EQ(insert_rule(base(), kRules, 0, line).error().code, Errc::invalid_input) << line;
}

TEST(FirewallEdit, AMoveCountsAsTheListIsNow) {
  const std::string first = "IN SMTP(ACCEPT)\n|IN DORP # wrong\nOUT DROP -dest +web\n";
  EXPECT_EQ(after(move_rule(base(), kRules, 0, 1)), kText);
  EXPECT_EQ(after(move_rule(base(), kRules, 0, 2)), with(kText, first, "|IN DORP # wrong\nIN SMTP(ACCEPT)\nOUT DROP -dest +web\n"));
  EXPECT_EQ(after(move_rule(base(), kRules, 0, 9)), with(kText, first, "|IN DORP # wrong\nOUT DROP -dest +web\nIN SMTP(ACCEPT)\n"));
  EXPECT_EQ(after(move_rule(base(), kRules, 2, 0)), with(kText, first, "OUT DROP -dest +web\nIN SMTP(ACCEPT)\n|IN DORP # wrong\n"));
}

TEST(FirewallEdit, OptionsAreSortedInAndKeepTheirPlace) {
  EXPECT_EQ(after(set_options(base(), {{"log_ratelimit", "enable=0"}}, {})),
            with(kText, "policy_in", "log_ratelimit: enable=0\npolicy_in"));
  EXPECT_EQ(after(set_options(base(), {{"ENABLE", "0"}}, {"policy_in"})),
            with(with(kText, "enable: 1", "enable: 0"), "policy_in: DROP\n", ""));
  EXPECT_EQ(after(set_options(base(), {{"policy_out", "DROP"}}, {})),
            with(kText, "policy_in: DROP\n", "policy_in: DROP\npolicy_out: DROP\n"));
  EXPECT_EQ(set_options(base(), {}, {"policy_out"}).error().code, Errc::not_found);
  EXPECT_EQ(set_options(base(), {{"a", "1\nenable: 0"}}, {}).error().code, Errc::invalid_input);
  EXPECT_EQ(after(set_options(document_of("", Level::guest), {{"enable", "1"}}, {})), "[OPTIONS]\n\nenable: 1\n\n");
}

TEST(FirewallEdit, NewSectionsStandInTheUsualOrder) {
  EXPECT_EQ(after(add_alias(base(), "Office", "192.0.2.9/24", "the house")),
            with(kText, "[IPSET web]", "[ALIASES]\n\nOffice 192.0.2.0/24 # the house\n\n[IPSET web]"));
  EXPECT_EQ(after(create_section(base(), SectionKind::ipset, "Zoo", "")), with(kText, "[RULES]", "[IPSET zoo]\n\n\n[RULES]"));
  EXPECT_EQ(after(create_section(base(), SectionKind::ipset, "apes", "two")),
            with(kText, "[IPSET web]", "[IPSET apes] # two\n\n\n[IPSET web]"));
  EXPECT_EQ(after(create_section(base(), SectionKind::group, "ab", "")), with(kText, "# the group\n", "[group ab]\n\n\n# the group\n"));
  EXPECT_EQ(after(create_section(base(), SectionKind::group, "zz", "")), std::string(kText) + "\n[group zz]\n\n\n");
  EXPECT_EQ(create_section(base(), SectionKind::group, "G1", "").error().code, Errc::conflict);
  EXPECT_EQ(create_section(base(), SectionKind::group, "1x", "").error().code, Errc::invalid_input);
  EXPECT_EQ(create_section(base(), SectionKind::group, "ok", "a\nb").error().code, Errc::invalid_input);
}

TEST(FirewallEdit, AByteOrderMarkStaysInFront) {
  const auto marked = document_of("\xEF\xBB\xBF[RULES]\nIN DROP\n", Level::node);
  EXPECT_EQ(after(set_options(marked, {{"enable", "0"}}, {})), "\xEF\xBB\xBF[OPTIONS]\n\nenable: 0\n\n[RULES]\nIN DROP\n");
}

TEST(FirewallEdit, SetsAndTheirEntries) {
  EXPECT_EQ(after(add_entry(base(), "web", {"10.9.0.1/16", false, ""})), with(kText, "10.0.0.0/8\n", "10.0.0.0/8\n10.9.0.0/16\n"));
  EXPECT_EQ(after(add_entry(base(), "WEB", {"10.0.0.10", true, "x"})), with(kText, "!10.0.0.9\n", "!10.0.0.10 # x\n!10.0.0.9\n"));
  EXPECT_EQ(after(change_entry(base(), "web", {"10.0.0.9/32", false, "y"})), with(kText, "!10.0.0.9", "10.0.0.9 # y"));
  EXPECT_EQ(after(delete_entry(base(), "web", "10.1.2.3/8")), with(kText, "10.0.0.0/8\n", ""));
  EXPECT_EQ(add_entry(base(), "web", {"10.255.0.0/8", false, ""}).error().code, Errc::conflict);
  EXPECT_EQ(add_entry(base(), "web", {"::/0", false, ""}).error().code, Errc::invalid_input);
  EXPECT_EQ(add_entry(base(), "web", {"dc/x\n", false, ""}).error().code, Errc::invalid_input);
  EXPECT_TRUE(add_entry(base(), "web", {"dc/Office", false, ""}));
  EXPECT_EQ(delete_entry(base(), "web", "10.0.0.8").error().code, Errc::not_found);
  EXPECT_EQ(after(comment_section(base(), SectionKind::ipset, "Web", "")), with(kText, " # servers", ""));
  EXPECT_EQ(after(delete_section(base(), SectionKind::ipset, "web")),
            with(kText, "[IPSET web] # servers\n\n!10.0.0.9\n10.0.0.0/8\n\n", ""));
  const auto made = create_section(base(), SectionKind::ipset, "new", "");
  EXPECT_EQ(after(add_entry(*made, "new", {"::1", false, ""})), with(kText, "[IPSET web]", "[IPSET new]\n\n::1\n\n[IPSET web]"));
  EXPECT_EQ(after(add_entry(document_of("[IPSET new]\n\n[RULES]\n", Level::guest), "new", {"::1", false, ""})),
            "[IPSET new]\n::1\n\n[RULES]\n");
  const auto both = document_of("[group ab]\nIN DROP\n# of ab\n\n# of cd\n[group cd]\n[group ab]\n", Level::datacenter);
  EXPECT_EQ(after(delete_section(both, SectionKind::group, "ab")), "# of cd\n[group cd]\n");
}

TEST(FirewallEdit, Aliases) {
  const auto document = document_of("[ALIASES]\naa 10.0.0.1\ncc 10.0.0.3\nAA 10.0.0.2 # twice\n", Level::guest);
  EXPECT_EQ(after(add_alias(document, "bb", "::1", "")), "[ALIASES]\naa 10.0.0.1\nbb ::1\ncc 10.0.0.3\nAA 10.0.0.2 # twice\n");
  EXPECT_EQ(after(change_alias(document, "aa", "10.0.0.7", "")), "[ALIASES]\naa 10.0.0.1\ncc 10.0.0.3\nAA 10.0.0.7\n");
  EXPECT_EQ(after(delete_alias(document, "aa")), "[ALIASES]\ncc 10.0.0.3\n");
  EXPECT_EQ(add_alias(document, "Cc", "10.0.0.1", "").error().code, Errc::conflict);
  EXPECT_EQ(add_alias(document, "dd", "10.0.0.1-10.0.0.2", "").error().code, Errc::invalid_input);
  EXPECT_EQ(change_alias(document, "dd", "10.0.0.1", "").error().code, Errc::not_found);
}

TEST(FirewallEdit, FieldsAreWrittenInTheUsualForm) {
  Mistakes mistakes;
  const auto written = [&](std::string_view line) { return format_fields(fields_of(read_rule_text(line, mistakes))).value_or("?"); };
  EXPECT_EQ(written("  | in ssh(accept)  --dport  22 -proto tcp -source 10.0.0.1 #  hi # there "),
            "|IN SSH(ACCEPT) -source 10.0.0.1 -p tcp -dport 22 # hi # there");
  EXPECT_EQ(written("IN ACCEPT -p icmp -dport echo-request"), "IN ACCEPT -p icmp -icmp-type echo-request");
  EXPECT_EQ(written("group web -iface net0"), "GROUP web -i net0");
  RuleFields fields = fields_of(read_rule_text("IN ACCEPT", mistakes));
  for (const std::string value : {"1 2", "1#2", "1\n2", "-dest", "\xff"}) {
    fields[RuleOption::source] = value;
    EXPECT_EQ(format_fields(fields).error().code, Errc::invalid_input) << value;
  }
}

/// Lines of all kinds, in any order, with and without the last line's end.
Document any_document(const std::string& begin = "") {
  static const std::vector<std::string> kPieces{"[RULES]\n",
                                                "[OPTIONS]\n",
                                                "[ALIASES]\n",
                                                "[IPSET aa]\n",
                                                "[IPSET BB] # x\n",
                                                "[group g1]\n",
                                                "[group g2]\r\n",
                                                "[nonsense]\n",
                                                "\n",
                                                "# free\n",
                                                "  # more\n",
                                                "IN ACCEPT\n",
                                                "  OUT DROP -p tcp # x\r\n",
                                                "|IN DROP\n",
                                                "IN DORP -x\n",
                                                "GROUP g1\n",
                                                "enable: 1\n",
                                                "policy_in DROP\n",
                                                "dhcp: 0\n",
                                                "aa 10.0.0.1\n",
                                                "bb 10.0.0.0/8 # b\n",
                                                "!10.0.0.1\n",
                                                "10.0.0.0/8\n",
                                                "\xff\x01what\n"};
  std::string text = begin;
  for (const auto piece : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kPieces.size())))
    text += kPieces[piece];
  if (!text.empty() && *rc::gen::arbitrary<bool>()) text.pop_back();
  return document_of(text, Level::datacenter);
}

std::vector<std::string> texts_of(const Document& document, const RuleList& list) {
  std::vector<std::string> texts;
  for (const std::size_t line : rule_lines(document, list)) texts.emplace_back(trim(document.text_of(document.lines[line])));
  return texts;
}

/// Lines without their ends: the last may get one.
std::vector<std::string> lines_of(const Document& document) {
  std::vector<std::string> lines;
  for (const Line& line : document.lines) lines.emplace_back(document.text_of(line));
  return lines;
}

/// That `longer` is `shorter` with some lines put in between.
bool only_adds(const std::vector<std::string>& shorter, const std::vector<std::string>& longer) {
  std::size_t at = 0;
  for (const std::string& line : longer)
    if (at < shorter.size() && shorter[at] == line) ++at;
  return at == shorter.size();
}

RuleList any_list(const Document& document) {
  return *rc::gen::arbitrary<bool>() && find_section(document, SectionKind::group, "g1") ? RuleList{"g1"} : RuleList{};
}

RC_GTEST_PROP(FirewallEditProperty, AnInsertedRuleIsWhereItWasAskedForAndNothingElseChanges, ()) {
  const Document before = any_document();
  const RuleList list = any_list(before);
  auto wanted = texts_of(before, list);
  const auto position = *rc::gen::inRange<std::size_t>(0, wanted.size() + 2);
  const auto now = insert_rule(before, list, position, "IN REJECT -p udp");
  RC_ASSERT(now.has_value());
  wanted.insert(wanted.begin() + static_cast<std::ptrdiff_t>(std::min(position, wanted.size())), "IN REJECT -p udp");
  RC_ASSERT(texts_of(*now, list) == wanted);
  RC_ASSERT(only_adds(lines_of(before), lines_of(*now)));
}

RC_GTEST_PROP(FirewallEditProperty, MovesChangesAndDeletesTouchOneLine, ()) {
  const Document before = any_document("[RULES]\nIN DROP # first\n");
  const RuleList list = texts_of(before, {"g1"}).empty() ? RuleList{} : any_list(before);
  const auto rules = texts_of(before, list);
  const auto position = *rc::gen::inRange<std::size_t>(0, rules.size());
  const auto target = *rc::gen::inRange<std::size_t>(0, rules.size() + 2);
  auto moved = rules;
  moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(position));
  const auto gone = delete_rule(before, list, position);
  RC_ASSERT(gone.has_value());
  RC_ASSERT(texts_of(*gone, list) == moved);
  RC_ASSERT(only_adds(lines_of(*gone), lines_of(before)));
  const std::size_t to = std::min(target > position ? target - 1 : target, moved.size());
  moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(to), rules[position]);
  const auto now = move_rule(before, list, position, target);
  RC_ASSERT(now.has_value());
  RC_ASSERT(texts_of(*now, list) == moved);
  auto sorted_before = lines_of(before);
  auto sorted_now = lines_of(*now);
  std::ranges::sort(sorted_before);
  std::ranges::sort(sorted_now);
  RC_ASSERT(sorted_before == sorted_now);
  const auto changed = change_rule(before, list, position, "OUT ACCEPT");
  RC_ASSERT(changed.has_value());
  auto rewritten = rules;
  rewritten[position] = "OUT ACCEPT";
  RC_ASSERT(texts_of(*changed, list) == rewritten);
  RC_ASSERT(changed->lines.size() == before.lines.size());
}

RC_GTEST_PROP(FirewallEditProperty, OptionsAliasesAndSectionsMeanWhatWasAsked, ()) {
  const Document before = any_document();
  const auto options = set_options(before, {{"policy_out", "DROP"}}, {});
  RC_ASSERT(options.has_value());
  RC_ASSERT(only_adds(lines_of(before), lines_of(*options)));
  RC_ASSERT(resolve_datacenter(*options, small_machine()).value->datacenter.options.policy_out == Verdict::drop);
  RC_ASSERT(print(*set_options(*options, {}, {"policy_out"})).find("policy_out") == std::string::npos);
  const auto alias = add_alias(before, "new-one", "10.7.0.0/16", "");
  RC_ASSERT(alias.has_value());
  RC_ASSERT(only_adds(lines_of(before), lines_of(*alias)));
  RC_ASSERT(find_alias_line(*alias, "NEW-one").has_value());
  const auto created = create_section(before, SectionKind::ipset, "new", "x");
  RC_ASSERT(created.has_value());
  RC_ASSERT(only_adds(lines_of(before), lines_of(*created)));
  const auto entry = add_entry(*created, "new", {"10.6.0.0/16", false, ""});
  RC_ASSERT(entry.has_value());
  const auto scope = resolve_datacenter(*entry, small_machine()).value;
  const auto found = std::ranges::find(scope->names.sets, "new", &NamedSet::name);
  RC_ASSERT(found != scope->names.sets.end());
  RC_ASSERT(found->set->ipv4 == rules::NumberSet({rules::interval_of(*parse_prefix("10.6.0.0/16"))}));
  const auto deleted = delete_section(*entry, SectionKind::ipset, "new");
  RC_ASSERT(deleted.has_value());
  for (const auto kind : {SectionKind::rules, SectionKind::group, SectionKind::ipset})
    RC_ASSERT(std::ranges::count(deleted->sections, kind, &Section::kind) == std::ranges::count(before.sections, kind, &Section::kind));
  RC_ASSERT(texts_of(*deleted, kRules) == texts_of(before, kRules));
}

}  // namespace
}  // namespace drawbridge::firewall
