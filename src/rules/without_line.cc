#include "rules/without_line.h"

#include <algorithm>

namespace drawbridge::rules {
namespace {

constexpr std::string_view kGuests = "guest/";  // lists of one card

class GiveUp {
 public:
  GiveUp(const Program& program, std::uint32_t file, std::uint32_t line, GivenUp how)
      : program_(program), file_(file), line_(line), how_(how) {}

  std::optional<Program> go() && {
    Program made = program_;
    bool found = false;
    for (auto& [name, list] : made.lists) {
      if (!list || std::ranges::none_of(list->rules, [&](const Rule& rule) { return is_meant(rule); })) continue;
      found = true;
      List other;
      for (const Rule& rule : list->rules)
        if (!is_meant(rule))
          other.rules.push_back(rule);
        else if (!give_up(rule, name, other))
          return std::nullopt;
      list = std::make_shared<const List>(std::move(other));
    }
    if (!found) return std::nullopt;
    return made;
  }

 private:
  bool is_meant(const Rule& rule) const { return rule.origin.line == line_ && rule.origin.file == file_; }

  /// True if the list, or one that it leads to, may stop a packet, or leave this one early and so pass over what would.
  bool may_block(const std::string& name, std::size_t depth = 0) const {
    const auto list = program_.lists.find(name);
    if (list == program_.lists.end() || !list->second || depth > 32) return true;
    return std::ranges::any_of(list->second->rules, [&](const Rule& rule) {
      if (const auto* jump = std::get_if<Jump>(&rule.action)) return may_block(jump->list, depth + 1);
      return !std::holds_alternative<Accept>(rule.action) && !std::holds_alternative<Queue>(rule.action) &&
             !std::holds_alternative<Continue>(rule.action);
    });
  }

  bool give_up(const Rule& rule, const std::string& list, List& to) const {
    const auto* jump = std::get_if<Jump>(&rule.action);
    // "reject" tells and drops, whatever comes.
    const bool blocks =
        std::holds_alternative<Drop>(rule.action) || std::holds_alternative<Reject>(rule.action) || (jump && jump->list == "reject");
    if (!blocks) {
      const bool accepts = std::holds_alternative<Accept>(rule.action) || std::holds_alternative<Queue>(rule.action) ||
                           std::holds_alternative<Continue>(rule.action);
      return accepts || (jump && !may_block(jump->list));
    }
    if (how_ == GivenUp::match && !list.starts_with(kGuests)) return false;
    Rule block = rule;
    block.action = Drop{};
    block.log.reset();
    if (how_ == GivenUp::match) block.conditions.clear();
    to.rules.push_back(std::move(block));
    return true;
  }

  const Program& program_;
  const std::uint32_t file_, line_;
  const GivenUp how_;
};

}  // namespace

std::optional<Program> without_line(const Program& program, std::string_view file, std::uint32_t line, GivenUp how) {
  const auto found = std::ranges::find(program.files, file);
  if (found == program.files.end() || line == 0) return std::nullopt;
  return GiveUp(program, static_cast<std::uint32_t>(found - program.files.begin()), line, how).go();
}

}  // namespace drawbridge::rules
