// Logging in: a password, and a second factor where the user has one, become a ticket.
#pragma once

#include <functional>
#include <string>

#include "access/password.h"
#include "auth/access_files.h"
#include "auth/system_password.h"

namespace drawbridge::auth {

struct LoginRequest {
  std::string user = {};       ///< "anna@pve", or a name alone, of `realm`
  std::string password = {};   ///< a ticket of the same user does as well, and is renewed; with `challenge`: "totp:CODE" or "recovery:CODE"
  std::string realm = {};      ///< empty: pam
  std::string one_time = {};   ///< a second factor in the same request, as older clients send it
  std::string challenge = {};  ///< the ticket that asked for a second factor
  std::string address = {};    ///< where the client is
};

struct LoginAnswer {
  std::string user;
  std::string ticket;
  std::string csrf_token;
  bool needs_second_factor = false;  ///< the ticket only serves as LoginRequest::challenge
  bool renewed = false;              ///< by a ticket
};

/// How the system's users are checked; a parameter for tests.
using SystemPassword = std::function<Result<void>(const std::string& name, const std::string& password, const std::string& address)>;
SystemPassword system_password();

/// The password of a request is a ticket that is to be renewed: log_in then asks nobody, and does not block.
bool is_ticket(std::string_view password);

/// "anna@pve": with the realm, where it is not part of the name. Errors: invalid_input.
Result<std::string> full_user_id(const LoginRequest& request);

/// Blocks: hashing takes a tenth of a second, PAM up to kPamPatience. A service calls it in a child process. Codes and one-time passwords
/// are used up. Errors: denied, with words for the log; others if files can't be read or written, and then nobody gets in.
Result<LoginAnswer> log_in(AccessFiles& files, const LoginRequest& request, const SystemPassword& system, access::UnixTime now);

/// The password is the user's (first factor only): asked again before second factors are changed. Blocks.
Result<void> check_password(AccessFiles& files, const std::string& user, const std::string& password, const std::string& address,
                            const SystemPassword& system, access::UnixTime now);

/// The hash of a new password of the realm pve. Blocks for a tenth of a second. Errors: invalid_input, unsupported for other realms.
Result<std::string> hash_new_password(const std::string& user, const std::string& password, access::PasswordCost cost = {});

/// Hashes it and stores it. Errors: invalid_input, unsupported, those of writing.
Result<void> set_password(AccessFiles& files, const std::string& user, const std::string& password, access::PasswordCost cost = {});

/// Makes one for a user who exists, in place of an older one. Errors: not_found, those of writing.
Result<std::string> make_one_time_password(AccessFiles& files, const std::string& user, std::chrono::seconds life, access::UnixTime now);

}  // namespace drawbridge::auth
