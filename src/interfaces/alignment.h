// How one list of texts becomes another by the fewest changes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drawbridge::interfaces {

/// One step, in the order of the lists: `keep` and `replace` take one text of each list, `remove` one of the old, `insert` one of the
/// new.
struct Step {
  enum class Kind : std::uint8_t { keep, replace, remove, insert };
  Kind kind;
  std::size_t from = 0;  ///< index in the old list; for insert, the old text that it comes before
  std::size_t to = 0;    ///< index in the new list; not for remove
  bool operator==(const Step&) const = default;
};

/// The fewest steps other than keep. Lists whose lengths multiply to more than a million are compared place by place instead.
std::vector<Step> align(const std::vector<std::string>& from, const std::vector<std::string>& to);

}  // namespace drawbridge::interfaces
