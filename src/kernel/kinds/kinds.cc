#include "kernel/kinds/kinds.h"

#include <algorithm>

namespace drawbridge::kernel {
namespace {

constexpr const LinkKind* kKinds[] = {&kBridge, &kBond, &kVlan, &kVxlan, &kVeth, &kVrf,    &kMacvlan,   &kTun,    &kDummy, &kGre,
                                      &kGretap, &kIpip, &kSit,  &kVti,   &kVti6, &kIp6gre, &kIp6gretap, &kIp6tnl, &kXfrm};

}  // namespace

std::span<const LinkKind* const> link_kinds() { return kKinds; }

const LinkKind* find_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kKinds, name, [](const LinkKind* kind) { return kind->name; });
  return found == std::end(kKinds) ? nullptr : *found;
}

}  // namespace drawbridge::kernel
