#include "rules/without_line.h"

#include <algorithm>
#include <array>
#include <set>

namespace drawbridge::rules {
namespace {

constexpr std::string_view kGuests = "guest/";  // lists of one card

/// Of the line's file, as origins name it.
std::optional<std::uint32_t> number_of(const Program& program, std::string_view file) {
  const auto found = std::ranges::find(program.files, file);
  if (found == program.files.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - program.files.begin());
}

class GiveUp {
 public:
  GiveUp(const Program& program, std::uint32_t file, std::uint32_t line, GivenUp how)
      : program_(program), file_(file), line_(line), how_(how) {}

  std::optional<Program> go() && {
    Program made = program_;
    for (auto& [name, list] : made.lists) {
      if (!list || std::ranges::none_of(list->rules, [&](const Rule& rule) { return is_meant(rule); })) continue;
      auto other = make_list(name, *list);
      if (!other) return std::nullopt;
      list = std::make_shared<const List>(std::move(*other));
    }
    if (!changed_) return std::nullopt;
    return made;
  }

 private:
  bool is_meant(const Rule& rule) const { return rule.origin.line == line_ && rule.origin.file == file_; }

  std::optional<List> make_list(const std::string& name, const List& list) {
    List other;
    for (const Rule& rule : list.rules) {
      const bool is_kept = !is_meant(rule);
      if (is_kept && how_ != GivenUp::card) other.rules.push_back(rule);
      if (is_kept) continue;
      if (how_ == GivenUp::manner) {
        give_up_manner(rule, other);
      } else if (how_ == GivenUp::card) {
        if (!name.starts_with(kGuests)) return std::nullopt;
        changed_ = true;
        other.rules = {{.conditions = {}, .action = Drop{}, .log = {}, .origin = rule.origin}};
      } else if (!give_up_rule(rule, name, other)) {
        return std::nullopt;
      }
    }
    return other;
  }

  void give_up_manner(Rule rule, List& to) {
    const bool tells = is_answer(rule);
    changed_ = changed_ || tells || rule.log;
    if (tells) rule.action = Drop{};
    const bool only_logs = rule.log && std::holds_alternative<Continue>(rule.action);
    rule.log.reset();
    if (!only_logs) to.rules.push_back(std::move(rule));
  }

  bool give_up_rule(const Rule& rule, const std::string& list, List& to) {
    changed_ = true;
    if (!std::holds_alternative<Drop>(rule.action) && !is_answer(rule)) {
      const auto* jump = std::get_if<Jump>(&rule.action);
      return jump ? !may_block(jump->list) : goes_on(rule);
    }
    to.rules.push_back({.conditions = {}, .action = Drop{}, .log = {}, .origin = rule.origin});
    return list.starts_with(kGuests);
  }

  /// "reject" tells and drops, whatever comes.
  static bool is_answer(const Rule& rule) {
    const auto* jump = std::get_if<Jump>(&rule.action);
    return std::holds_alternative<Reject>(rule.action) || (jump && jump->list == "reject");
  }
  /// Nothing is stopped by it, and nothing passes over what would stop it.
  static bool goes_on(const Rule& rule) {
    return std::holds_alternative<Accept>(rule.action) || std::holds_alternative<Queue>(rule.action) ||
           std::holds_alternative<Continue>(rule.action);
  }

  /// True if the list, or one that it leads to, may stop a packet, or leave this one early and so pass over what would.
  bool may_block(const std::string& name, std::size_t depth = 0) const {
    const auto list = program_.lists.find(name);
    if (list == program_.lists.end() || !list->second || depth > 32) return true;
    return std::ranges::any_of(list->second->rules, [&](const Rule& rule) {
      if (const auto* jump = std::get_if<Jump>(&rule.action)) return may_block(jump->list, depth + 1);
      return !goes_on(rule);
    });
  }

  const Program& program_;
  const std::uint32_t file_, line_;
  const GivenUp how_;
  bool changed_ = false;
};

}  // namespace

std::string_view word_of(GivenUp how) {
  constexpr std::array<std::string_view, 3> kWords{"manner", "rule", "card"};
  return kWords.at(static_cast<std::size_t>(how));
}

std::optional<Program> without_line(const Program& program, const LineGivenUp& given) {
  const auto file = number_of(program, given.file);
  if (!file || given.line == 0) return std::nullopt;
  return GiveUp(program, *file, given.line, given.how).go();
}

Program without_lines(const Program& program, std::span<const LineGivenUp> lines) {
  Program left = program;
  for (const auto& line : lines)
    if (auto without = without_line(left, line)) left = std::move(*without);
  return left;
}

std::string text_of_line(const Program& program, std::string_view file, std::uint32_t line) {
  const auto number = number_of(program, file);
  std::set<std::string> texts;
  for (const auto& [name, list] : program.lists) {
    if (!number || line == 0 || !list) continue;
    for (const Rule& each : list->rules) {
      if (each.origin.line != line || each.origin.file != *number) continue;
      Rule rule = each;
      rule.origin = {};
      texts.insert(format_rule(rule, program));
    }
  }
  std::string all;
  for (const auto& text : texts) all += text + "\n";
  return all;
}

}  // namespace drawbridge::rules
