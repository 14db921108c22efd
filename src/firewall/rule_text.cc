#include "firewall/rule_text.h"

#include <optional>

#include "base/text.h"
#include "firewall/words.h"

namespace drawbridge::firewall {
namespace {

constexpr std::array<std::string_view, kRuleOptions> kParameters{"iface", "source", "dest", "proto", "dport", "sport", "log", "icmp-type"};
constexpr std::array<std::string_view, kRuleOptions> kWritten{"-i", "-source", "-dest", "-p", "-dport", "-sport", "-log", "-icmp-type"};
constexpr std::array<std::string_view, 4> kTypes{"IN", "OUT", "FORWARD", "GROUP"};

/// As is_blank of base/text.h, of which it is the meaning, in one comparison for most characters: lines are read in this loop.
constexpr bool blank(char c) { return static_cast<unsigned char>(c) <= ' ' && is_blank(c); }

std::optional<RuleOption> option_of(std::string_view key) {
  const auto is = [&](std::string_view word, RuleOption option) { return key == word ? std::optional(option) : std::nullopt; };
  switch (key.size()) {
    case 1: return key == "i" ? std::optional(RuleOption::iface) : is("p", RuleOption::proto);
    case 3: return is("log", RuleOption::log);
    case 4: return is("dest", RuleOption::dest);
    case 5:
      if (key == "dport") return RuleOption::dport;
      if (key == "sport") return RuleOption::sport;
      return key == "proto" ? std::optional(RuleOption::proto) : is("iface", RuleOption::iface);
    case 6: return is("source", RuleOption::source);
    case 9: return is("icmp-type", RuleOption::icmp_type);
    default: return std::nullopt;
  }
}

RuleType type_of(std::string_view word) {
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    if (equal_words(kTypes[i], word)) return static_cast<RuleType>(i);
  return RuleType::unknown;
}

class Reader {
 public:
  Reader(std::string_view line, Mistakes& mistakes) : line_(line), mistakes_(mistakes) {
    const auto mark = line.find('#');
    text_ = line.substr(0, mark);
    if (mark != std::string_view::npos) rule_.comment = trim(line.substr(mark + 1));
  }

  RuleText read() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '|') {
      rule_.enabled = false;
      ++at_;
    }
    read_type();
    read_target();
    for (Word word = next(); word.given(); word = next()) read_option(word);
    return rule_;
  }

 private:
  // With locals: what is read might be what is written, for all that the compiler knows.
  void skip_blanks() {
    std::size_t at = at_;
    const char* const text = text_.data();
    const std::size_t size = text_.size();
    while (at < size && blank(text[at])) ++at;
    at_ = at;
  }

  Word next() {
    skip_blanks();
    const std::size_t begin = at_;
    std::size_t at = begin;
    const char* const text = text_.data();
    const std::size_t size = text_.size();
    while (at < size && !blank(text[at])) ++at;
    at_ = at;
    return begin == at ? Word{} : Word{text_.substr(begin, at - begin), column(begin)};
  }

  Word peek() {
    const std::size_t here = at_;
    const Word word = next();
    at_ = here;
    return word;
  }

  static std::uint32_t column(std::size_t at) { return static_cast<std::uint32_t>(at + 1); }
  std::uint32_t end_column() const { return column(at_); }

  void complain(std::uint32_t column, std::string_view parameter, std::string_view code, std::string message, std::string hint) {
    mistakes_.push_back({column, parameter, code, std::move(message), std::move(hint)});
  }

  void read_type() {
    rule_.type_word = next();
    rule_.type = type_of(rule_.type_word.text);
    if (rule_.type != RuleType::unknown) return;
    const auto column = rule_.type_word.given() ? rule_.type_word.column : end_column();
    complain(column, "type", "type-unknown",
             rule_.type_word.given() ? "'" + printable(rule_.type_word.text, 40) + "' is no type of rule" : "the rule has no type",
             "write IN, OUT, FORWARD or GROUP");
  }

  void read_target() {
    if (!rule_.type_word.given()) return;
    const std::size_t here = at_;
    const Word target = next();
    if (!target.given() || target.text.starts_with('-')) {
      const bool group = rule_.type == RuleType::group;
      at_ = here;
      complain(target.given() ? target.column : end_column(), "action", "action-missing",
               group ? "the name of the group is missing" : "the rule does not say what to do",
               group ? "write GROUP and the group's name" : "write ACCEPT, DROP, REJECT or MACRO(ACCEPT) behind the type");
      return;
    }
    const auto open = target.text.find('(');
    if (rule_.type == RuleType::group || open == std::string_view::npos) {
      rule_.action = target;
      skip_blanks();
      if (at_ < text_.size() && text_[at_] == '(') read_stray_bracket();
      return;
    }
    rule_.macro = {target.text.substr(0, open), target.column};
    rule_.action = {target.text.substr(open + 1), target.column + static_cast<std::uint32_t>(open) + 1};
    if (rule_.action.text.ends_with(')')) {
      rule_.action.text.remove_suffix(1);
    } else {
      complain(end_column(), "action", "bracket-open", "the bracket of the macro is not closed",
               "write MACRO(ACTION) without blanks in it");
      // "SSH( ACCEPT )": the rest of it is not worth further findings.
      while (peek().given() && !peek().text.starts_with('-')) next();
    }
  }

  void read_stray_bracket() {
    rule_.macro = rule_.action;
    const Word bracket = next();
    rule_.action = {bracket.text.substr(1), bracket.column + 1};
    if (rule_.action.text.ends_with(')')) rule_.action.text.remove_suffix(1);
    complain(bracket.column, "action", "blank-within", "there is a blank before the bracket", "write MACRO(ACTION) without blanks in it");
  }

  void read_option(const Word& word) {
    if (!word.text.starts_with('-')) {
      complain(word.column, last_parameter_, "word-stray", "'" + printable(word.text, 40) + "' stands behind no option",
               "values have no blanks in them, lists have commas only");
      return;
    }
    const std::string_view key = word.text.substr(word.text.starts_with("--") ? 2 : 1);
    const auto option = option_of(key);
    const std::size_t behind = at_;
    Word value = next();
    if (value.text.starts_with('-')) {
      value = {};
      at_ = behind;
    }
    if (!option) {
      complain(word.column, "option", "option-unknown", "'" + printable(word.text, 40) + "' is no option of a rule", hint_for(key));
      return;
    }
    last_parameter_ = parameter_of(*option);
    if (!value.given()) {
      complain(end_column(), last_parameter_, "value-missing", "'" + printable(word.text, 40) + "' has no value",
               "give it one, or take it out");
      return;
    }
    store(*option, word, value);
  }

  void store(RuleOption option, const Word& word, const Word& value) {
    if (rule_.type == RuleType::group && option != RuleOption::iface) {
      complain(word.column, parameter_of(option), "option-misplaced", "a GROUP line takes no " + std::string(word.text),
               "write it into the group's own rules");
    } else if (rule_[option].given()) {
      complain(word.column, parameter_of(option), "option-twice", "'" + std::string(word.text) + "' is there twice", "which one is meant?");
    } else {
      rule_[option] = value;
    }
  }

  std::string hint_for(std::string_view key) const {
    const auto keys = [] {
      return std::vector<std::string>{"-i", "-p", "-proto", "-source", "-dest", "-sport", "-dport", "-log", "-icmp-type", "-iface"};
    };
    return suggest(mistakes_, "-" + std::string(key.substr(0, 20)), keys,
                   "options are -i, -p, -source, -dest, -sport, -dport, -icmp-type and -log");
  }

  std::string_view line_;
  std::string_view text_;
  std::size_t at_ = 0;
  Mistakes& mistakes_;
  RuleText rule_;
  std::string_view last_parameter_ = "action";
};

}  // namespace

std::string_view parameter_of(RuleOption option) { return kParameters[static_cast<std::size_t>(option)]; }
std::string_view word_of(RuleType type) { return type == RuleType::unknown ? "" : kTypes[static_cast<std::size_t>(type)]; }

RuleText read_rule_text(std::string_view line, Mistakes& mistakes) { return Reader(line, mistakes).read(); }

std::string format_rule(const RuleText& rule) {
  std::string text = rule.enabled ? "" : "|";
  text += rule.type == RuleType::unknown ? rule.type_word.text : word_of(rule.type);
  text += ' ';
  if (!rule.macro.text.empty())
    text.append(rule.macro.text).append("(").append(rule.action.text).append(")");
  else
    text += rule.action.text;
  for (std::size_t i = 0; i < kRuleOptions; ++i)
    if (!rule.options[i].text.empty()) text.append(" ").append(kWritten[i]).append(" ").append(rule.options[i].text);
  if (!rule.comment.empty()) text.append(" # ").append(rule.comment);
  return text;
}

}  // namespace drawbridge::firewall
