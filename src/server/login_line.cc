#include "server/login_line.h"

#include <algorithm>

namespace drawbridge::server {
namespace {

bool asks_system(const Attempting& who) { return who.user.ends_with("@pam"); }

unsigned count_of(const std::map<std::string, unsigned>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void take_one(std::map<std::string, unsigned>& counts, const std::string& key) {
  if (const auto found = counts.find(key); found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

bool LoginLine::may_begin(const Attempting& who) const {
  if (count_of(running_of_client_, who.client) >= settings_.of_one) return false;
  if (who.at_home) return running_ < settings_.at_once + settings_.for_known;
  return running_ < settings_.at_once && (!asks_system(who) || running_system_ < settings_.of_system) &&
         count_of(running_of_user_, who.user) < settings_.of_one;
}

LoginLine::Place LoginLine::enter(Attempting who, std::function<void()> act) {
  const auto own = std::ranges::count(line_, who.client, [](const Waiting& each) { return each.who.client; });
  if (own == 0 && may_begin(who)) {
    begin({std::move(who), std::move(act)});
    return Place::taken;
  }
  if (static_cast<unsigned>(own) >= settings_.own_line) return Place::too_many_of_client;
  if (!who.at_home && line_.size() >= settings_.in_line) return Place::too_many;
  line_.push_back({std::move(who), std::move(act)});
  return Place::taken;
}

void LoginLine::begin(Waiting next) {
  ++running_;
  if (asks_system(next.who)) ++running_system_;
  ++running_of_client_[next.who.client];
  ++running_of_user_[next.who.user];
  next.begin();
}

void LoginLine::leave(const Attempting& who) {
  --running_;
  if (asks_system(who)) --running_system_;
  take_one(running_of_client_, who.client);
  take_one(running_of_user_, who.user);
  begin_next();
}

/// Whoever stands first and may; one that has to wait for his own kind lets others pass, and all let those at home pass.
void LoginLine::begin_next() {
  for (;;) {
    auto next = std::ranges::find_if(line_, [&](const Waiting& each) { return each.who.at_home && may_begin(each.who); });
    if (next == line_.end()) next = std::ranges::find_if(line_, [&](const Waiting& each) { return may_begin(each.who); });
    if (next == line_.end()) return;
    Waiting taken = std::move(*next);
    line_.erase(next);
    begin(std::move(taken));
  }
}

}  // namespace drawbridge::server
