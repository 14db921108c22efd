// One end of a command channel: frames over a socket or virtio-serial port, without blocking.
#pragma once

#include <poll.h>

#include <string>
#include <vector>

#include "lab/frame.h"
#include "lab/owned_fd.h"

namespace drawbridge::lab {

class Channel {
 public:
  explicit Channel(OwnedFd fd);

  /// Queues a frame and writes what the other side takes now. What may queue up is bounded by the credit of the streams.
  void send(const Frame& frame);
  /// What to poll for.
  pollfd wanted() const;
  /// Reads and writes what is possible; gives the frames that have come. `is_open` tells afterwards whether the channel still works.
  std::vector<Frame> pump();
  bool is_open() const { return fd_.is_open(); }
  bool has_unsent() const { return !unsent_.empty(); }
  int fd() const { return fd_.get(); }
  void close() { fd_.reset(); }

 private:
  void flush();
  OwnedFd fd_;
  FrameDecoder decoder_;
  std::string unsent_;
};

/// Blocks until everything is sent, the channel is closed, or `milliseconds` are over.
void flush_channel(Channel& channel, int milliseconds);

}  // namespace drawbridge::lab
