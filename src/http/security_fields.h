// Header fields that tell browsers what the page may not do.
#pragma once

#include <string>

#include "http/message.h"

namespace drawbridge::http {

/// For every answer. `strict_transport`: browsers are told to come back over TLS only, and to let nobody pass a bad certificate.
Headers security_fields(bool strict_transport);
/// The value of Content-Security-Policy: nothing from elsewhere, no script or style element that is not ours. `nonce` (may be empty): with
/// it style elements that scripts make are allowed.
std::string content_policy(const std::string& nonce);

}  // namespace drawbridge::http
