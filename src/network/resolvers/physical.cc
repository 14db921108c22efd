// Network cards, and links that something else makes: they must be there; only their settings are ours.
#include "network/resolvers/resolver.h"

namespace drawbridge::network {

const ResolverRow& physical_resolver() {
  static const ResolverRow row{.type = InterfaceType::eth};
  return row;
}

const ResolverRow& loopback_resolver() {
  static const ResolverRow row{.type = InterfaceType::loopback};
  return row;
}

}  // namespace drawbridge::network
