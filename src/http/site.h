// What one address serves: the files of the page, and below /api2 what the API service answers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "http/listener.h"
#include "http/tls.h"

namespace drawbridge::http {

struct SiteSettings {
  std::string assets;             ///< folder of the page
  std::string api_socket;         ///< of the API service
  bool strict_transport = false;  ///< browsers are told to come back over TLS only (RFC 6797)
  /// Null: plain HTTP.
  std::optional<KeyPair> keys = {};
  /// A SOCK_SEQPACKET socket on which further key pairs come (send_keys); its other end going away ends the service. -1: none.
  int keys_from = -1;
};

/// Serves until SIGTERM or SIGINT, then lets requests end for a moment. `ready` is called once it serves. The process must have one thread.
/// Errors: invalid_input (the key pair), unavailable.
Result<void> serve_site(Listener listener, const SiteSettings& settings, const std::function<void()>& ready);

/// The longest pair that can be sent.
inline constexpr std::size_t kMostKeyBytes = 128 * 1024;
/// Hands a key pair to a running service. Errors: invalid_input (too long), unavailable (it is gone).
Result<void> send_keys(int socket, const KeyPair& pair);

}  // namespace drawbridge::http
