// A rule as its line writes it: the fields of the REST interface, each with its column. Only the form is looked at here; what
// the words mean, and whether they may stand there, is rule_reader.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "firewall/mistake.h"

namespace drawbridge::firewall {

/// A piece of the line. Not there: empty, column 0.
struct Word {
  std::string_view text;
  std::uint32_t column = 0;
  bool given() const { return column != 0; }
};

/// What stands behind "-key". The order is that in which they are written.
enum class RuleOption : std::uint8_t { iface, source, dest, proto, dport, sport, log, icmp_type };
inline constexpr std::size_t kRuleOptions = 8;
/// "iface", "icmp-type"…: as the REST interface calls it; a literal.
std::string_view parameter_of(RuleOption option);

enum class RuleType : std::uint8_t { in, out, forward, group, unknown };
std::string_view word_of(RuleType type);  ///< "IN"…

/// Views into the line: it must outlive them.
struct RuleText {
  bool enabled = true;
  RuleType type = RuleType::unknown;
  Word type_word;
  Word macro;
  Word action;  ///< a verdict; of type group the group's name
  std::array<Word, kRuleOptions> options;
  std::string_view comment;

  const Word& operator[](RuleOption option) const { return options[static_cast<std::size_t>(option)]; }
  Word& operator[](RuleOption option) { return options[static_cast<std::size_t>(option)]; }
};

/// `line` without its end. Mistakes are added; what was understood is there nevertheless.
RuleText read_rule_text(std::string_view line, Mistakes& mistakes);

/// The line in the form that all programs read, without its end; absent fields are left out.
std::string format_rule(const RuleText& rule);

}  // namespace drawbridge::firewall
