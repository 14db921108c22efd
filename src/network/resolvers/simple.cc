// Links without settings of their own: dummies, and pairs of virtual cables.
#include "base/text.h"
#include "network/resolvers/resolver.h"

namespace drawbridge::network {
namespace {

bool resolve_dummy(const Interface& /*dummy*/, const std::vector<LowerLink>& /*lower*/, DesiredLink& link, Resolving& /*resolving*/) {
  link.kind = "dummy";
  return true;
}

/// The other end, if it has a stanza: both are made in one step, and neither stands on the other.
bool resolve_veth(const Interface& veth, const std::vector<LowerLink>& /*lower*/, DesiredLink& link, Resolving& resolving) {
  const auto* peer = veth.find_option("veth-peer-name");
  if (peer == nullptr || trim(peer->value).empty() || trim(peer->value) == veth.name) {
    resolving.error(peer == nullptr ? veth.where : peer->value_where, "veth-without-peer",
                    "veth " + printable(veth.name) + " needs the name of its other end", "add a veth-peer-name line");
    return false;
  }
  link.kind = "veth";
  link.parent = Asked<std::string>{std::string(trim(peer->value)), peer->where};
  return true;
}

}  // namespace

const ResolverRow& dummy_resolver() {
  static const ResolverRow row{.type = InterfaceType::dummy, .resolve = resolve_dummy};
  return row;
}

const ResolverRow& veth_resolver() {
  static const ResolverRow row{.type = InterfaceType::veth, .resolve = resolve_veth};
  return row;
}

}  // namespace drawbridge::network
