#include "cli/run.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/hook_name.h"
#include "cli/service.h"
#include "cli/subtrees.h"

namespace drawbridge::cli {
namespace {

Exit explain_usage(const UsageError& error) {
  Console console({.json = error.json, .quiet = false, .no_color = false, .verbose = 0});
  return console.fail_usage(error.what, error.hint);
}

Exit answer(const Invocation& invocation, const std::vector<std::string>& words, Console& console, Warm* warm) {
  if (invocation.version) {
    console.print(console.json() ? "{\"version\":\"" DRAWBRIDGE_VERSION "\"}\n" : "drawbridge " DRAWBRIDGE_VERSION "\n");
    return Exit::done;
  }
  if (invocation.help) {
    console.print(help_text(invocation.path, console.width() == 0 ? 100 : std::min<std::size_t>(console.width(), 110)));
    return Exit::done;
  }
  if (warm == nullptr)
    if (const auto exit = run_in_service(invocation, words, console)) return *exit;
  System system(invocation.globals.root, warm);
  Context context{invocation, console, system};
  return invocation.command().run(context);
}

/// Standard output on a full disk: the answer is lost, so it can't have been "done".
Exit finish(Console& console, Exit exit) {
  if (console.finish() || errno == EPIPE) return exit;
  return console.fail(Error{Errc::unavailable, "standard output can't be written", {}, {}, errno});
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int run(const std::string& program, std::vector<std::string> words, Warm* warm) {
  const CommandSpec& tree = command_tree();
  const std::string name = program.substr(program.rfind('/') + 1);
  if (is_hook_name(name)) {
    auto meant = hook_words(name, words, environment("DRAWBRIDGE_ROOT"), environment("DRAWBRIDGE_NODE"));
    if (!meant) return static_cast<int>(explain_usage(UsageError{meant.error().what, meant.error().hint, {}, false}));
    words = std::move(*meant);
  }
  const auto familiar = ifupdown_trees();
  if (std::ranges::find(familiar, name, &CommandSpec::name) != familiar.end()) words.insert(words.begin(), name);
  if (name == "pve-firewall") words.insert(words.begin(), "firewall");
  const auto invocation = parse_arguments(tree, words);
  if (!invocation) return static_cast<int>(explain_usage(invocation.error()));
  const Globals& globals = invocation->globals;
  Console console({.json = globals.json, .quiet = globals.quiet, .no_color = globals.no_color, .verbose = globals.verbose});
  return static_cast<int>(finish(console, answer(*invocation, words, console, warm)));
}

}  // namespace drawbridge::cli
