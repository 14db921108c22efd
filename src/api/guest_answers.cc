#include "api/guest_answers.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value kNull;
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return found == nullptr ? kNull : *found;
}

std::string_view text(const json::value& object, std::string_view name) {
  const auto& found = member(object, name);
  return found.is_string() ? std::string_view(found.as_string()) : std::string_view();
}

double number(const json::value& object, std::string_view name) {
  const auto& found = member(object, name);
  return found.is_number() ? found.to_number<double>() : 0;
}

const json::array& list(const json::value& object, std::string_view name) {
  static const json::array kNone;
  const auto& found = member(object, name);
  return found.is_array() ? found.as_array() : kNone;
}

/// Settings whose values are whole numbers or switches are numbers to clients, the others text.
json::value typed(guest::Kind kind, std::string_view key, std::string_view value) {
  static const auto read = [](std::string_view path) {
    std::map<std::string, Schema, std::less<>> settings;
    if (const auto match = Description::own().find("PUT", path); match && match->method != nullptr) settings = match->method->parameters;
    return settings;
  };
  static const auto kVm = read("/nodes/x/qemu/100/config");
  static const auto kContainer = read("/nodes/x/lxc/100/config");
  const auto& settings = kind == guest::Kind::qemu ? kVm : kContainer;
  const auto schema = settings.find(key);
  if (schema == settings.end() || schema->second.most_index) return json::value(value);
  if (schema->second.kind == Kind::integer)
    if (const auto whole = parse_number<std::int64_t>(value)) return *whole;
  if (schema->second.kind == Kind::boolean) {
    const std::string word = to_lower(value);
    if (word == "1" || word == "on" || word == "yes" || word == "true") return 1;
    if (word == "0" || word == "off" || word == "no" || word == "false") return 0;
  }
  return json::value(value);
}

json::value shown(guest::Kind kind, std::string_view key, std::string_view value) {
  return key == "cipassword" ? json::value("**********") : typed(kind, key, value);
}

bool is_agent_on(const json::value& guest) {
  const auto agent = text(member(guest, "config"), "agent");
  return agent.starts_with('1') || agent.find("enabled=1") != std::string_view::npos;
}

/// The keys of one card, with what waits for it.
void add_waiting(json::object& card, const json::value& change) {
  if (const auto& pending = member(change, "pending"); !pending.is_null()) card["pending"] = pending;
  if (const auto& gone = member(change, "delete"); !gone.is_null()) card["delete"] = gone;
}

/// fe80::1 is inet6, 192.0.2.1 is inet.
json::object container_address(const json::value& address) {
  json::object made = address.as_object();
  made["ip-address-type"] = text(address, "ip-address-type") == "ipv6" ? "inet6" : "inet";
  return made;
}

}  // namespace

json::object listed_guest(const json::object& guest) {
  const json::value whole(guest);
  json::object item;
  for (const auto* name :
       {"vmid", "name", "status", "cpus", "maxmem", "maxswap", "maxdisk", "tags", "lock", "pid", "mem", "netin", "netout"})
    if (const auto& found = member(whole, name); !found.is_null()) item[name] = found;
  for (const auto* name : {"uptime", "mem", "netin", "netout"}) item.emplace(name, member(whole, name).is_null() ? 0 : member(whole, name));
  for (const auto* name : {"disk", "diskread", "diskwrite"}) item.emplace(name, 0);
  const double seconds = number(whole, "uptime") * std::max(1.0, number(whole, "cpus"));
  item["cpu"] = seconds > 0 ? number(whole, "cputime") / seconds : 0.0;
  if (number(whole, "template") != 0) item["template"] = 1;
  if (text(whole, "kind") == "lxc") item["type"] = "lxc";
  return item;
}

Answer list_guests(guest::Kind kind, const Documents& documents) {
  json::array guests;
  if (documents[0].is_array())
    for (const auto& guest : documents[0].as_array())
      if (text(guest, "kind") == (kind == guest::Kind::qemu ? "qemu" : "lxc")) guests.push_back(listed_guest(guest.as_object()));
  return answer(std::move(guests));
}

Answer guest_config(guest::Kind kind, const Documents& documents) {
  const json::value& guest = documents[0];
  json::object config;
  if (const auto& settings = member(guest, "config"); settings.is_object())
    for (const auto& [key, value] : settings.as_object()) config[key] = shown(kind, key, value.as_string());
  if (const auto notes = text(guest, "description"); !notes.empty()) config["description"] = notes;
  if (!list(guest, "raw").empty()) config["lxc"] = member(guest, "raw");
  config["digest"] = member(guest, "digest");
  return answer(std::move(config));
}

Answer guest_pending(guest::Kind kind, const Documents& documents) {
  const json::value& guest = documents[0];
  std::map<std::string, json::object, std::less<>> items;
  if (const auto& settings = member(guest, "config"); settings.is_object())
    for (const auto& [key, value] : settings.as_object()) items[key] = {{"key", key}, {"value", shown(kind, key, value.as_string())}};
  if (const auto notes = text(guest, "description"); !notes.empty()) items["description"] = {{"key", "description"}, {"value", notes}};
  for (const auto& change : list(guest, "pending")) {
    auto& item = items[std::string(text(change, "key"))];
    item["key"] = member(change, "key");
    if (const auto& pending = member(change, "pending"); pending.is_string())
      item["pending"] = shown(kind, text(change, "key"), pending.as_string());
    if (const auto& gone = member(change, "delete"); !gone.is_null()) item["delete"] = gone;
  }
  json::array all;
  for (auto& [key, item] : items) all.push_back(std::move(item));
  return answer(std::move(all));
}

Answer guest_status(guest::Kind kind, const Documents& documents) {
  json::object status = listed_guest(documents[0].as_object());
  status["ha"] = json::object{{"managed", 0}};
  status["digest"] = member(documents[0], "digest");
  if (kind == guest::Kind::qemu) {
    status["qmpstatus"] = member(documents[0], "status");
    if (is_agent_on(documents[0])) status["agent"] = 1;
  }
  return answer(std::move(status));
}

Answer guest_snapshots(const Documents& documents) {
  const json::value& guest = documents[0];
  json::array all;
  for (const auto& snapshot : list(guest, "snapshots")) all.push_back(snapshot);
  json::object current{{"name", "current"}, {"description", "The guest as it is now."}, {"digest", member(guest, "digest")}};
  current["running"] = text(guest, "status") == "running" ? 1 : 0;
  if (const auto parent = text(member(guest, "config"), "parent"); !parent.empty()) current["parent"] = parent;
  all.push_back(std::move(current));
  return answer(std::move(all));
}

Answer guest_cards(const Documents& documents) {
  const json::value& guest = documents[0];
  std::map<std::string, json::object, std::less<>> cards;
  for (const auto& card : list(guest, "nics")) {
    json::object item = card.as_object();
    if (!item.contains("state")) item["state"] = "stopped";
    cards[std::string(text(card, "id"))] = std::move(item);
  }
  for (const auto& change : list(guest, "pending")) {
    const auto key = text(change, "key");
    if (!key.starts_with("net") || key.find_first_not_of("0123456789", 3) != std::string_view::npos) continue;
    auto& card = cards[std::string(key)];
    card["id"] = key;
    card.emplace("state", "not plugged");
    add_waiting(card, change);
  }
  json::array all;
  for (auto& [id, card] : cards) all.push_back(std::move(card));
  const auto slot = [](const json::value& card) { return parse_number<unsigned>(text(card, "id").substr(3)).value_or(0); };
  std::ranges::sort(all, {}, slot);
  return answer(std::move(all));
}

Answer container_interfaces(const Documents& documents) {
  json::array all;
  for (const auto& each : list(documents[0], "interfaces")) {
    json::object item{{"name", member(each, "name")}, {"hardware-address", member(each, "hardware-address")}};
    item["hwaddr"] = member(each, "hardware-address");
    json::array addresses;
    for (const auto& address : list(each, "ip-addresses")) {
      addresses.push_back(container_address(address));
      const std::string family = addresses.back().as_object()["ip-address-type"].as_string().c_str();
      if (!item.contains(family))
        item[family] = std::string(text(address, "ip-address")) + "/" + json::serialize(member(address, "prefix"));
    }
    item["ip-addresses"] = std::move(addresses);
    all.push_back(std::move(item));
  }
  return answer(std::move(all));
}

Answer agent_interfaces(const Documents& documents) { return answer(json::object{{"result", member(documents[0], "interfaces")}}); }

Answer folder(std::string_view path) {
  json::array all;
  for (const auto& child : Description::own().children(path)) all.push_back(json::object{{"subdir", child}});
  return answer(std::move(all));
}

}  // namespace drawbridge::api
