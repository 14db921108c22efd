#include "base/shared_map.h"

#include <functional>
#include <mutex>
#include <string>
#include <unordered_set>

namespace drawbridge {
namespace {

struct HashOfText : std::hash<std::string_view> {
  using is_transparent = void;
};

}  // namespace

std::string_view intern(std::string_view name) {
  static std::mutex guard;
  static std::unordered_set<std::string, HashOfText, std::equal_to<>> names;  // nodes stay where they are
  const std::scoped_lock lock(guard);
  const auto found = names.find(name);
  return found != names.end() ? *found : *names.emplace(name).first;
}

}  // namespace drawbridge
