// The kernel's message about a packet that a rule logged: bytes to values. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "packetlog/record.h"

namespace drawbridge::netfilter {

/// The name of the device with that index, or "" if there is none (any more).
using DeviceName = std::function<std::string(std::uint32_t index)>;

/// `message` is what stands behind the netlink header of NFULNL_MSG_PACKET. A packet without a time of its own (it was made here,
/// or time stamps are off) gets the seconds 0. Fails on a message that is cut; attributes that are too short are left out.
Result<packetlog::Record> parse_nflog(std::span<const std::uint8_t> message, const DeviceName& name);

}  // namespace drawbridge::netfilter
