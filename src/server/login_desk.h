// Where clients log in: the limits of guessing, the child that looks at the password, and the delay of what failed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "access/login_limit.h"
#include "auth/login.h"
#include "server/call.h"
#include "server/late_answers.h"
#include "server/login_line.h"

namespace drawbridge::server {

struct LoginSettings {
  auth::SystemPassword system = auth::system_password();
  LoginLine::Settings line = {};
  LateAnswers::Settings late = {};
  unsigned most_work = 16;  ///< of work_apart, at once
};

class LoginDesk {
 public:
  /// `files` and `loop` must outlive it. `root`: as for auth::AccessFiles.
  LoginDesk(boost::asio::io_context& loop, doors::Files& files, std::string root, LoginSettings settings = {});

  /// POST /access/ticket. Failures are told three seconds after they were asked for, all in the same words. A ticket that is renewed needs
  /// no work and stands in no line. 429 and 503: too many are at it.
  void log_in(const Call& call, Respond respond);
  /// The caller's own password, in that parameter, asked again before secrets change; root@pam is not asked. Then `allowed`, else `respond`
  /// with 401, 429 or 503.
  void confirm_password(const Call& call, std::string_view parameter, Respond respond, std::function<void()> allowed);
  /// Runs work that blocks apart (hashing, waiting for the files' lock); its text is empty, or what went wrong (400).
  void work_apart(std::function<std::string()> work, const Respond& respond);

  void forget_user(const std::string& user) { limit_.forget_user(user); }

 private:
  struct Attempt;
  using Told = std::function<void(std::string)>;
  /// Through the limits; `told` gets the child's text, `respond` the failure.
  void attempt(const Call& call, const std::string& user, std::function<std::string()> work, Respond respond, Told told);
  void begin(const std::shared_ptr<Attempt>& attempt);
  void end(const std::shared_ptr<Attempt>& attempt, std::optional<std::string> text);
  /// `user`: who it was to be; empty: nobody that could be.
  void fail_late(const std::string& address, const std::string& user, LateAnswers::Time arrived, Respond respond);
  /// True: the password was a ticket, and the answer is given.
  bool renew(const auth::LoginRequest& request, const Call& call, const Respond& respond);

  boost::asio::io_context& loop_;
  doors::Files& files_;
  std::string root_;
  LoginSettings settings_;
  auth::AccessFiles access_;
  access::LoginLimit limit_;
  LoginLine line_;
  LateAnswers late_;
  unsigned working_ = 0;
};

}  // namespace drawbridge::server
