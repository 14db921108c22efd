// Every change that was asked for through the API: who, from where, what, how it ended. A line of JSON each, in
// ROOT/var/log/drawbridge/audit.log.
#pragma once

#include <string>

#include "server/call.h"
#include "store/log_file.h"

namespace drawbridge::server {

class AuditLog {
 public:
  explicit AuditLog(const std::string& root) : file_(root + "/var/log/drawbridge/audit.log") {}
  /// `diff`: what changed in files, empty if nothing did or it is not known yet (tasks). Parameters that hold secrets are left out.
  void note(const Call& call, const api::Answer& answer, const std::string& diff);

 private:
  store::LogFile file_;
};

}  // namespace drawbridge::server
