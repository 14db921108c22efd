// One call of a method, checked: what handlers get.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "access/users.h"
#include "api/answer.h"
#include "api/description.h"
#include "http/message.h"
#include "server/command_runner.h"

namespace drawbridge::server {

struct Call {
  const api::Method& method;
  api::Parameters parameters;
  access::Identity identity;  ///< empty user: nobody has said who asks
  std::shared_ptr<const access::Users> users;
  http::Ends ends;
  OnBehalf behalf;
};

/// To be called once, now or later, from the loop.
using Respond = std::function<void(api::Answer)>;
/// A method that no command answers.
using Direct = std::function<void(const Call&, Respond)>;

}  // namespace drawbridge::server
