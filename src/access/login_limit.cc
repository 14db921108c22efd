#include "access/login_limit.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::access {
namespace {

/// Longer names are told apart by their beginnings only: memory is bounded.
constexpr std::size_t kLongestKey = 128;

std::string user_key(std::string_view user) { return std::string(user.substr(0, kLongestKey)); }

std::string home_key(std::string_view address, std::string_view user) { return user_key(user) + " " + client_key(address); }

}  // namespace

/// Four groups of an IPv6 address written out; of "::" the part before it is as good.
std::string client_key(std::string_view address) {
  if (!address.contains(':') || address.starts_with("::ffff:")) return std::string(address.substr(0, kLongestKey));
  std::string key;
  std::size_t groups = 0;
  for (const std::string_view group : split(address, ':')) {
    if (group.empty() || groups == 4) break;
    key += std::string(group.substr(0, 4)) + ":";
    ++groups;
  }
  return to_lower(key) + ":";
}

LoginLimit::Time LoginLimit::wait_of(const Entries& entries, std::string_view key, std::chrono::seconds longest, Time now) const {
  const auto found = entries.find(key);
  if (found == entries.end() || found->second.failures < settings_.free_failures || now - found->second.last > settings_.memory)
    return Time{0};
  const unsigned doublings = std::min(found->second.failures - settings_.free_failures, 20U);
  const Time whole = std::min<Time>(std::chrono::seconds(1) * (1U << doublings), longest);
  return std::max(found->second.last + whole - now, Time{0});
}

LoginLimit::Time LoginLimit::wait(std::string_view address, std::string_view user, Time now) const {
  const Time of_address = wait_of(addresses_, client_key(address), settings_.longest_address, now);
  if (is_home(address, user, now)) return of_address;
  return std::max(of_address, wait_of(users_, user_key(user), settings_.longest_user, now));
}

bool LoginLimit::is_home(std::string_view address, std::string_view user, Time now) const {
  const auto home = homes_.find(home_key(address, user));
  return home != homes_.end() && now - home->second.last <= settings_.home_memory;
}

void LoginLimit::add(Entries& entries, std::string key, Time now) {
  Entry& entry = entries[std::move(key)];
  if (now - entry.last > settings_.memory) entry.failures = 0;
  ++entry.failures;
  entry.last = now;
  leave_room(entries);
}

void LoginLimit::leave_room(Entries& entries) const {
  if (entries.size() > settings_.most_entries)
    entries.erase(std::ranges::min_element(entries, {}, [](const auto& each) { return each.second.last; }));
}

void LoginLimit::note_failure(std::string_view address, std::string_view user, Time now) {
  add(addresses_, client_key(address), now);
  add(users_, user_key(user), now);
}

void LoginLimit::note_success(std::string_view address, std::string_view user, Time now) {
  users_.erase(user_key(user));
  homes_[home_key(address, user)].last = now;
  leave_room(homes_);
}

void LoginLimit::forget_user(std::string_view user) { users_.erase(user_key(user)); }

}  // namespace drawbridge::access
