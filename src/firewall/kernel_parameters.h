// The kernel's parameters that options of host.fw set: what they shall be, what to write for it, and what to put back later. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "firewall/policy.h"

namespace drawbridge::firewall {

/// Paths below /proc/sys or /sys/module, with their values: what a parameter is, or shall be.
using Parameters = std::map<std::string, std::string, std::less<>>;

inline constexpr std::uint64_t kLeastConntrackMax = 32768;
inline constexpr std::uint64_t kUsualConntrackMax = 262144;

/// What the node's options ask for, given what the kernel has. Options that are not set ask for nothing, but that there is room for
/// 262144 connections at least. The hash table has a quarter of the limit's buckets.
Parameters wanted_parameters(const NodeOptions& options, const Parameters& present);

/// The paths that wanted_parameters looks at or asks for: what to read.
std::vector<std::string> parameter_paths();

struct ParameterChange {
  std::string path;
  std::string value;
  bool operator==(const ParameterChange&) const = default;
};

struct ParameterPlan {
  /// In this order: the hash table before the limit. Empty if the kernel has what is wanted.
  std::vector<ParameterChange> changes;
  /// What to remember: the values that were there before ours.
  Parameters originals;
};

/// `originals` are those remembered before: of a parameter that we set and that is not wanted any more the old value is put back,
/// unless somebody else has changed it since (`ours` says what we wrote).
ParameterPlan plan_parameters(const Parameters& wanted, const Parameters& present, const Parameters& ours, const Parameters& originals);

}  // namespace drawbridge::firewall
