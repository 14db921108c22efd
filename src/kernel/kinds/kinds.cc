#include "kernel/kinds/kinds.h"

#include <algorithm>
#include <array>

namespace drawbridge::kernel {

const LinkKind* find_kind(std::string_view name) {
  static constexpr std::array<const LinkKind*, 8> kKinds{&kBridge, &kBond, &kVlan, &kVxlan, &kVeth, &kVrf, &kMacvlan, &kTun};
  const auto found = std::ranges::find(kKinds, name, [](const LinkKind* kind) { return kind->name; });
  return found == kKinds.end() ? nullptr : *found;
}

}  // namespace drawbridge::kernel
