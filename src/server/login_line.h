// Who waits for his password to be looked at. Looking takes a process, and with PAM up to twenty seconds; so there is room for a few at
// once, of one user or one address for fewer still, and the rest stand in line or are sent away.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

namespace drawbridge::server {

/// Of one attempt.
struct Attempting {
  std::string client;  ///< access::client_key of its address
  std::string user;
  bool at_home = false;  ///< the user has logged in from there before: no flood of strangers stands before him
};

class LoginLine {
 public:
  struct Settings {
    unsigned at_once = 8;    ///< each takes 64 MiB for a tenth of a second
    unsigned of_one = 2;     ///< of those, with one client, or in one user's name
    unsigned of_system = 6;  ///< of those, that ask PAM: users of the realm pve get in while it hangs
    unsigned for_known = 2;  ///< more at once, for users where they are at home
    unsigned in_line = 64;   ///< who wait besides
    unsigned own_line = 6;   ///< of those, from one client
  };
  enum class Place : std::uint8_t { taken, too_many_of_client, too_many };

  LoginLine() : LoginLine(Settings{}) {}
  explicit LoginLine(Settings settings) : settings_(settings) {}

  /// `begin` is called now or later, or never if there is no place. It is to be followed by leave(), at some time.
  Place enter(Attempting who, std::function<void()> begin);
  /// One that began has ended; the next ones begin.
  void leave(const Attempting& who);

  std::size_t waiting() const { return line_.size(); }
  unsigned running() const { return running_; }

 private:
  struct Waiting {
    Attempting who;
    std::function<void()> begin;
  };
  bool may_begin(const Attempting& who) const;
  void begin(Waiting next);
  void begin_next();

  Settings settings_;
  std::deque<Waiting> line_;
  unsigned running_ = 0;
  unsigned running_system_ = 0;
  std::map<std::string, unsigned> running_of_client_;
  std::map<std::string, unsigned> running_of_user_;
};

}  // namespace drawbridge::server
