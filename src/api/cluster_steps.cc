// /cluster: what clients ask of all nodes and guests at once.
#include <algorithm>
#include <set>

#include "api/guest_answers.h"
#include "api/guest_needs.h"
#include "api/step.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFirstVmid = 100;

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value kNull;
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return found == nullptr ? kNull : *found;
}
std::string text(const json::value& object, std::string_view name) {
  const auto& found = member(object, name);
  return found.is_string() ? std::string(found.as_string()) : std::string();
}
const json::array& array_of(const json::value& value) {
  static const json::array kNone;
  return value.is_array() ? value.as_array() : kNone;
}

json::object guest_resource(const json::value& guest) {
  json::object item = listed_guest(guest.as_object());
  item["type"] = member(guest, "kind");
  item["id"] = text(guest, "kind") + "/" + json::serialize(member(guest, "vmid"));
  item["node"] = member(guest, "node");
  item["maxcpu"] = member(guest, "cpus");
  item["template"] = member(guest, "template").is_null() ? 0 : member(guest, "template");
  item.erase("cpus");
  item.erase("pid");
  return item;
}

json::object node_resource(const json::value& node) {
  json::object item{{"type", "node"}, {"id", "node/" + text(node, "name")}, {"node", member(node, "name")}, {"level", ""}};
  item["status"] = member(node, "status");
  for (const auto* name : {"maxcpu", "mem", "maxmem", "uptime"})
    if (const auto& found = member(node, name); !found.is_null()) item[name] = found;
  return item;
}

json::object zone_resource(const json::value& node) {
  return {{"type", "sdn"},
          {"id", "sdn/" + text(node, "name") + "/localnetwork"},
          {"sdn", "localnetwork"},
          {"node", member(node, "name")},
          {"status", "ok"}};
}

/// Documents of `guest list --all` and of `cluster show`.
Answer resources(const Parameters& parameters, const Documents& documents) {
  const std::string type = parameters.text("type");
  const auto wanted = [&](std::string_view group) { return type.empty() || type == group; };
  json::array all;
  if (wanted("vm"))
    for (const auto& guest : array_of(documents[0])) all.push_back(guest_resource(guest));
  for (const auto& node : array_of(member(documents[1], "nodes"))) {
    if (wanted("node")) all.push_back(node_resource(node));
    if (wanted("sdn")) all.push_back(zone_resource(node));
  }
  return answer(std::move(all));
}

std::optional<Need> need_to_see(const json::value& item) {
  if (text(item, "type") == "sdn") return Need{"/sdn/zones/localnetwork", {"SDN.Audit", "SDN.Use", "SDN.Allocate"}};
  return need_to_see_guest(item);
}

Answer status(const Parameters&, const Documents& documents) {
  json::array all;
  for (const auto& node : array_of(member(documents[0], "nodes"))) {
    json::object item{{"type", "node"}, {"id", "node/" + text(node, "name")}, {"name", member(node, "name")}, {"nodeid", 0}, {"level", ""}};
    item["local"] = member(node, "local");
    item["online"] = text(node, "status") == "online" ? 1 : 0;
    if (const auto& address = member(node, "ip"); !address.is_null()) item["ip"] = address;
    all.push_back(std::move(item));
  }
  return answer(std::move(all));
}

/// The lowest number that no guest has; or whether the one asked about is free. Numbers are text here, as clients know it.
Answer next_id(const Parameters& parameters, const Documents& documents) {
  std::set<std::int64_t> taken;
  for (const auto& guest : array_of(documents[0]))
    if (const auto& vmid = member(guest, "vmid"); vmid.is_number()) taken.insert(vmid.to_number<std::int64_t>());
  if (parameters.has("vmid")) {
    const auto vmid = parameters.number("vmid");
    if (taken.contains(vmid)) return parameter_failure({{"vmid", "guest " + std::to_string(vmid) + " exists already"}});
    return answer(json::value(std::to_string(vmid)));
  }
  std::int64_t free = kFirstVmid;
  while (taken.contains(free)) ++free;
  return answer(json::value(std::to_string(free)));
}

Answer options(const Parameters&, const Documents& documents) { return answer(member(documents[0], "options")); }

std::vector<Words> all_guests(const Parameters&) { return one({"guest", "list", "--all"}); }
std::vector<Words> show_cluster(const Parameters&) { return one({"cluster", "show"}); }

}  // namespace

std::vector<Step> cluster_steps() {
  return {
      {.key = "GET /cluster/resources",
       .effect = Effect::watches,
       .commands = [](const Parameters&) { return std::vector<Words>{{"guest", "list", "--all"}, {"cluster", "show"}}; },
       .shape = resources,
       .visible = need_to_see},
      {.key = "GET /cluster/status", .effect = Effect::watches, .commands = show_cluster, .shape = status},
      {.key = "GET /cluster/nextid", .commands = all_guests, .shape = next_id},
      {.key = "GET /cluster/options", .commands = show_cluster, .shape = options},
  };
}

}  // namespace drawbridge::api
