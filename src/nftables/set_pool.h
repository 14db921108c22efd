// The sets and maps of one table, made as a chain's rules ask for them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "nftables/objects.h"
#include "nftables/program_sets.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// What is asked for is noted among the uses.
class SetPool {
 public:
  SetPool(const rules::Program& program, TableObjects& objects, Object& user) : program_(program), objects_(objects), user_(user) {}

  /// The set of these (ascending, disjoint) values, by its contents.
  std::string of_values(Key key, std::span<const rules::Interval> values);
  /// A set of the program, its IPv4 or IPv6 half by the key's width: hosts and networks apart where that pays, so one or two sets.
  Result<std::vector<std::string>> named(const std::string& name, Key key);
  /// A port table: elements (device, value).
  Result<std::string> port_table(const std::string& name, Key key);
  /// A port table as a map from device to mark, label or zone.
  Result<std::string> number_map(const std::string& name, Set::Kind kind);
  /// Counts connection attempts by source.
  Result<std::string> attempts(Key source);

 private:
  /// True: there is one, and it is used now.
  bool use(const std::string& name);
  std::string add(std::string name, MadeOf source, Set set);

  const rules::Program& program_;
  TableObjects& objects_;
  Object& user_;
};

}  // namespace drawbridge::nftables
