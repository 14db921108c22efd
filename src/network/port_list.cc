#include "network/port_list.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace drawbridge::network {
namespace {

/// The place of a word of an option's value.
SourceLocation place_of(const OptionLine& option, std::string_view word) {
  SourceLocation where = option.value_where;
  if (!option.continued && option.raw.ends_with(option.value))
    where.column += static_cast<std::uint32_t>(word.data() - option.value.data());
  return where;
}

/// "[a-c]" at the front of `pattern`: whether it holds `c`, and what follows it. False without a closing bracket.
bool matches_set(std::string_view& pattern, char c, bool& matched) {
  const auto end = pattern.find(']', 2);
  if (end == std::string_view::npos) return false;
  auto set = pattern.substr(1, end - 1);
  pattern.remove_prefix(end + 1);
  const bool negated = set.starts_with('!') || set.starts_with('^');
  if (negated) set.remove_prefix(1);
  matched = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const bool range = i + 2 < set.size() && set[i + 1] == '-';
    if (range ? set[i] <= c && c <= set[i + 2] : set[i] == c) matched = true;
    if (range) i += 2;
  }
  matched = matched != negated;
  return true;
}

/// One pattern element other than '*' against one character; advances the pattern.
bool matches_one(std::string_view& pattern, char c) {
  bool matched = false;
  if (pattern.front() == '[' && matches_set(pattern, c, matched)) return matched;
  matched = pattern.front() == '?' || pattern.front() == c;
  pattern.remove_prefix(1);
  return matched;
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
  // The last '*' seen takes one character more each time the rest fails.
  std::string_view retry_pattern;
  std::string_view retry_name;
  bool can_retry = false;
  while (!name.empty() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      retry_pattern = pattern;
      retry_name = name;
      can_retry = true;
      continue;
    }
    if (!pattern.empty() && !name.empty() && matches_one(pattern, name.front())) {
      name.remove_prefix(1);
      continue;
    }
    if (!can_retry || retry_name.empty()) return false;
    retry_name.remove_prefix(1);
    name = retry_name;
    pattern = retry_pattern;
  }
  return true;
}

std::vector<PortWord> port_words(const Interface& interface, std::string_view canonical_option) {
  std::vector<PortWord> words;
  std::set<std::pair<PortWordKind, std::string>> seen;
  for (const auto& option : interface.options) {
    if (option.name != canonical_option) continue;
    PortWordKind mode = PortWordKind::name;
    for (const auto word : split_words(option.value)) {
      if (word == "glob") {
        mode = PortWordKind::glob;
      } else if (word == "regex") {
        mode = PortWordKind::regex;
      } else if (word == "noglob" || word == "noregex") {
        mode = PortWordKind::name;
      } else if (word != "none") {
        const bool range = mode == PortWordKind::name && word.find('[') != std::string_view::npos;
        for (auto& name : range ? interfaces::expand_name(word) : std::vector{std::string(word)})
          if (seen.emplace(mode, name).second) words.push_back({mode, std::move(name), place_of(option, word)});
      }
    }
  }
  return words;
}

std::string port_text(const Interface& interface, std::string_view canonical_option) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  bool pattern = false;
  for (const auto& option : interface.options) {
    if (option.name != canonical_option) continue;
    for (const auto word : split_words(option.value)) {
      std::string text(word);
      pattern = pattern || text == "glob" || text == "regex";
      if (text == "none" || (!pattern && !seen.insert(text).second)) continue;
      texts.push_back(std::move(text));
    }
  }
  return join(texts, " ");
}

std::string_view port_option(InterfaceType type) {
  switch (type) {
    case InterfaceType::bridge: return "bridge-ports";
    case InterfaceType::bond: return "bond-slaves";
    case InterfaceType::ovs_bridge: return "ovs-ports";
    case InterfaceType::ovs_bond: return "ovs-bonds";
    default: return "";
  }
}

}  // namespace drawbridge::network
