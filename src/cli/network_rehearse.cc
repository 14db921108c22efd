// rehearse: the pending change on a virtual copy of this node. The copy has this machine's files under a private layer, NICs of the
// same names each on a switch of its own, and hosts that answer as its gateways.
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "cli/inputs.h"
#include "cli/verbs.h"
#include "lab/command.h"

namespace drawbridge::cli {
namespace {

/// A folder below the temporary one, removed with its content.
class ScenarioFolder {
 public:
  ScenarioFolder() {
    std::error_code ignored;
    std::string pattern = (std::filesystem::temp_directory_path(ignored) / "drawbridge-rehearsal-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~ScenarioFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScenarioFolder(const ScenarioFolder&) = delete;
  ScenarioFolder& operator=(const ScenarioFolder&) = delete;

  /// Empty if it could not be made.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using network::Desired;

/// Links that must be there before anything is configured, with those the kernel calls physical.
std::set<std::string> nics_of(const network::Snapshot& kernel, const std::vector<const Desired*>& states) {
  std::set<std::string> nics;
  for (const auto& [name, link] : kernel.links) {
    if (link.kind.empty() && link.ethernet && !link.loopback) nics.insert(name);
  }
  for (const Desired* state : states) {
    for (const auto& [name, link] : state->links) {
      const network::Link* there = kernel.find_link(name);
      if (link.kind.empty() && there != nullptr && !there->loopback) nics.insert(there->name);
    }
  }
  return nics;
}

/// The subnet that a gateway stands in, by the addresses of its link; alone if there is none.
InterfaceAddress with_length(const Desired& state, const IpAddress& gateway, const std::string& link) {
  if (const auto found = state.links.find(link); found != state.links.end()) {
    for (const auto& asked : found->second.addresses) {
      if (contains(network_of(asked.value.address), gateway)) return {gateway, asked.value.address.length};
    }
  }
  return {gateway, gateway.width()};
}

/// Gateway addresses by the NIC behind which they are.
std::map<std::string, std::set<std::string>> gateways_behind(const std::vector<const Desired*>& states) {
  std::map<std::string, std::set<std::string>> gateways;
  for (const Desired* state : states) {
    for (const auto& route : state->routes) {
      for (const network::Nexthop& hop : route.value.nexthops) {
        if (!hop.gateway || hop.gateway->is_link_local()) continue;
        std::set<std::string> behind{hop.link};
        for (const auto& [name, link] : state->links) {
          if (link.master && link.master->value == hop.link) behind.insert(name);
        }
        for (const std::string& nic : behind) gateways[nic].insert(format_interface_address(with_length(*state, *hop.gateway, hop.link)));
      }
    }
  }
  return gateways;
}

std::string scenario_text(const std::set<std::string>& nics, const std::map<std::string, std::set<std::string>>& gateways) {
  boost::json::object ports;
  boost::json::object switches;
  boost::json::object hosts;
  for (const std::string& nic : nics) {
    const std::string lan = "lan" + std::to_string(switches.size());
    switches[lan] = boost::json::object();
    ports[nic] = boost::json::object{{"switch", lan}};
    const auto found = gateways.find(nic);
    if (found == gateways.end()) continue;
    boost::json::array addresses(found->second.begin(), found->second.end());
    boost::json::object port{{"switch", lan}, {"addresses", std::move(addresses)}};
    hosts["gateway" + std::to_string(hosts.size())] = boost::json::object{{"ports", boost::json::object{{lan + "-gw", std::move(port)}}}};
  }
  return boost::json::serialize(boost::json::object{{"title", "A copy of this node"},
                                                    {"shows", "What the pending change does to it."},
                                                    {"needs", boost::json::array{"veth", "bridge"}},
                                                    {"node", boost::json::object{{"ports", std::move(ports)}}},
                                                    {"switches", std::move(switches)},
                                                    {"hosts", std::move(hosts)},
                                                    {"traffic", boost::json::array()}});
}

/// Writes the copy's world into `folder`.
Result<void> write_scenario(Context& context, const Source& pending, const std::string& folder) {
  const auto kernel = TRY(context.system.snapshot());
  const Source running = TRY(read_running(context.system.files(), context.system.root()));
  const Meaning before = make_meaning(running, &kernel);
  const Meaning after = make_meaning(pending, &kernel);
  const std::vector<const Desired*> states{&before.resolved.desired, &after.resolved.desired};
  TRY_VOID(context.system.files().write(folder + "/interfaces", running.bytes, 0644));
  return context.system.files().write(folder + "/scenario.json", scenario_text(nics_of(kernel, states), gateways_behind(states)), 0644);
}

/// Up as it is now, then the change; $1 is the program, $2 the root, $3 "json" or nothing.
constexpr const char* kRehearsal =
    "set -- \"$1\" \"${2:-/}\" ${3:+--json}; program=$1 root=$2; shift 2; "
    "\"$program\" --root \"$root\" -q ifup -a >&2; "
    "\"$program\" --root \"$root\" network apply --yes \"$@\"; status=$?; "
    "[ $# -gt 0 ] || \"$program\" --root \"$root\" -q network show; "
    "exit $status";

}  // namespace

Exit network_rehearse(Context& context) {
  const auto pending = read_pending(context.system.files(), context.system.root());
  if (!pending) return context.console.fail(pending.error());
  if (!*pending) {
    context.console.note("Nothing is pending.");
    return Exit::no;
  }
  const Meaning meaning = make_meaning(**pending, nullptr);
  if (has_errors(meaning.diagnostics)) return context.console.fail(meaning.diagnostics);
  const ScenarioFolder folder;
  if (folder.path().empty()) return context.console.fail(Error{Errc::unavailable, "no temporary folder can be made", {}, {}, 0});
  if (const auto written = write_scenario(context, **pending, folder.path()); !written) return context.console.fail(written.error());
  std::error_code ignored;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
  context.console.note("Booting a copy of this node…");
  const int status = lab::run_command({"run", "--vm", folder.path(), "--", "sh", "-c", kRehearsal, "sh", program, context.system.root(),
                                       context.console.json() ? "json" : ""},
                                      false);
  return static_cast<Exit>(status);
}

}  // namespace drawbridge::cli
