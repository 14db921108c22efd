// Who asks, and what they may: requests to identities, by the proof that they carry.
#pragma once

#include <memory>
#include <string>

#include "access/check.h"
#include "access/users.h"
#include "auth/access_files.h"
#include "base/result.h"
#include "doors/files.h"
#include "http/message.h"

namespace drawbridge::server {

class Gate {
 public:
  /// `files` must outlive it. `root`: a prefix without slash at its end, or empty.
  Gate(doors::Files& files, std::string root);

  /// By ticket or API token. A process of root on this host, over the unix socket, is root@pam. Errors: denied, with the words of a 401.
  Result<access::Identity> authenticate(const http::Request& request);
  /// The proof that the request carries is still good, for this identity. Of a stream that goes on.
  bool is_still(const http::Request& request, const access::Identity& identity);
  /// The users of now. What can't be read is nobody but root@pam.
  std::shared_ptr<const access::Users> users();

 private:
  auth::AccessFiles access_;
};

/// The client's and server's ends of the connection: of the web process's headers, where it passed the request on.
http::Ends ends_of(const http::Request& request);

}  // namespace drawbridge::server
