// What the list of guests tells beside their cards: how much they may have, how much they use, how long they run.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

#include "cli/guest_runtime.h"

namespace drawbridge::cli {

/// Bytes that a device has passed, as the kernel counts them for the host: what it received is what the guest sent.
struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};
using TrafficByDevice = std::map<std::string, Traffic, std::less<>>;

/// A file of /proc or /sys, which have no size until they are read; empty, if it can't be.
std::string kernel_text(const std::string& path);

/// Of /proc/net/dev; lines that are none of its are left out.
TrafficByDevice parse_traffic(std::string_view text);
/// Of all devices of this network namespace; empty, if they can't be read.
TrafficByDevice read_traffic();

/// "8G", "512M", "1.5T", plain bytes; 0: something else.
std::uint64_t size_in_bytes(std::string_view text);

/// Members of what the file says: "cpus", "maxmem" and "maxdisk" (of the first disk) in bytes, "template", and "tags" and "lock" if there
/// are any.
void add_limits(boost::json::object& document, const guest::Guest& guest);

/// Members of a guest that runs or not: "status"; and, running, "pid", "uptime" in seconds, "mem" in bytes, "cputime" in seconds,
/// "netin" and "netout" in bytes. What can't be read is left out.
void add_runtime(boost::json::object& document, const guest::Guest& guest, const GuestRuntime& runtime, const TrafficByDevice& traffic);

}  // namespace drawbridge::cli
