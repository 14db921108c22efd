// The kernel against the file, option by option: what ifquery tells.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/sources.h"
#include "network/interface.h"
#include "network/snapshot.h"

namespace drawbridge::cli {

enum class Check : std::uint8_t { unknown, pass, fail };
/// "", "pass", "fail": the words that readers of ifquery's JSON know.
std::string status_word(Check check);

struct OptionStatus {
  std::string name;
  std::string value;
  Check status = Check::unknown;
  bool operator==(const OptionStatus&) const = default;
};

struct InterfaceStatus {
  Check status = Check::unknown;
  std::vector<OptionStatus> options;  ///< file order; with defaults, those that no line states behind them
};

/// An option fails if a plan towards the file would do something because of its line; hooks and what this version can't apply are
/// unknown. An interface fails if one of its options does, or anything at all would be done to it.
std::map<std::string, InterfaceStatus> check_interfaces(const Meaning& meaning, const network::Snapshot& kernel,
                                                        const network::Desired& previous, const std::set<std::string>& names,
                                                        bool defaults);

/// Ports, slaves, raw device, members of a VRF: what an interface stands on.
std::vector<std::string> lower_interfaces(const network::Model& model, const network::Interface& interface);
/// Adds what the interfaces stand on, directly or not, as far as the model has it.
void add_lowers(const network::Model& model, std::set<std::string>& names);

}  // namespace drawbridge::cli
