// Where clients log in: the limits of guessing, the child that looks at the password, and the delay of what failed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "access/login_limit.h"
#include "auth/login.h"
#include "server/call.h"

namespace drawbridge::server {

class LoginDesk {
 public:
  /// `files` and `loop` must outlive it. `root`: as for auth::AccessFiles.
  LoginDesk(boost::asio::io_context& loop, doors::Files& files, std::string root);

  /// POST /access/ticket. Failures are told three seconds after they came, all in the same words.
  void log_in(const Call& call, Respond respond);
  /// The caller's own password, in that parameter, asked again before secrets change; root@pam is not asked. Then `allowed`, else `respond`
  /// with 401.
  void confirm_password(const Call& call, std::string_view parameter, Respond respond, std::function<void()> allowed);
  /// Runs work that hashes apart; its text is empty, or what went wrong (400).
  void work_apart(std::function<std::string()> work, const Respond& respond);

  void forget_user(const std::string& user) { limit_.forget_user(user); }

 private:
  using Told = std::function<void(std::optional<std::string>)>;
  /// Through the limits; `told` gets the child's text, or nullopt for a failure that was noted.
  void attempt(const std::string& address, const std::string& user, const std::function<std::string()>& work, Told told);
  void fail_late(Respond respond);

  static constexpr unsigned kMostAtOnce = 8;  ///< each takes 64 MiB for a tenth of a second

  boost::asio::io_context& loop_;
  doors::Files& files_;
  std::string root_;
  access::LoginLimit limit_;
  unsigned running_ = 0;
};

}  // namespace drawbridge::server
