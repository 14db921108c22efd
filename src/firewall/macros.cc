#include "firewall/macros.h"

#include <algorithm>

#include "firewall/words.h"

namespace drawbridge::firewall {

const Macro* find_macro(std::string_view name) {
  const auto all = macros();
  const auto found =
      std::ranges::partition_point(all, [&](const Macro& macro) { return compare_words(macro.name, name) == std::strong_ordering::less; });
  return found != all.end() && equal_words(found->name, name) ? &*found : nullptr;
}

}  // namespace drawbridge::firewall
