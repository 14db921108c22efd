#include "cli/command_spec.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::cli {

const CommandSpec* find_command(const CommandSpec& parent, std::string_view name) {
  const auto found = std::ranges::find(parent.commands, name, &CommandSpec::name);
  return found == parent.commands.end() ? nullptr : &*found;
}

std::string option_key(const OptionSpec& option) {
  std::string_view longest;
  for (const std::string_view name : split(option.names, ',')) {
    if (name.size() > longest.size()) longest = name;
  }
  while (longest.starts_with('-')) longest.remove_prefix(1);
  return std::string(longest);
}

std::optional<std::string> Arguments::value(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::optional<std::uint64_t> Arguments::number(std::string_view key) const {
  const auto text = value(key);
  return text ? parse_number<std::uint64_t>(*text) : std::nullopt;
}

const std::vector<std::string>& Arguments::list(std::string_view key) const {
  static const std::vector<std::string> kNone;
  const auto found = values_.find(key);
  return found == values_.end() ? kNone : found->second;
}

}  // namespace drawbridge::cli
