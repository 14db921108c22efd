#include "http/stream.h"

#include <utility>

namespace drawbridge::http {

bool Stream::write(std::string_view text) {
  if (state_ != State::open) return false;
  if (pending() + text.size() > most_pending_) {
    state_ = State::lost;
    buffer_ = {};
    if (carrier_.aborted) carrier_.aborted();  // which tells on_closed in its own turn
    return false;
  }
  buffer_.append(text);
  if (carrier_.written && !text.empty()) carrier_.written();
  return true;
}

void Stream::close() {
  if (state_ != State::open) return;
  state_ = State::complete;
  closed_ = nullptr;
  drained_ = nullptr;
  if (carrier_.written) carrier_.written();
}

void Stream::abort() {
  if (state_ == State::aborted || state_ == State::lost) return;
  state_ = State::aborted;
  closed_ = nullptr;
  drained_ = nullptr;
  if (carrier_.aborted) carrier_.aborted();
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
  buffer_ = {};
  if (const auto closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace drawbridge::http
