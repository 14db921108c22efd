// The sets and maps of one table, made as rules ask for them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "nftables/place.h"
#include "nftables/ruleset.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// The first key of the same data type, or the key itself if it has no type of its own.
Key set_key(Key key);
Keys keys_of(Key first);
Keys keys_of(Key first, Key second);

class SetPool {
 public:
  SetPool(const rules::Program& program, Table& table) : program_(program), table_(table) {}

  /// The set of these (ascending, disjoint) values, by its contents.
  std::string of_values(Key key, std::span<const rules::Interval> values);
  /// A set of the program, its IPv4 or IPv6 half by the key's width: hosts and networks apart where that pays, so one or two sets.
  Result<std::vector<std::string>> named(const std::string& name, Key key);
  /// A port table: elements (device, value).
  Result<std::string> port_table(const std::string& name, Key key);
  /// A port table as a map from device to mark, label or zone: each port must have one value.
  Result<std::string> number_map(const std::string& name, Set::Kind kind);
  /// Counts connection attempts by source.
  Result<std::string> attempts(Key source);

 private:
  std::string add(std::string name, Set set);

  const rules::Program& program_;
  Table& table_;
};

}  // namespace drawbridge::nftables
