// How the interfaces of a type become kernel terms. A further type is one file in this folder and one row in resolver.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "network/interface.h"

namespace drawbridge::network {

/// A link that an interface stands on: a port of a bridge, a slave of a bond.
struct LowerLink {
  std::string name;
  SourceLocation where;  ///< the word that names it
  bool operator==(const LowerLink&) const = default;
};

/// What the resolvers share.
struct Resolving {
  const Model& model;
  const Snapshot* kernel;  ///< may be null
  Desired desired;
  Diagnostics diagnostics;

  void error(const SourceLocation& where, std::string code, std::string message, std::string hint);
  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint);
};

struct ResolverRow {
  InterfaceType type = InterfaceType::unknown;
  /// The links below, in file order. nullptr: the type has none.
  std::vector<LowerLink> (*lower)(const Interface& interface, const Resolving& resolving) = nullptr;
  /// Adds to `link`, which has what every type has (up, mtu, MAC, addresses…), what is the type's own. The links below have
  /// been resolved before. nullptr: nothing.
  void (*resolve)(const Interface& interface, const std::vector<LowerLink>& lower, DesiredLink& link, Resolving& resolving) = nullptr;
};

/// nullptr if this version can't apply interfaces of the type.
const ResolverRow* find_resolver(InterfaceType type);

const ResolverRow& bridge_resolver();
const ResolverRow& physical_resolver();
const ResolverRow& loopback_resolver();

/// The names that a list of ports means: words as they are, patterns against kernel and file. In the list's order.
std::vector<LowerLink> expand_ports(const Interface& interface, std::string_view option, const Resolving& resolving);

}  // namespace drawbridge::network
