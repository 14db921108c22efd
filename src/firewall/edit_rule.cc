#include <algorithm>

#include "base/text.h"
#include "firewall/edit.h"
#include "firewall/edit_section.h"
#include "firewall/macros.h"
#include "firewall/splice.h"

namespace drawbridge::firewall {
namespace {

std::unexpected<Error> unwritable(std::string_view field, std::string_view value) {
  return fail(Errc::invalid_input, "'" + printable(value, 60) + "' can't stand in a rule", {},
              "'" + std::string(field) + "' has no blanks, no '#' and no control characters in it");
}

bool is_word(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '#'; }) &&
         is_utf8(value);
}

Result<void> check_fields(const RuleFields& fields) {
  if (fields.type.empty() || !is_word(fields.type)) return unwritable("type", fields.type);
  if (fields.action.empty() || !is_word(fields.action)) return unwritable("action", fields.action);
  if (!is_word(fields.macro)) return unwritable("macro", fields.macro);
  for (std::size_t i = 0; i < kRuleOptions; ++i)
    if (!is_word(fields.options[i]) || fields.options[i].starts_with('-'))
      return unwritable(parameter_of(static_cast<RuleOption>(i)), fields.options[i]);
  return check_comment(fields.comment);
}

/// A line of one's own making, in one piece.
Result<void> check_line(std::string_view line) {
  if (trim(line).empty() || has_control_character(line) || !is_utf8(line) || trim(line).front() == '#' || trim(line).front() == '[')
    return fail(Errc::invalid_input, "'" + printable(line, 60) + "' is no rule", {}, "a rule is one line of text, as \"IN ACCEPT\"");
  return {};
}

Result<std::vector<std::size_t>> lines_with(const Document& document, const RuleList& list, std::size_t position) {
  auto lines = rule_lines(document, list);
  if (position < lines.size()) return lines;
  return fail(Errc::not_found, "no rule at position " + std::to_string(position), {*document.path, 0, 0},
              lines.empty() ? "there are no rules" : "positions are 0 to " + std::to_string(lines.size() - 1));
}

/// The index of the line before which a rule goes that shall be behind all others.
std::optional<std::size_t> end_of_list(const Document& document, const RuleList& list, const std::vector<std::size_t>& lines) {
  if (!lines.empty()) return lines.back() + 1;
  const auto section =
      list.group.empty() ? last_section(document, SectionKind::rules) : find_section(document, SectionKind::group, list.group);
  return section ? std::optional(end_of_content(document, *section)) : std::nullopt;
}

}  // namespace

std::vector<std::size_t> rule_lines(const Document& document, const RuleList& list) {
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].kind != LineKind::rule) continue;
    const Section& section = document.section_of(document.lines[i]);
    const bool in = list.group.empty() ? section.kind == SectionKind::rules
                                       : section.kind == SectionKind::group && !section.overridden && section.name == list.group;
    if (in) lines.push_back(i);
  }
  return lines;
}

RuleFields fields_of(const RuleText& text) {
  RuleFields fields;
  fields.enabled = text.enabled;
  fields.type = text.type == RuleType::unknown ? text.type_word.text : word_of(text.type);
  fields.macro = text.macro.text;
  fields.action = text.action.text;
  for (std::size_t i = 0; i < kRuleOptions; ++i) fields.options[i] = text.options[i].text;
  fields.comment = text.comment;
  return fields;
}

Result<std::string> format_fields(const RuleFields& given) {
  TRY_VOID(check_fields(given));
  RuleFields fields = given;
  if (const Macro* macro = find_macro(fields.macro)) fields.macro = macro->name;
  if (const auto verdict = verdict_of(fields.action)) fields.action = word_of(*verdict);
  const std::string& proto = fields[RuleOption::proto];
  const bool icmp = proto == "icmp" || proto == "icmpv6" || proto == "ipv6-icmp";
  if (icmp && fields[RuleOption::icmp_type].empty()) fields[RuleOption::icmp_type] = std::exchange(fields[RuleOption::dport], {});
  RuleText text;
  Mistakes ignored;
  text.enabled = fields.enabled;
  text.type = read_rule_text(fields.type, ignored).type;
  text.type_word = {fields.type, 1};
  text.macro = {fields.macro, fields.macro.empty() ? 0U : 1U};
  text.action = {fields.action, 1};
  for (std::size_t i = 0; i < kRuleOptions; ++i) text.options[i] = {fields.options[i], fields.options[i].empty() ? 0U : 1U};
  const std::string comment(trim(fields.comment));
  text.comment = comment;
  return format_rule(text);
}

Result<Document> insert_rule(const Document& document, const RuleList& list, std::size_t position, const std::string& line) {
  TRY_VOID(check_line(line));
  if (!list.group.empty() && !find_section(document, SectionKind::group, list.group))
    return fail(Errc::not_found, "no such security group '" + printable(list.group, 64) + "'", {*document.path, 0, 0});
  const auto lines = rule_lines(document, list);
  Splice splice(document);
  if (position < lines.size()) {
    splice.insert_line(with_comments_above(document, lines[position]), line);
  } else if (const auto end = end_of_list(document, list, lines)) {
    splice.insert_line(*end, line);
  } else {
    insert_section(splice, document, SectionKind::rules, "[RULES]", {line});
  }
  return std::move(splice).apply();
}

Result<Document> change_rule(const Document& document, const RuleList& list, std::size_t position, const std::string& line) {
  TRY_VOID(check_line(line));
  const auto lines = TRY(lines_with(document, list, position));
  Splice splice(document);
  splice.rewrite_line(lines[position], line);
  return std::move(splice).apply();
}

Result<Document> move_rule(const Document& document, const RuleList& list, std::size_t position, std::size_t before) {
  const auto lines = TRY(lines_with(document, list, position));
  before = std::min(before, lines.size());
  Splice splice(document);
  if (before != position && before != position + 1) {
    std::string text(document.text_of(document.lines[lines[position]]));
    const std::size_t at = before < lines.size() ? lines[before] : lines.back() + 1;
    splice.delete_line(lines[position]);
    splice.insert_line(at, text);
  }
  return std::move(splice).apply();
}

Result<Document> delete_rule(const Document& document, const RuleList& list, std::size_t position) {
  const auto lines = TRY(lines_with(document, list, position));
  Splice splice(document);
  splice.delete_line(lines[position]);
  return std::move(splice).apply();
}

Result<void> check_comment(std::string_view comment) {
  if (!has_control_character(comment) && is_utf8(comment)) return {};
  return fail(Errc::invalid_input, "the comment '" + printable(comment, 60) + "' can't be written", {},
              "a comment is one line of UTF-8 without control characters");
}

}  // namespace drawbridge::firewall
