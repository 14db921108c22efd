// The client's side of TLS, to a server that is known by its certificate and by nothing else: no authorities, no names.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "http/transport.h"

namespace drawbridge::http {

/// Whom we want to talk to, and whom we found.
struct Pin {
  std::string wanted;     ///< SHA-256 of the certificate, as certificate_fingerprint writes it
  std::string seen = {};  ///< of the one that was shown; empty: none was
};

class PinnedTls {
 public:
  /// TLS 1.2 or newer. Errors: unavailable.
  static Result<std::unique_ptr<PinnedTls>> open();
  ~PinnedTls();
  PinnedTls(const PinnedTls&) = delete;
  PinnedTls& operator=(const PinnedTls&) = delete;

  /// The handshake fails unless the server shows the pinned certificate and has its key; what is written goes out after it only.
  /// nullptr if memory is short. The descriptor stays the caller's.
  std::unique_ptr<Transport> connect(int descriptor, std::shared_ptr<Pin> pin);

 private:
  struct Inside;
  explicit PinnedTls(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace drawbridge::http
