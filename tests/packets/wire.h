// The scene in the kernel that runs here: a network namespace for the node, with its bridges and ports, and one for the machines
// behind them, who are nothing but this process's raw socket. What passes is seen at the machines' ends, and on the way by a table
// of our own that logs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "frame_dice.h"
#include "netfilter/log_socket.h"
#include "netfilter/ruleset_socket.h"

namespace drawbridge::packets {

/// Where the node's own stack was seen to have a packet.
enum class Point : char {
  tracked = 'T',   ///< at a bridge's prerouting, behind conntrack, before the guests' rules
  entering = 'I',  ///< at the host's input, before any rule
  entered = 'i',   ///< behind all rules there; it is then dropped, so that the host answers nothing
  routed = 'F',    ///< at forward, before the rules
  leaving = 'O',   ///< at the host's output, before the rules
  left = 'o',      ///< behind them
};

struct Sighting {
  Point point = Point::tracked;
  std::uint8_t state = 0;  ///< a bit of rules::ConnectionState
  std::string in, out;
  Bytes link;     ///< with a tag, if there is one; may be empty
  Bytes payload;  ///< from the network header on
  std::uint16_t ether_type = 0;
};

struct Arrival {
  std::size_t port = 0;
  Bytes bytes;  ///< with its tags
};

struct Observed {
  std::vector<Sighting> sightings;
  std::vector<Arrival> arrivals;
};

class Wire {
 public:
  /// The calling thread is in the node's namespace afterwards.
  static Result<Wire> open();

  Result<void> install(const nftables::Ruleset& ruleset);
  /// The bridges learn addresses from now on; before, they know the machines' only.
  Result<void> learn();
  /// True if a bridge knows where that address is.
  bool knows(std::string_view mac) const;
  /// What the kernel has, as it is read back.
  Result<nftables::Ruleset> installed() { return rules_->read("drawbridge"); }
  /// Conntrack knows nothing any more.
  Result<void> forget_connections();
  /// In this order; returns when all have gone wherever they go.
  Result<Observed> send(const std::vector<Frame>& frames);
  /// IP packets from the host's own raw socket, whole with their headers.
  Result<Observed> send_from_host(const std::vector<Bytes>& packets);

  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&&) = delete;
  ~Wire();

 private:
  Wire() = default;
  Result<void> build();
  Result<void> watch();
  Result<void> collect(Observed& observed);
  bool take_arrivals(Observed& observed);

  int far_ = -1, packets_ = -1, raw4_ = -1, raw6_ = -1;
  std::map<int, std::size_t> port_by_index_;
  std::vector<int> index_by_port_;
  int barrier_out_ = 0, barrier_in_ = 0;
  std::optional<netfilter::RulesetSocket> rules_;
  std::optional<netfilter::LogSocket> log_;
};

}  // namespace drawbridge::packets
