// A Snapshot that follows the kernel: one dump, then the kernel's own notifications. What a notification tells exactly is taken
// over; what it doesn't tell (IPv4 routes that go with their link, a rename, a message that was dropped) makes the next look a
// dump again. So a look costs what has changed, and nothing while nothing changes.
//
// What the kernel tells nobody: writes below /proc/sys/net, drivers' settings, and descriptions and attributes of links that are
// down (netdev_state_change in net/core/dev.c); they show with the link's next notification, when it is asked for by ask_again(), or
// with a dump.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "kernel/event_socket.h"
#include "kernel/socket.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// What a state follows the kernel through: one socket to ask, one that is told.
struct LiveSockets {
  Socket questions;
  EventSocket events;
  static Result<LiveSockets> open();
};

/// Not thread-safe: one owner, one thread, one network namespace.
class LiveState {
 public:
  /// Errors: denied, unavailable.
  static Result<LiveState> open();

  /// The state now: everything that had been done when the call began is in it. Valid until the next call.
  /// Errors: those of read_snapshot.
  Result<const network::Snapshot*> look();

  /// The links, their addresses and VLANs now, as far as notifications tell; what follows from them (routes, queueing disciplines) may
  /// be older. Costs what has changed: a new link, or one that was plugged, needs no dump. Valid until the next call.
  Result<const network::Snapshot*> glance();
  /// Links that came, went or changed in what matters to bridges' ports and those who wire them, since the last call.
  std::set<std::string, std::less<>> take_changes() { return std::exchange(changes_, {}); }

  /// Takes the notifications that wait, without a dump: what one would need is left to the next look.
  Result<void> hear();

  /// Readable when look() would find something new.
  int descriptor() const { return sockets_.events.descriptor(); }
  /// As the last look found it.
  const network::Snapshot& last() const { return snapshot_; }
  /// Goes on with other sockets, which were opened before the last look.
  void step_over(LiveSockets sockets) { sockets_ = std::move(sockets); }
  /// The next look asks the kernel for this link, whatever it notifies: after a change that is not notified, or whose outcome is to
  /// be proven.
  void ask_again(const std::string& link) { doubted_.insert(link); }
  /// The next look dumps: after a change that is not notified.
  void distrust() { stale_ = true; }
  /// Counts changes of the state; equal numbers mean an equal state.
  std::uint64_t generation() const { return generation_; }
  /// Dumps so far.
  std::uint64_t dumps() const { return dumps_; }

 private:
  explicit LiveState(LiveSockets sockets) : sockets_(std::move(sockets)) {}
  Result<void> dump();
  void take(std::uint16_t type, Bytes message);
  void take_link(Bytes message);
  void take_new_link(network::Link link);
  void take_lost_link(Bytes message);
  void take_bridge_link(Bytes message);
  Result<void> read_doubted();
  void note_changes(const network::Snapshot& before, const network::Snapshot& now);
  void take_address(std::uint16_t type, Bytes message);
  void take_neighbour(Bytes message);
  Result<void> read_doubted_links();
  void read_driver_settings(network::Link& link);
  Result<void> read_doubted_destinations();
  std::string name_of(std::uint32_t index) const;

  LiveSockets sockets_;
  network::Snapshot snapshot_;
  std::unordered_map<std::uint32_t, std::string> names_;
  bool stale_ = true;     ///< something is not known: only a dump tells
  bool partial_ = false;  ///< links are known, what follows from them is not
  std::set<std::string, std::less<>> changes_;
  std::set<std::string> doubted_;               ///< links to be asked for
  std::set<std::string> doubted_destinations_;  ///< VXLANs whose forwarding entries have changed
  std::uint64_t generation_ = 0;
  std::uint64_t dumps_ = 0;
};

}  // namespace drawbridge::kernel
