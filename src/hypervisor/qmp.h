// A conversation with a running QEMU over its control socket. Every wait has an end: a QEMU that has stopped answering gives
// Errc::timed_out.
//
// Source: QEMU's docs/interop/qmp-spec.txt and its QAPI schema.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hypervisor/descriptor.h"
#include "hypervisor/qmp_message.h"

namespace drawbridge::hypervisor {

using Milliseconds = std::chrono::milliseconds;

class Qmp {
 public:
  /// How long a command may take; also the greeting.
  static constexpr Milliseconds kPatience{5'000};

  /// Connects and agrees on the protocol. QEMU talks to one at a time: a second one waits until the first has gone.
  /// Errors: not_found (no such socket), unavailable (nobody listens, no QEMU), timed_out.
  static Result<Qmp> connect(const std::string& path, Milliseconds patience = kPatience);

  /// To the agent inside the guest, which speaks alike but neither greets nor agrees on anything. Errors as above; that it does not
  /// answer is told by `execute`.
  static Result<Qmp> connect_agent(const std::string& path);

  /// Executes a command and gives what it returns. Events that come meanwhile are kept.
  /// Errors: not_found (DeviceNotFound), unavailable (any other refusal, with QEMU's words; the socket was closed), timed_out.
  Result<boost::json::value> execute(std::string_view command, boost::json::object arguments = {}, Milliseconds patience = kPatience);

  /// The next event, kept or to come, that is the one; those before it are dropped. Errors: timed_out; unavailable.
  Result<QmpEvent> wait_for(const std::function<bool(const QmpEvent&)>& is_the_one, Milliseconds patience);

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  explicit Qmp(Descriptor socket) : socket_(std::move(socket)) {}

  Result<QmpMessage> next(Deadline deadline);
  Result<void> send(std::string_view bytes, Deadline deadline);
  Result<void> wait_until_ready(short events, Deadline deadline);

  Descriptor socket_;
  LineBuffer lines_;
  std::vector<QmpEvent> events_;
  std::uint64_t last_id_ = 0;
};

}  // namespace drawbridge::hypervisor
