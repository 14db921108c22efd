// Every change that was asked for through the API, and those that were refused: who, from where, what, how it ended. A line of JSON each,
// in ROOT/var/log/drawbridge/audit.log.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>

#include "access/identity.h"
#include "api/answer.h"
#include "http/message.h"
#include "server/refusal_quota.h"
#include "store/log_file.h"

namespace drawbridge::server {

/// What is noted of a request. Parameters that hold secrets are left out, wherever they come from.
struct AuditEntry {
  access::Identity identity;  ///< empty user: nobody, or one whose proof was not good
  std::string from;           ///< the client's address
  std::string verb;
  std::string path;               ///< of the description: "/nodes/{node}/network"
  api::RawParameters parameters;  ///< those that the method knows
};

class AuditLog {
 public:
  explicit AuditLog(const std::string& root) : file_(root + "/var/log/drawbridge/audit.log") {}
  /// With the answer's `diff`, empty if nothing changed or it is not known yet (tasks). Requests that were refused (401, 403, 429, 503, and
  /// nonsense of nobody in particular) are noted so often in a minute; the next line tells how many were not.
  void note(const AuditEntry& entry, const api::Answer& answer);

 private:
  store::LogFile file_;
  RefusalQuota quota_;
};

/// The line's members, without time: pure.
boost::json::object audit_line(const AuditEntry& entry, const api::Answer& answer);

}  // namespace drawbridge::server
