#include "http/security_fields.h"

namespace drawbridge::http {

std::string content_policy(const std::string& nonce) {
  const std::string styles = nonce.empty() ? "'self'" : "'self' 'nonce-" + nonce + "'";
  return "default-src 'self'; style-src " + styles +
         "; style-src-attr 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; object-src 'none'; frame-ancestors 'none'; "
         "base-uri 'none'; form-action 'self'";
}

Headers security_fields(bool strict_transport) {
  Headers fields{{"Content-Security-Policy", content_policy("")},
                 {"X-Content-Type-Options", "nosniff"},
                 {"X-Frame-Options", "DENY"},
                 {"Referrer-Policy", "no-referrer"},
                 {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()"},
                 {"Cross-Origin-Opener-Policy", "same-origin"},
                 {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (strict_transport) fields.add("Strict-Transport-Security", "max-age=31536000");
  return fields;
}

}  // namespace drawbridge::http
