#include <optional>

#include "base/text.h"
#include "interfaces/configuration.h"

namespace drawbridge::interfaces {
namespace {

constexpr std::uint32_t kMostNames = 1024;

struct Range {
  std::string_view before;
  std::string_view after;
  std::uint32_t first;
  std::uint32_t last;
};

// The first well-formed range "[1-4]" in the name.
std::optional<Range> find_range(std::string_view name) {
  for (auto open = name.find('['); open != std::string_view::npos; open = name.find('[', open + 1)) {
    const auto close = name.find(']', open);
    if (close == std::string_view::npos) return std::nullopt;
    const auto inside = name.substr(open + 1, close - open - 1);
    const auto dash = inside.find('-');
    if (dash == std::string_view::npos) continue;
    const auto first = parse_number<std::uint32_t>(inside.substr(0, dash));
    const auto last = parse_number<std::uint32_t>(inside.substr(dash + 1));
    if (first && last && *first <= *last) return Range{name.substr(0, open), name.substr(close + 1), *first, *last};
  }
  return std::nullopt;
}

// Appends the names that `prefix` + the expansion of `name` gives; false when there are too many.
bool expand(const std::string& prefix, std::string_view name, std::vector<std::string>& names) {
  const auto range = find_range(name);
  if (!range) {
    names.push_back(prefix + std::string(name));
    return names.size() <= kMostNames;
  }
  if (range->last - range->first >= kMostNames) return false;
  for (std::uint32_t number = range->first; number <= range->last; ++number)
    if (!expand(prefix + std::string(range->before) + std::to_string(number), range->after, names)) return false;
  return true;
}

}  // namespace

std::vector<std::string> expand_name(std::string_view name) {
  // Longer than any interface's name with ranges in it: not worth a look, and a bound for the recursion.
  constexpr std::size_t kLongest = 256;
  std::vector<std::string> names;
  if (name.size() > kLongest || !expand("", name, names)) return {std::string(name)};
  return names;
}

}  // namespace drawbridge::interfaces
