// firewall compile: the rules as the kernel would be given them.
#include <boost/json.hpp>

#include "cli/firewall_desk.h"
#include "cli/firewall_world.h"
#include "cli/verbs.h"
#include "firewall/build.h"
#include "nftables/compile.h"
#include "nftables/text.h"

namespace drawbridge::cli {
namespace {

Result<std::string> compiled_text(const FirewallWorld& world, bool counters) {
  nftables::CompileOptions options;
  options.counters = counters;
  const auto ruleset = TRY(nftables::compile(firewall::build_program(world.policy, world.facts), options));
  return nftables::format_ruleset(ruleset);
}

}  // namespace

Exit firewall_compile(Context& context) {
  const auto world = read_firewall_world(context);
  if (!world) return context.console.fail(world.error());
  const auto text = compiled_text(*world, context.arguments().has("counters"));
  if (!text) return context.console.fail(text.error());
  // What could not be understood is in no rule: the script is whole without it, and who reads it must know.
  context.console.diagnose(world->diagnostics);
  if (context.console.json()) {
    context.console.print_document(
        boost::json::serialize(boost::json::object{{"enabled", world->policy.datacenter.options.enable}, {"nftables", *text}}));
    return Exit::done;
  }
  tell_if_stopped(context);
  if (!world->policy.datacenter.options.enable) context.console.note("the firewall is off: " + why_off(*world));
  context.console.print(*text);
  return Exit::done;
}

}  // namespace drawbridge::cli
