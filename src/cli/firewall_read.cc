// firewall check, firewall macros, firewall localnet.
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_desk.h"
#include "cli/guest_desk.h"
#include "cli/verbs.h"
#include "firewall/macros.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

std::string format_ports(const rules::NumberSet& ports) {
  std::vector<std::string> words;
  for (const auto& interval : ports.intervals())
    words.push_back(rules::format_number(interval.first) +
                    (interval.first == interval.last ? "" : ":" + rules::format_number(interval.last)));
  return join(words, ",");
}

std::string format_protocol(std::uint8_t protocol) {
  switch (protocol) {
    case firewall::kTcp: return "tcp";
    case firewall::kUdp: return "udp";
    case firewall::kIcmp: return "icmp";
    case firewall::kIcmpv6: return "icmpv6";
    default: return "protocol " + std::to_string(protocol);
  }
}

std::string format_line(const firewall::MacroLine& line) {
  std::string text = format_protocol(line.protocol);
  if (line.destination_ports) text += " " + format_ports(*line.destination_ports);
  if (line.source_ports) text += " from " + format_ports(*line.source_ports);
  if (line.icmp_type) text += " type " + std::to_string(*line.icmp_type);
  if (line.family == Family::ipv6 && line.protocol != firewall::kIcmpv6) text += " (IPv6)";
  return text;
}

json::object macro_json(const firewall::Macro& macro) {
  json::array matches;
  for (const auto& line : macro.lines) matches.push_back(json::value(format_line(line)));
  return {{"macro", macro.name}, {"descr", macro.description}, {"matches", std::move(matches)}};
}

/// What the file says, or what was detected.
struct LocalNet {
  std::string node;
  NodeSurroundings surroundings;
  std::vector<Prefix> detected;
  std::vector<Prefix> used;
  bool defined = false;
};

std::string join_networks(const std::vector<Prefix>& networks) {
  std::vector<std::string> words;
  for (const Prefix& network : networks) words.push_back(format_prefix(network));
  return words.empty() ? "(none)" : join(words, " ");
}

Result<LocalNet> look_for_localnet(Context& context) {
  LocalNet found;
  found.node = TRY(node_name(context));
  found.surroundings = look_at_node(context, found.node);
  const auto surroundings = firewall_surroundings(context.system.files(), context.system.root(), found.surroundings);
  const auto file = TRY(
      store::read_firewall(context.system.files(), store::datacenter_firewall_path(context.system.root()), firewall::Level::datacenter));
  const auto datacenter = firewall::resolve_datacenter(file.document, surroundings);
  found.detected = surroundings->local_networks;
  found.used = datacenter.value->datacenter.local_networks;
  for (const auto& alias : datacenter.value->names.aliases) found.defined = found.defined || (alias.name == "local_network" && alias.sound);
  return found;
}

/// The address that names the node.
std::string own_address(const LocalNet& found) {
  const auto& facts = found.surroundings.facts;
  if (facts.cluster_address) return format_ip(*facts.cluster_address);
  return facts.host_addresses.empty() ? "(none)" : format_ip(facts.host_addresses.front());
}

std::string format_localnet(const LocalNet& found) {
  std::string text = "local hostname: " + found.node + "\n";
  text += "local IP address: " + own_address(found) + "\n";
  text += "network auto detect: " + join_networks(found.detected) + "\n";
  text += std::string(found.defined ? "using user defined" : "using detected") + " local_network: " + join_networks(found.used) + "\n";
  if (found.surroundings.corosync.nodes.empty()) return text;
  text += "\naccepting corosync traffic from/to:\n";
  bool any = false;
  for (const auto& link : found.surroundings.links) {
    for (const auto& peer : link.peers) {
      text += " - " + visible(peer.node) + ": " + format_ip(peer.address) + " (link: " + std::to_string(link.number) + ")\n";
      any = true;
    }
  }
  return any ? text : text + " - no nodes found\n";
}

json::array networks_json(const std::vector<Prefix>& networks) {
  json::array list;
  for (const Prefix& network : networks) list.push_back(json::value(format_prefix(network)));
  return list;
}

json::object localnet_json(const LocalNet& found) {
  json::array peers;
  for (const auto& link : found.surroundings.links)
    for (const auto& peer : link.peers)
      peers.push_back(json::object{{"node", peer.node}, {"address", format_ip(peer.address)}, {"link", link.number}, {"port", link.port}});
  return {{"node", found.node},
          {"address", own_address(found)},
          {"detected", networks_json(found.detected)},
          {"local_network", networks_json(found.used)},
          {"defined", found.defined},
          {"corosync", std::move(peers)}};
}

}  // namespace

Exit firewall_check(Context& context) {
  const auto node = node_name(context);
  if (!node) return context.console.fail(node.error());
  const auto inputs = read_firewall_inputs(context, *node);
  if (!inputs) return context.console.fail(inputs.error());
  const auto resolved = firewall::resolve(inputs->documents, inputs->surroundings);
  if (context.console.json()) context.console.print_document(diagnostics_json(resolved.diagnostics));
  context.console.diagnose(resolved.diagnostics);
  tell_if_stopped(context);
  if (resolved.diagnostics.empty()) context.console.note("The firewall's files of node " + *node + " are in order.");
  return has_errors(resolved.diagnostics) ? Exit::bad_input : Exit::done;
}

Exit firewall_macros(Context& context) {
  if (context.console.json()) {
    json::array list;
    for (const auto& macro : firewall::macros()) list.push_back(macro_json(macro));
    context.console.print_document(json::serialize(list));
    return Exit::done;
  }
  Table table{.header = {"Macro", "Matches", "What it is"}, .rows = {}};
  for (const auto& macro : firewall::macros()) {
    std::vector<std::string> lines;
    for (const auto& line : macro.lines) lines.push_back(format_line(line));
    table.rows.push_back({std::string(macro.name), join(lines, "\n"), std::string(macro.description)});
  }
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit firewall_localnet(Context& context) {
  const auto found = look_for_localnet(context);
  if (!found) return context.console.fail(found.error());
  if (context.console.json())
    context.console.print_document(json::serialize(localnet_json(*found)));
  else
    context.console.print(format_localnet(*found));
  return Exit::done;
}

}  // namespace drawbridge::cli
