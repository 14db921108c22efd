#include "cli/rules_before_ports.h"

#include "cli/firewall_desk.h"
#include "cli/firewall_paths.h"
#include "cli/guest_desk.h"
#include "cli/service.h"
#include "daemon/client.h"
#include "netfilter/ruleset_socket.h"
#include "nftables/ruleset.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

using std::chrono::milliseconds;

/// A service that has just been started reads all files first.
constexpr milliseconds kPatience{10'000};
constexpr milliseconds kPause{50};

/// Our tables are there, whatever they hold.
Result<bool> has_rules(netfilter::RulesetSocket& kernel) {
  nftables::Ruleset tables;
  for (const auto family : {nftables::TableFamily::inet, nftables::TableFamily::bridge}) tables.tables[family];
  const auto there = TRY(kernel.read_part(tables));
  return there.tables.size() == tables.tables.size();
}

/// By the datacenter's file, which alone has the switch. One that can't be read doesn't say that there should be no rules.
Result<bool> wants_rules(Context& context) {
  auto& system = context.system;
  if (system.files().read(stop_mark(system.paths()))) return false;
  const auto held = TRY(held_files(system.files(), system.paths()));
  const auto stored = store::read_firewall(system.files(), store::datacenter_firewall_path(system.root()), firewall::Level::datacenter);
  if (!stored) return true;
  const auto datacenter = firewall::resolve_datacenter(in_force(*stored, held), std::make_shared<firewall::Surroundings>()).value;
  return is_on(datacenter->datacenter.options, unix_time(system.clock()));
}

}  // namespace

Result<void> wait_for_rules(Context& context) {
  if (!TRY(wants_rules(context))) return {};
  auto kernel = TRY(netfilter::RulesetSocket::open());
  const bool served = daemon::is_served(service_socket(context.system.root()));
  auto& clock = context.system.clock();
  for (const auto until = clock.boot_time() + kPatience;; clock.sleep(kPause)) {
    if (TRY(has_rules(kernel)) || !TRY(wants_rules(context))) return {};
    if (!served || clock.boot_time() >= until) break;
  }
  return fail(Errc::unavailable, "the firewall's rules are not in force, and without them no port is wired", {},
              served ? "the service tells why they are not: journalctl -u drawbridge-daemon"
                     : "put them into force: drawbridge firewall start, or systemctl start drawbridge-daemon");
}

}  // namespace drawbridge::cli
