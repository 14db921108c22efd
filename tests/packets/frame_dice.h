// Random frames for the scene's ports, each with a number in it by which it is known again wherever it, or what quotes it, arrives.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dice.h"
#include "scene.h"

namespace drawbridge::packets {

using Bytes = std::vector<std::uint8_t>;

/// Not from a port: the host sends it, and the bytes before the IP header mean nothing.
inline constexpr std::size_t kFromHost = kPorts.size();

struct Frame {
  std::uint32_t id = 0;
  std::size_t port = 0;  ///< of kPorts: by which it comes in; kFromHost
  Bytes bytes;
  /// No other has its addresses and ports, and its connection is properly begun: conntrack must call it new.
  bool begins_connection = false;
};

/// Every number found in the bytes.
std::vector<std::uint32_t> ids_in(std::span<const std::uint8_t> bytes);
/// What the reset of a rejected segment says: the sequence numbers from which its number is told.
inline constexpr std::uint32_t kSequenceStep = 4096;
inline constexpr std::uint32_t kFirstSequence = 0x40000000;

/// Frames until there are so many or some more: a datagram may be several. Numbers count from `first`.
std::vector<Frame> random_frames(Dice& dice, std::size_t count, std::uint32_t first = 1);

/// IP packets that the host sends to its neighbours and beyond, TCP and UDP for the most part.
std::vector<Frame> random_frames_of_host(Dice& dice, std::size_t count, std::uint32_t first = 1);

std::string describe(const Frame& frame);

}  // namespace drawbridge::packets
