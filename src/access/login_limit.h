// How long who has failed must wait before the next attempt to log in: by address, and by user. Grows with each failure, and is
// forgotten after a while.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace drawbridge::access {

class LoginLimit {
 public:
  struct Settings {
    unsigned free_failures = 3;  ///< before anybody waits
    std::chrono::seconds longest_address{900};
    /// Short, since others can make a user wait: it must not keep him out.
    std::chrono::seconds longest_user{30};
    std::chrono::seconds memory{3600};                               ///< after the last failure
    std::chrono::seconds home_memory{std::int64_t{30} * 24 * 3600};  ///< after the last success from there
    std::size_t most_entries = 4096;  ///< of addresses, and of users; those whose failure is longest ago go first
  };
  /// Of a clock that never goes back.
  using Time = std::chrono::milliseconds;

  LoginLimit() : LoginLimit(Settings{}) {}
  explicit LoginLimit(Settings settings) : settings_(settings) {}

  /// Zero: now. `address` as text; of IPv6 the first 64 bits count, since a host has all of these. Where the user has logged in from
  /// before, others' failures in his name don't count.
  Time wait(std::string_view address, std::string_view user, Time now) const;
  void note_failure(std::string_view address, std::string_view user, Time now);
  /// The user's failures are forgotten. The address's are not: whoever has an account of his own could go on guessing others'.
  void note_success(std::string_view address, std::string_view user, Time now);
  /// The user has logged in from there within the last month.
  bool is_home(std::string_view address, std::string_view user, Time now) const;
  /// An administrator wants it so.
  void forget_user(std::string_view user);

  std::size_t size() const { return addresses_.size() + users_.size() + homes_.size(); }

 private:
  struct Entry {
    unsigned failures = 0;
    Time last{0};
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  Time wait_of(const Entries& entries, std::string_view key, std::chrono::seconds longest, Time now) const;
  void add(Entries& entries, std::string key, Time now);
  void leave_room(Entries& entries) const;

  Settings settings_;
  Entries addresses_;
  Entries users_;
  Entries homes_;  ///< by user and address: where he has logged in from
};

/// What counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address.
std::string client_key(std::string_view address);

}  // namespace drawbridge::access
