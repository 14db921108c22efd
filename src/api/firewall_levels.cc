#include "api/firewall_levels.h"

namespace drawbridge::api {

namespace json = boost::json;

Words FirewallLevel::words(std::string_view verb, const Parameters& parameters) const {
  Words words{"firewall", std::string(verb), word};
  if (!name.empty()) words.push_back(parameters.text(name));
  return words;
}

FirewallLevel datacenter_level() { return {"/cluster/firewall", "datacenter", ""}; }
FirewallLevel node_level() { return {"/nodes/{node}/firewall", "node", ""}; }
FirewallLevel vnet_level() { return {"/cluster/sdn/vnets/{vnet}/firewall", "vnet", "vnet"}; }
FirewallLevel group_level() { return {"/cluster/firewall/groups/{group}", "group", "group"}; }

std::vector<FirewallLevel> guest_levels() {
  return {{"/nodes/{node}/qemu/{vmid}/firewall", "qemu", "vmid"}, {"/nodes/{node}/lxc/{vmid}/firewall", "lxc", "vmid"}};
}

void append(Words& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

std::string option(std::string_view name, std::string_view value) { return "--" + std::string(name) + "=" + std::string(value); }

bool is_taken_out(std::string_view value) { return value.empty() || value == "-"; }

void append_digest(Words& words, const Parameters& parameters) {
  if (const auto digest = parameters.text("digest"); !digest.empty()) words.push_back(option("digest", digest));
}

void append_write(Words& words, const Parameters& parameters) {
  if (parameters.has("confirm-within"))
    append(words, {option("confirm-within", parameters.text("confirm-within")), "--no-wait"});
  else
    words.emplace_back("--yes");
  if (parameters.flag("force")) words.emplace_back("--force");
}

Answer written(const Parameters&, const Documents& documents) {
  Answer made = answer(nullptr);
  if (documents.empty() || !documents.back().is_object()) return made;
  const auto& document = documents.back().as_object();
  if (const auto* warnings = document.if_contains("warnings"); warnings != nullptr && warnings->is_array() && !warnings->as_array().empty())
    made.beside["warnings"] = *warnings;
  for (const auto* name : {"outcome", "trial"})
    if (const auto* value = document.if_contains(name)) made.beside[name] = *value;
  return made;
}

Answer as_printed(const Parameters&, const Documents& documents) { return answer(documents[0]); }

Step folder(const std::string& path, const std::vector<std::string>& names) {
  json::array list;
  for (const auto& name : names) list.push_back(json::object{{"name", name}});
  return {.key = "GET " + path,
          .commands = [](const Parameters&) { return std::vector<Words>(); },
          .shape = [list](const Parameters&, const Documents&) { return answer(list); }};
}

Step write_step(std::string key, std::function<Words(const Parameters&)> words) {
  return {.key = std::move(key),
          .effect = Effect::writes,
          .commands = [words = std::move(words)](const Parameters& parameters) { return one(words(parameters)); },
          .shape = written,
          .force_parameter = "force"};
}

std::string text_member(const json::value& object, std::string_view name) {
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace drawbridge::api
