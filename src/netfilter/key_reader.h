// Which key a load is. Header bytes alone don't tell: where IPv4 has its source address, IPv6 has a part of its own. What a rule asked for
// before does.
#pragma once

#include <optional>

#include "netfilter/expression_list.h"
#include "nftables/ruleset.h"

namespace drawbridge::netfilter {

/// A load of a key, as our rules have them.
bool is_load(const Expression& expression);

class KeyReader {
 public:
  /// What the rule knows of the packet from here on.
  void learn(const nftables::Compare& compare);
  /// The key that the load is of, or whose first `compared` bytes it loads.
  std::optional<nftables::Key> find(const Expression& load, std::size_t compared) const;

 private:
  int fit(nftables::Key key) const;

  std::optional<rules::Number> ether_type_, protocol_;
};

}  // namespace drawbridge::netfilter
