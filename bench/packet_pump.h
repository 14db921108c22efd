// Frames into a bridge's port, and the time that the kernel takes for each, by its own generator (pktgen): it hands frames to the port as if
// they had been received, so nothing but the bridge and its rules is in the measurement.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace drawbridge::bench {

/// UDP over IPv4 without a checksum. Ports go up by one for each frame and begin anew behind the last.
struct Frames {
  std::string device;  ///< a bridge's port in this network namespace
  std::string source_mac, destination_mac;
  std::string source, destination;
  std::uint16_t first_source_port = 0, source_ports = 1;
  std::uint16_t first_destination_port = 0, destination_ports = 1;
  std::uint32_t count = 0;
  std::uint32_t alike = 1;  ///< so many of the same in a row
};

/// Why this kernel has no generator; empty: it has.
std::string why_no_pump();
/// Nanoseconds per frame. Returns when all have gone through the bridge.
Result<double> pump(const Frames& frames);
/// Frames that a device has sent.
Result<std::uint64_t> sent_by(const std::string& device);

}  // namespace drawbridge::bench
