#include "network/port_list.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

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

namespace {

// A line of a megabyte could hold a hundred thousand ranges of a thousand names each; beyond this, a range is a plain name.
constexpr std::size_t kMostPorts = 65'536;

std::optional<PortWordKind> find_mode(std::string_view word) {
  if (word == "glob") return PortWordKind::glob;
  if (word == "regex") return PortWordKind::regex;
  if (word == "noglob" || word == "noregex") return PortWordKind::name;
  return std::nullopt;
}

class PortLister {
 public:
  void read(const OptionLine& option) {
    PortWordKind mode = PortWordKind::name;
    for (const auto word : split_words(option.value)) {
      if (const auto next = find_mode(word))
        mode = *next;
      else if (word != "none")
        add(option, mode, word);
    }
  }

  std::vector<PortWord> take() { return std::move(words_); }

 private:
  void add(const OptionLine& option, PortWordKind mode, std::string_view word) {
    const bool range = mode == PortWordKind::name && word.find('[') != std::string_view::npos && expanded_ < kMostPorts;
    auto names = range ? interfaces::expand_name(word) : std::vector{std::string(word)};
    if (range) expanded_ += names.size();
    for (auto& name : names)
      if (seen_.emplace(mode, name).second) words_.push_back({mode, std::move(name), place_of(option, word)});
  }

  std::size_t expanded_ = 0;
  std::vector<PortWord> words_;
  std::set<std::pair<PortWordKind, std::string>> seen_;
};

}  // namespace

std::vector<PortWord> port_words(const Interface& interface, std::string_view canonical_option) {
  PortLister lister;
  for (const auto& option : interface.options)
    if (option.name == canonical_option) lister.read(option);
  return lister.take();
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
