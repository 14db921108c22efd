#include "lab/channel.h"

#include <algorithm>
#include <cerrno>

#include "lab/subprocess.h"

namespace drawbridge::lab {

Channel::Channel(OwnedFd fd) : fd_(std::move(fd)) {
  if (fd_.is_open()) set_nonblocking(fd_.get());
}

void Channel::send(const Frame& frame) {
  if (!is_open()) return;
  unsent_ += encode_frame(frame);
  flush();
}

pollfd Channel::wanted() const {
  const int events = POLLIN | (unsent_.empty() ? 0 : POLLOUT);
  return pollfd{fd_.get(), static_cast<short>(events), 0};
}

void Channel::flush() {
  // A virtio-serial port takes at most 32 KiB at a time.
  while (!unsent_.empty() && is_open()) {
    const ssize_t written = write(fd_.get(), unsent_.data(), std::min<std::size_t>(unsent_.size(), 32768));
    if (written > 0) {
      unsent_.erase(0, static_cast<std::size_t>(written));
      continue;
    }
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    close();
  }
}

std::vector<Frame> Channel::pump() {
  std::vector<Frame> frames;
  flush();
  if (!is_open()) return frames;
  std::string bytes;
  if (!read_some(fd_.get(), bytes)) close();
  decoder_.feed(bytes);
  while (true) {
    auto frame = decoder_.next();
    if (!frame) {
      close();
      return frames;
    }
    if (!*frame) return frames;
    frames.push_back(std::move(**frame));
  }
}

void flush_channel(Channel& channel, int milliseconds) {
  for (int waited = 0; channel.is_open() && channel.has_unsent() && waited < milliseconds; waited += 50) {
    pollfd polled = channel.wanted();
    polled.events = POLLOUT;
    poll(&polled, 1, 50);
    channel.send(Frame{0, FrameKind::credit, "0"});
  }
}

}  // namespace drawbridge::lab
