// topology: every link with what it stands on, its state and its traffic.
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/context.h"
#include "cli/display.h"
#include "cli/verbs.h"
#include "guest/device_name.h"
#include "network/topology.h"

namespace drawbridge::cli {
namespace {

template <class T>
T number_in(doors::Files& files, const std::string& path, T otherwise) {
  const auto text = files.read(path);
  return text ? parse_number<T>(trim(*text)).value_or(otherwise) : otherwise;
}

network::LinkCounters counters_of(doors::Files& files, const std::string& link) {
  const std::string folder = "/sys/class/net/" + link + "/";
  const auto counted = [&](const char* name) { return number_in<std::uint64_t>(files, folder + "statistics/" + name, 0); };
  return {.rx_bytes = counted("rx_bytes"),
          .tx_bytes = counted("tx_bytes"),
          .rx_packets = counted("rx_packets"),
          .tx_packets = counted("tx_packets"),
          .rx_dropped = counted("rx_dropped"),
          .tx_dropped = counted("tx_dropped"),
          .speed = number_in<std::int32_t>(files, folder + "speed", -1)};
}

/// Whose card a port is.
void add_owners(boost::json::object& document) {
  for (auto& each : document["links"].as_array()) {
    auto& item = each.as_object();
    const auto owner = guest::parse_device_name(std::string_view(item["name"].as_string()));
    if (owner) item["guest"] = boost::json::object{{"vmid", owner->vmid}, {"card", "net" + std::to_string(owner->slot)}};
  }
}

std::string text_of(const boost::json::object& item, const char* name) {
  const auto* value = item.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

Table table_of(const boost::json::object& document) {
  Table table{.header = {"Name", "Kind", "State", "Port of", "On", "MTU", "Speed", "Received", "Sent"}, .rows = {}};
  for (const auto& each : document.at("links").as_array()) {
    const auto& item = each.as_object();
    table.rows.push_back({text_of(item, "name"), text_of(item, "kind"), text_of(item, "operstate"), text_of(item, "master"),
                          text_of(item, "parent"), text_of(item, "mtu"), text_of(item, "speed"), text_of(item, "rx_bytes"),
                          text_of(item, "tx_bytes")});
  }
  return table;
}

}  // namespace

Exit network_topology(Context& context) {
  const auto now = context.system.snapshot();
  if (!now) return context.console.fail(now.error());
  auto& files = context.system.files();
  auto document = network::topology_json(*now, [&](const std::string& link) { return counters_of(files, link); });
  add_owners(document);
  if (context.console.json())
    context.console.print_document(boost::json::serialize(document));
  else
    context.console.print(format_table(table_of(document), context.console.width()));
  return Exit::done;
}

}  // namespace drawbridge::cli
