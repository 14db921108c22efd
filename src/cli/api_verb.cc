// api: the process behind the web server. __task: the process of a task.
#include <grp.h>

#include "cli/context.h"
#include "cli/guest_desk.h"
#include "cli/ready.h"
#include "cli/verbs.h"
#include "server/service.h"
#include "server/tasks.h"

namespace drawbridge::cli {
namespace {

constexpr const char* kWebGroup = "drawbridge-web";

std::string group_of(const Context& context) {
  if (auto named = context.arguments().value("group")) return *named;
  return ::getgrnam(kWebGroup) == nullptr ? "" : kWebGroup;
}

}  // namespace

Exit run_api(Context& context) {
  auto& system = context.system;
  const auto node = node_name(context);
  if (!node) return context.console.fail(node.error());
  const std::string socket = context.arguments().value("socket").value_or(system.paths().run + "/api.sock");
  const server::ServiceSettings settings{.world = {.program = "/proc/self/exe", .root = system.root(), .node = *node},
                                         .socket = socket,
                                         .group = group_of(context),
                                         .ready = [&] {
                                           notify_ready();
                                           context.console.detail("listening at " + socket);
                                         }};
  if (auto served = server::serve(system.files(), settings); !served) return context.console.fail(served.error());
  return Exit::done;
}

Exit run_task(Context& context) {
  const auto& words = context.invocation.rest;
  if (words.size() < 3 || words[1] != "--")
    return context.console.fail_usage("__task FOLDER -- WORD…", "it is not meant to be called by hand");
  const auto commands = server::unpack_commands({words.begin() + 2, words.end()});
  if (!commands) return context.console.fail_usage("the commands are not packed as they should be", "it is not meant to be called by hand");
  return static_cast<Exit>(server::run_task(words[0], "/proc/self/exe", *commands));
}

}  // namespace drawbridge::cli
