// Passwords of the system's own users, the realm pam: asked of PAM (service "drawbridge") in a process of its own, since modules block
// and keep what they like. It is ended when it takes too long.
//
// Source: pam_start(3), pam_conv(3), pam_authenticate(3), pam_acct_mgmt(3).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::auth {

inline constexpr std::chrono::milliseconds kPamPatience{20000};

/// Blocks until the answer is there. `address`: where the user sits, for PAM's rules and log; may be empty. Errors: denied, with PAM's
/// words; timed_out; unavailable.
Result<void> check_system_password(const std::string& name, const std::string& password, const std::string& address,
                                   std::chrono::milliseconds patience = kPamPatience);

}  // namespace drawbridge::auth
