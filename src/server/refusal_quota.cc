#include "server/refusal_quota.h"

#include <utility>

namespace drawbridge::server {

bool RefusalQuota::take(const std::string& client, std::chrono::seconds now) {
  if (now - began_ >= std::chrono::minutes(1)) {
    began_ = now;
    noted_ = 0;
    noted_of_.clear();
  }
  const auto own = noted_of_.find(client);
  if (noted_ >= settings_.in_all || (own != noted_of_.end() && own->second >= settings_.of_client)) {
    ++left_out_;
    return false;
  }
  ++noted_;
  ++noted_of_[client];
  return true;
}

std::uint64_t RefusalQuota::take_left_out() { return std::exchange(left_out_, 0); }

}  // namespace drawbridge::server
