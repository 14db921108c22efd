// A program's named sets and port tables as sets and maps of nftables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "nftables/ruleset.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// The first key of the same data type, or the key itself if it has no type of its own.
Key set_key(Key key);
Keys keys_of(Key first);
Keys keys_of(Key first, Key second);

/// Few of these are written out, many become intervals.
Set set_of_values(Key key, std::span<const rules::Interval> values);

using NamedSets = std::vector<std::pair<std::string, Set>>;
/// The IPv4 or IPv6 half of a set of the program, by the key's width, with the objects' names: hosts and networks apart where that pays.
Result<NamedSets> named_sets(const rules::Program& program, const std::string& name, Key key);
/// The names that these can have.
std::string hosts_name(const std::string& name, Key key);
std::string networks_name(const std::string& name, Key key);

/// A port table: elements (device, value).
Result<Set> port_table_set(const rules::Program& program, const std::string& name, Key key);
std::string port_table_name(const std::string& name, Key key);

/// A port table as a map from device to mark, label or zone: each port must have one value.
Result<Set> number_map(const rules::Program& program, const std::string& name, Set::Kind kind);
std::string number_map_name(const std::string& name, Set::Kind kind);

}  // namespace drawbridge::nftables
