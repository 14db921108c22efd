#include "http/stream.h"

#include <utility>

namespace drawbridge::http {

bool Stream::write(std::string_view text) {
  if (state_ != State::open) return false;
  if (pending() + text.size() > most_pending_) {
    // The carrier forgets us while it is being told: it must outlive that.
    const auto aborted = carrier_.aborted;
    lose();
    if (aborted) aborted();
    return false;
  }
  buffer_.append(text);
  if (const auto written = carrier_.written; written && !text.empty()) written();
  return state_ == State::open;
}

void Stream::close() {
  if (state_ != State::open) return;
  state_ = State::complete;
  closed_ = nullptr;
  if (const auto written = carrier_.written) written();
}

void Stream::abort() {
  if (state_ == State::aborted || state_ == State::lost) return;
  state_ = State::aborted;
  closed_ = nullptr;
  drained_ = nullptr;
  if (const auto aborted = carrier_.aborted) aborted();
}

void Stream::attach(Carrier carrier) { carrier_ = std::move(carrier); }

std::string Stream::take() {
  in_flight_ = buffer_.size();
  return std::exchange(buffer_, {});
}

void Stream::sent() {
  in_flight_ = 0;
  if (const auto drained = drained_; drained && state_ == State::open && buffer_.empty()) drained();
}

void Stream::lose() {
  carrier_ = {};
  drained_ = nullptr;
  if (state_ == State::open) state_ = State::lost;
  if (const auto closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace drawbridge::http
