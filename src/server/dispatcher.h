// From an HTTP request to the answer of a method: who asks, may they, are the parameters right, and then the commands or the handler.
// The order of checks is what clients know: 401, 403, then 400.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "http/server.h"
#include "server/audit_log.h"
#include "server/call.h"
#include "server/changes.h"
#include "server/event_hub.h"
#include "server/gate.h"
#include "server/tasks.h"

namespace drawbridge::server {

/// What the dispatcher works with; all of it must outlive it.
struct Parts {
  World world;
  Gate& gate;
  CommandRunner& runner;
  Tasks& tasks;
  std::unique_ptr<Changes>& changes;
  EventHub& events;
  AuditLog& audit;
};

class Dispatcher {
 public:
  Dispatcher(Parts parts, std::map<std::string, Direct, std::less<>> direct);

  /// The handler of the server.
  void handle(http::Request request, http::Reply reply);

 private:
  struct Exchange;
  void begin(const std::shared_ptr<Exchange>& exchange, std::string_view path);
  void list_folder(const std::shared_ptr<Exchange>& exchange, const std::vector<std::string>& names);
  void open_events(const std::shared_ptr<Exchange>& exchange);
  void run_step(const std::shared_ptr<Exchange>& exchange, const api::Step& step);
  void ask_needs(const std::shared_ptr<Exchange>& exchange);
  void do_step(const std::shared_ptr<Exchange>& exchange);
  void end_step(const std::shared_ptr<Exchange>& exchange);
  void start_task(const std::shared_ptr<Exchange>& exchange);
  /// Runs them one after the other; `then` gets what they printed, unless one failed, which is the answer.
  using Then = std::function<void(std::vector<boost::json::value>)>;
  void run_all(const std::shared_ptr<Exchange>& exchange, std::vector<api::Words> commands, bool may_keep, Then then);
  struct Run;
  void next_command(const std::shared_ptr<Run>& run);
  void finish(const std::shared_ptr<Exchange>& exchange, api::Answer answer);

  /// An answer that was read while the node was as it is now.
  struct Kept {
    std::uint64_t generation = 0;
    std::chrono::steady_clock::time_point since;
    boost::json::value document;
  };
  static constexpr std::size_t kMostKept = 128;

  Parts parts_;
  std::map<std::string, Direct, std::less<>> direct_;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace drawbridge::server
