// One policy in the kernel, frames through it, and what became of each compared with what the judges say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "judges.h"
#include "policy_dice.h"
#include "wire.h"

namespace drawbridge::packets {

/// The variable's number, or what stands for it.
std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise);

struct Tally {
  std::uint64_t pairs = 0;     ///< of a policy and a frame
  std::uint64_t gated = 0;     ///< frames that the gate dropped
  std::uint64_t arrivals = 0;  ///< at machines
  std::uint64_t entered = 0;   ///< the host
  std::uint64_t sent = 0;      ///< by the host
  std::uint64_t routed = 0;
  std::uint64_t answered = 0;  ///< rejections told to the sender
  std::uint64_t known = 0;     ///< frames of established or related connections
};
std::string format(const Tally& tally);

/// What a rejection looks like to who is rejected.
struct Answer {
  std::uint32_t id = 0;
  rules::Reject::With with = rules::Reject::With::port_unreachable;
};
/// In a packet from its network header on.
std::optional<Answer> answer_in(std::span<const std::uint8_t> packet);

/// What was seen of one frame.
struct Seen {
  std::vector<const Sighting*> sightings;
  std::map<std::size_t, int> arrivals;                               ///< by port
  std::vector<std::pair<std::size_t, rules::Reject::With>> answers;  ///< by the port that they came to
};

/// By the frame's number: what the judges say against each other, or against what was seen.
using Disputes = std::map<std::uint32_t, std::string>;

struct Options {
  bool routed_may_be_invalid = false;  ///< the host lets pass what is invalid for conntrack
};

/// Compares the observed with what the judges say of these frames.
Disputes compare(const Judges& judges, const std::vector<Frame>& frames, const Observed& observed, const Options& options, Tally& tally);

/// The rules of `installed` in the kernel, these frames through them, judged by `judged`: of the same files, unless one wants to see that
/// a wrong ruleset is found.
Result<Disputes> try_out(Wire& wire, const Files& judged, const Files& installed, const std::vector<Frame>& frames, Tally& tally);

struct Case {
  Files files;
  std::vector<Frame> frames;
};
Case random_case(std::uint64_t seed, std::uint32_t first_id);

/// Empty: all agree. Else everything that one needs to see why not, and the least of files and frames that still shows it.
std::string try_seed(Wire& wire, std::uint64_t seed, Tally& tally);

}  // namespace drawbridge::packets
