#include "server/late_answers.h"

#include <algorithm>

namespace drawbridge::server {
namespace {

LateAnswers::Time due(LateAnswers::Time arrived, std::chrono::milliseconds delay) {
  if (delay.count() <= 0) return arrived;
  const auto passed = std::chrono::steady_clock::now() - arrived;
  return arrived + delay * std::max<std::int64_t>(1, (passed + delay - std::chrono::nanoseconds(1)) / delay);
}

}  // namespace

void LateAnswers::add(const std::string& client, Time arrived, std::function<void()> act) {
  const auto is_clients = [&](const auto& each) { return each->client == client; };
  if (static_cast<std::size_t>(std::ranges::count_if(waiting_, is_clients)) >= settings_.most_of_client)
    call(*std::ranges::find_if(waiting_, is_clients));
  else if (waiting_.size() >= settings_.most)
    call(waiting_.front());
  const auto made = std::make_shared<Waiting>(Waiting{client, boost::asio::steady_timer(loop_), std::move(act)});
  waiting_.push_back(made);
  made->timer.expires_at(due(arrived, settings_.delay));
  made->timer.async_wait([this, weak = std::weak_ptr(made)](const auto& error) {
    if (const auto self = weak.lock(); self && !error) call(self);
  });
}

void LateAnswers::call(std::shared_ptr<Waiting> taken) {
  if (std::erase(waiting_, taken) == 0) return;  // it was called before its time
  taken->timer.cancel();
  taken->act();
}

}  // namespace drawbridge::server
