// Which options the bonding driver takes in which mode (drivers/net/bonding/bond_options.c of Linux).
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace drawbridge::network {

/// An option that only some modes know.
struct BondModeRule {
  std::string_view option;     ///< canonical name: "bond-lacp-rate"
  std::string_view attribute;  ///< the kernel's: "ad_lacp_rate"
  std::vector<std::string_view> modes;
};
std::span<const BondModeRule> bond_mode_rules();

/// False if the kernel refuses the attribute in the mode. Attributes that no rule names fit every mode.
bool bond_mode_takes(std::string_view mode, std::string_view attribute);

}  // namespace drawbridge::network
