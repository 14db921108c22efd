// Who stands on whom in a snapshot: ports on their master, VLANs on their raw device. As an index, or by looking at all links where
// there is only one question to answer. Private to kernel_model*.cc.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "network/snapshot.h"

namespace drawbridge::network::model {

using NameList = std::vector<std::string>;

/// The device that a link stands on: a VLAN's or macvlan's parent, a VXLAN's physical device. Empty: none. A cable's other end and
/// a tunnel's device are not meant: those live on without it.
std::string lower_of(const Link& link);

/// Kept up to date by the functions below; nothing else may change names, masters and parents.
class Relations {
 public:
  explicit Relations(const Snapshot& snapshot);
  void add(const Link& link);
  void drop(const Link& link);

  NameList ports_of(const std::string& master) const { return second_of(ports_, master); }
  NameList uppers_of(const std::string& lower) const { return second_of(uppers_, lower); }
  /// The VLAN of the raw device with this protocol and id; empty: none.
  std::string vlan_on(const std::string& lower, const std::string& protocol, std::uint64_t id) const;
  std::uint32_t highest_index() const { return highest_index_; }
  const std::string* name_of_altname(const std::string& altname) const;

 private:
  using Pairs = std::set<std::pair<std::string, std::string>>;
  using VlanKey = std::tuple<std::string, std::string, std::uint64_t>;  // raw device, protocol, id
  static VlanKey key_of(const Link& link);
  static NameList second_of(const Pairs& pairs, const std::string& first);

  Pairs ports_;   // master, port
  Pairs uppers_;  // lower, upper
  std::map<VlanKey, std::string> vlans_;
  std::map<std::string, std::string> altnames_;
  std::uint32_t highest_index_ = 0;
};

/// A snapshot under change, with its index if there is one.
struct Model {
  Snapshot& snapshot;
  Relations* relations = nullptr;

  NameList ports_of(const std::string& master) const;
  NameList uppers_of(const std::string& lower) const;
  std::string vlan_on(const std::string& lower, const std::string& protocol, std::uint64_t id) const;
  std::uint32_t next_index() const;
  Link& add(Link link);
  void drop(const std::string& name);
  /// Empty: none.
  void set_master(Link& link, const std::string& master);
  /// The attributes of a link, which may name its lower device.
  void set_data(Link& link, Attributes data);
};

}  // namespace drawbridge::network::model
