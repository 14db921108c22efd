// Who a request is of: by a ticket, with a CSRF token where it changes something, or by an API token. Cheap enough for each request.
#pragma once

#include <string>
#include <string_view>

#include "auth/access_files.h"

namespace drawbridge::auth {

struct Credentials {
  std::string cookies = {};        ///< the header Cookie
  std::string authorization = {};  ///< the header Authorization: "PVEAPIToken=…" or "PVEAuthCookie=…"
  std::string csrf_token = {};     ///< the header CSRFPreventionToken
  bool changes = false;            ///< the method is not GET: a ticket needs its CSRF token
};

/// Errors: denied, with words for the log (clients are told no more than 401); unavailable and others if files can't be read.
Result<access::Identity> authenticate(AccessFiles& files, const Credentials& credentials, access::UnixTime now);

/// The ticket in the header Cookie ("PVEAuthCookie=…"), decoded; empty: there is none.
std::string ticket_in_cookies(std::string_view cookies);

}  // namespace drawbridge::auth
