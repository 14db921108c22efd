// cluster show: the nodes whose files are here, and what holds for all of them.
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "cli/display.h"
#include "cli/guest_desk.h"
#include "cli/guest_facts.h"
#include "cli/subtrees.h"
#include "cli/verbs.h"
#include "guest/property_string.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

/// "MemTotal:  123 kB", in bytes.
std::uint64_t memory_of(std::string_view text, std::string_view name) {
  for (const auto line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() > 1 && words[0] == name) return parse_number<std::uint64_t>(words[1]).value_or(0) * 1024;
  }
  return 0;
}

/// The address that etc/hosts has for the name; a loopback's says nothing.
std::string address_of(Context& context, std::string_view node) {
  const auto hosts = context.system.files().read(context.system.root() + "/etc/hosts");
  if (!hosts) return "";
  for (const auto line : split(*hosts, '\n')) {
    const auto words = split_words(line.substr(0, line.find('#')));
    if (words.size() < 2 || words[0].starts_with("127.") || words[0] == "::1") continue;
    if (std::ranges::find(words.begin() + 1, words.end(), node) != words.end() && parse_ip(words[0])) return std::string(words[0]);
  }
  return "";
}

void add_usage(json::object& node) {
  node["maxcpu"] = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
  const std::string memory = kernel_text("/proc/meminfo");
  const auto total = memory_of(memory, "MemTotal:");
  node["maxmem"] = total;
  node["mem"] = total - std::min(total, memory_of(memory, "MemAvailable:"));
  const std::string uptime = kernel_text("/proc/uptime");
  node["uptime"] = parse_number<std::uint64_t>(uptime.substr(0, uptime.find('.'))).value_or(0);
  const std::string load = kernel_text("/proc/loadavg");
  json::array averages;
  for (const auto word : split_words(load))
    if (averages.size() < 3) averages.push_back(json::value(word));
  node["loadavg"] = std::move(averages);
}

/// This one first. Of others only the files are seen from here.
json::array nodes_of(Context& context, const std::string& own) {
  std::set<std::string> names;
  if (const auto folders = context.system.files().list(context.system.root() + "/etc/pve/nodes"))
    for (const auto& name : *folders)
      if (guest::is_device_word(name) && name.front() != '.') names.insert(name);
  names.erase(own);
  json::object node{{"name", own}, {"local", 1}, {"status", "online"}};
  if (const auto address = address_of(context, own); !address.empty()) node["ip"] = address;
  add_usage(node);
  json::array nodes;
  nodes.push_back(std::move(node));
  for (const auto& name : names) {
    json::object other{{"name", name}, {"local", 0}, {"status", "unknown"}};
    if (const auto address = address_of(context, name); !address.empty()) other["ip"] = address;
    nodes.push_back(std::move(other));
  }
  return nodes;
}

/// The lines "key: value" of datacenter.cfg.
Result<json::object> options_of(Context& context) {
  json::object options;
  const auto bytes = context.system.files().read(context.system.root() + "/etc/pve/datacenter.cfg");
  if (!bytes && bytes.error().code == Errc::not_found) return options;
  if (!bytes) return fail(bytes.error());
  for (const auto line : split(*bytes, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.front() == '#') continue;
    options[trim(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  return options;
}

std::string text_of(const json::value& node, std::string_view name) {
  const auto* found = node.as_object().if_contains(name);
  return found == nullptr ? "" : visible(std::string(found->as_string()));
}

}  // namespace

Exit cluster_show(Context& context) {
  const auto own = node_name(context);
  if (!own) return context.console.fail(own.error());
  auto options = options_of(context);
  if (!options) return context.console.fail(options.error());
  json::array nodes = nodes_of(context, *own);
  if (context.console.json()) {
    context.console.print_document(json::serialize(json::object{{"nodes", std::move(nodes)}, {"options", std::move(*options)}}));
    return Exit::done;
  }
  Table table{.header = {"Node", "Status", "Address"}, .rows = {}};
  for (const auto& node : nodes) table.rows.push_back({text_of(node, "name"), text_of(node, "status"), text_of(node, "ip")});
  context.console.print(format_table(table, context.console.width()));
  for (const auto& [key, value] : *options)
    context.console.print(visible(std::string(key)) + ": " + visible(std::string(value.as_string())) + "\n");
  return Exit::done;
}

CommandSpec cluster_tree() {
  CommandSpec cluster{.name = "cluster", .summary = "What concerns all nodes.", .details = "", .example = "drawbridge cluster show"};
  cluster.commands.push_back({.name = "show",
                              .summary = "Shows the nodes that have files here, and the options for all of them.",
                              .details = "Of other nodes only the files are seen: their state is unknown. With --json: {\"nodes\": "
                                         "[{\"name\",\"local\",\"status\",\"ip\",\"maxcpu\",\"maxmem\",\"mem\",\"uptime\",\"loadavg\"}], "
                                         "\"options\": {…}}; the options are those of "
                                         "etc/pve/datacenter.cfg.",
                              .example = "drawbridge cluster show --json",
                              .run = cluster_show});
  return cluster;
}

}  // namespace drawbridge::cli
