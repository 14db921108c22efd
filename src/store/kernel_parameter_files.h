// The kernel's parameters as files below /proc and /sys, and what is remembered of those that the firewall has set.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "doors/files.h"
#include "firewall/kernel_parameters.h"

namespace drawbridge::store {

/// Of these paths those that the kernel has, each with its value.
firewall::Parameters read_kernel_parameters(std::span<const std::string> paths);

/// Errors: denied, if this network namespace may not set it; unavailable, if the kernel refuses the value.
Result<void> write_kernel_parameter(const firewall::ParameterChange& change);

/// Kept over restarts and, as parameters are not, of one boot.
struct ParameterRecord {
  std::string boot_id;
  firewall::Parameters ours;       ///< what was set
  firewall::Parameters originals;  ///< what had been there before
  bool operator==(const ParameterRecord&) const = default;
};

/// Nothing, if there is no record or if it is another boot's. Errors: those of reading; invalid_input if it can't be understood.
Result<ParameterRecord> read_parameter_record(doors::Files& files, const std::string& path, const std::string& boot_id);
Result<void> write_parameter_record(doors::Files& files, const std::string& path, const ParameterRecord& record);

}  // namespace drawbridge::store
