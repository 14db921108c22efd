// The keys that tickets are signed with: the cluster's RSA key where there is one (etc/pve/priv/authkey.key), else a secret of this
// installation's own. What either has signed is accepted, so that a key that comes or goes logs nobody out. CSRF tokens likewise: by the
// cluster's key for them (etc/pve/pve-www.key), else by one derived from its RSA key, so that one node's tokens are good at the others.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::access {

class TicketKeys {
 public:
  /// `secret`: 32 random bytes or more. `private_key` (PEM) may be empty; `public_keys` (PEM) are accepted as well: the cluster's one, and
  /// the one before it. `web_key`: the bytes of the cluster's key for CSRF tokens, or none.
  /// Errors: invalid_input for a secret that is too short, or a PEM text that is no RSA key.
  static Result<TicketKeys> make(std::string secret, std::string_view private_key = {}, const std::vector<std::string>& public_keys = {},
                                 std::string_view web_key = {});

  /// What is signed here is good at the cluster's other nodes.
  bool is_clusters() const { return private_key_ != nullptr; }

  /// Bytes of a signature: RSA with SHA-1 and PKCS #1 v1.5 padding, as nodes of a cluster expect it, or HMAC-SHA-256.
  std::string sign(std::string_view text) const;
  bool verify(std::string_view text, std::string_view signature) const;

  /// Bound to a user and a time, not to a ticket: HMAC-SHA-256 with a key of its own.
  std::string csrf_hash(std::string_view text) const;
  bool is_csrf_hash(std::string_view text, std::string_view hash) const;

 private:
  TicketKeys() = default;

  std::string ticket_secret_;
  std::vector<std::string> csrf_secrets_;           ///< the first one signs
  std::shared_ptr<void> private_key_;               ///< EVP_PKEY
  std::vector<std::shared_ptr<void>> public_keys_;  ///< EVP_PKEY
};

}  // namespace drawbridge::access
