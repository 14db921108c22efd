// Edits of firewall files: document in, document out. Only the lines that are meant change; comments, lines that mean nothing and
// lines with mistakes stay as they are. What is written is checked for its form here; whether it makes sense is resolve.h's to say.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "firewall/document.h"
#include "firewall/rule_text.h"

namespace drawbridge::firewall {

/// Which rules of a document: those of its sections [RULES], or those of a group.
struct RuleList {
  std::string group;  ///< in lower case; empty: [RULES]
};

/// Where the list's rules stand, in order: what has position n is at [n]. Lines with mistakes are rules too.
std::vector<std::size_t> rule_lines(const Document& document, const RuleList& list);

/// A rule's fields as somebody wants them, each as it would stand in the line; empty: not there.
struct RuleFields {
  bool enabled = true;
  std::string type;
  std::string macro;
  std::string action;
  std::array<std::string, kRuleOptions> options;
  std::string comment;

  std::string& operator[](RuleOption option) { return options[static_cast<std::size_t>(option)]; }
  const std::string& operator[](RuleOption option) const { return options[static_cast<std::size_t>(option)]; }
  bool operator==(const RuleFields&) const = default;
};
RuleFields fields_of(const RuleText& text);
/// The line: macros and verdicts in their own spelling, an ICMP type that stood behind -dport behind -icmp-type. Errors:
/// invalid_input for control characters, blanks or '#' in a field.
Result<std::string> format_fields(const RuleFields& fields);

/// Errors of all edits: not_found for what isn't there; conflict for what is there already; invalid_input for names and texts that
/// can't be written.

/// Before the rule that has this position now, or behind the last; before the comment that stands directly above it.
Result<Document> insert_rule(const Document& document, const RuleList& list, std::size_t position, const std::string& line);
Result<Document> change_rule(const Document& document, const RuleList& list, std::size_t position, const std::string& line);
/// Before the rule that has position `before` now, or behind the last.
Result<Document> move_rule(const Document& document, const RuleList& list, std::size_t position, std::size_t before);
Result<Document> delete_rule(const Document& document, const RuleList& list, std::size_t position);

/// Keys to set, and keys to take out.
Result<Document> set_options(const Document& document, const std::vector<std::pair<std::string, std::string>>& values,
                             const std::vector<std::string>& removed);

/// The line of the alias that counts.
std::optional<std::size_t> find_alias_line(const Document& document, std::string_view name);
Result<Document> add_alias(const Document& document, const std::string& name, const std::string& address, const std::string& comment);
Result<Document> change_alias(const Document& document, const std::string& name, const std::string& address, const std::string& comment);
/// Its lines, all of them.
Result<Document> delete_alias(const Document& document, const std::string& name);

/// The section of a set or group that counts.
std::optional<std::size_t> find_section(const Document& document, SectionKind kind, std::string_view name);
/// Sets and groups alike, by `kind`. Names become lower case.
Result<Document> create_section(const Document& document, SectionKind kind, const std::string& name, const std::string& comment);
Result<Document> comment_section(const Document& document, SectionKind kind, const std::string& name, const std::string& comment);
/// With its lines, and with all others of that name.
Result<Document> delete_section(const Document& document, SectionKind kind, const std::string& name);

/// The line of an entry of the set; `address` as written, or the same network in other words.
std::optional<std::size_t> find_entry_line(const Document& document, std::string_view set, std::string_view address);
struct EntryFields {
  std::string address;
  bool exception = false;
  std::string comment;
};
Result<Document> add_entry(const Document& document, const std::string& set, const EntryFields& entry);
Result<Document> change_entry(const Document& document, const std::string& set, const EntryFields& entry);
Result<Document> delete_entry(const Document& document, const std::string& set, const std::string& address);

/// What a comment may be: one line of UTF-8.
Result<void> check_comment(std::string_view comment);

}  // namespace drawbridge::firewall
