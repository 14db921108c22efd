// The node's network as a guest's port sees it: what the kernel holds, with an index of who stands on whom, and what the files say
// of bridges. The index is made when somebody asks first, which only helper bridges do: to make it costs more than to plan a port.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guest/bridge_policy.h"
#include "network/snapshot.h"

namespace drawbridge::guest {

/// Refers to its parts; they must outlive it and stay as they are. For one thread.
class NodeNetwork {
 public:
  NodeNetwork(const network::Snapshot& now, const BridgePolicies& policies) : now_(now), policies_(policies) {}
  NodeNetwork(const network::Snapshot& now, BridgePolicies&& policies) = delete;

  const network::Snapshot& now() const { return now_; }
  const BridgePolicies& policies() const { return policies_; }
  /// By its exact name; nullptr: there is none.
  const network::Link* find(std::string_view name) const;
  /// The ports of a master, by name.
  std::vector<const network::Link*> ports_of(std::string_view master) const { return of(index().ports, master); }
  /// The VLAN of a device with the id (802.1Q); nullptr: there is none.
  const network::Link* vlan_of(std::string_view device, std::uint16_t id) const;
  bool has_addresses(std::string_view link) const;

 private:
  using Pairs = std::vector<std::pair<std::string_view, const network::Link*>>;
  struct Index {
    Pairs ports;  ///< by master
    Pairs vlans;  ///< by the device below
  };
  const Index& index() const;
  static std::vector<const network::Link*> of(const Pairs& pairs, std::string_view key);

  const network::Snapshot& now_;
  const BridgePolicies& policies_;
  mutable std::optional<Index> index_;
};

/// A numeric attribute; 0 if it is absent.
std::uint64_t number_of(const network::Attributes& attributes, std::string_view name);

}  // namespace drawbridge::guest
