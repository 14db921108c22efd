// Passwords that an administrator makes for one login, and that are forgotten soon: for the first look at a new installation, and for who
// has lost his own. Long enough that nobody guesses them; only their hashes are kept.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "access/users.h"

namespace drawbridge::access {

class OneTimePasswords {
 public:
  /// A text that is none is one of nobody: all of its passwords are void then.
  static OneTimePasswords parse(std::string_view text);
  std::string format() const;

  /// In place of an older one of his; those that have run out go as well.
  void add(std::string_view user, std::string_view password, UnixTime until, UnixTime now);
  /// True: it was his, and is used up.
  bool take(std::string_view user, std::string_view password, UnixTime now);
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string hash;
    UnixTime until = 0;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

/// Four words' worth of letters and digits, "xxxxx-xxxxx-xxxxx-xxxxx", of 13 random bytes.
std::string format_one_time_password(std::string_view random);

}  // namespace drawbridge::access
