// /nodes/{node}/network and our additions beside it: drawbridge network.
#include <algorithm>
#include <set>

#include "api/step.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;
using Documents = std::vector<json::value>;

/// KEY=VALUE of everything that is an attribute, and --delete.
Words with_attributes(Words words, const Parameters& parameters) {
  static const std::set<std::string_view> kOthers{"node", "iface", "type", "delete", "digest", "force"};
  for (const auto& [name, value] : parameters.all())
    if (!kOthers.contains(name)) words.push_back(name + "=" + value);
  if (parameters.has("digest") && !parameters.text("digest").empty()) words.insert(words.end(), {"--digest", parameters.text("digest")});
  for (const auto name : split_list(parameters.text("delete"))) words.push_back("--delete=" + std::string(name));
  if (parameters.flag("force")) words.emplace_back("--force");
  return words;
}

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value kNull;
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return found == nullptr ? kNull : *found;
}

/// What `type` asks for, of an interface of the type `is`.
bool is_asked_for(std::string_view type, std::string_view is) {
  if (type.empty() || type == "include_sdn" || type == is) return true;
  return type.starts_with("any_") && (is == "bridge" || is == "OVSBridge");
}

Answer list_interfaces(const Parameters& parameters, const Documents& documents) {
  json::array list;
  if (documents[0].is_object()) {
    for (const auto& [name, fields] : documents[0].as_object()) {
      const auto& type = member(fields, "type");
      if (!is_asked_for(parameters.text("type"), type.is_string() ? std::string_view(type.as_string()) : "")) continue;
      json::object item = fields.as_object();
      item["iface"] = name;
      list.push_back(std::move(item));
    }
  }
  Answer made = answer(std::move(list));
  if (const auto& diff = member(documents[1], "diff"); diff.is_string() && !diff.as_string().empty()) made.beside["changes"] = diff;
  if (const auto& digest = member(documents[1], "digest"); digest.is_string()) made.beside["digest"] = digest;
  if (const auto& origin = member(documents[1], "origin"); origin.is_object()) made.beside["origin"] = origin;
  return made;
}

Answer one_interface(const Parameters& parameters, const Documents& documents) {
  const auto& found = member(documents[0], parameters.text("iface"));
  if (found.is_null()) return parameter_failure({{"iface", "interface does not exist"}});
  json::object item = found.as_object();
  if (const auto& digest = member(documents[1], "digest"); digest.is_string()) item["digest"] = digest;
  return answer(std::move(item));
}

/// Who may not audit the node sees the bridges that he may put guests on.
std::optional<Need> may_see_interface(const json::value& item) {
  const auto& type = member(item, "type");
  const bool bridge = type.is_string() && (type.as_string() == "bridge" || type.as_string() == "OVSBridge");
  if (!bridge) return Need{"/", {}};
  return Need{"/sdn/zones/localnetwork/" + std::string(member(item, "iface").as_string()), {"SDN.Audit", "SDN.Use"}, true};
}

/// What a card is put on, and no more: addresses and scripts are the node's own business.
json::value as_place_for_cards(const json::value& item) {
  json::object made;
  for (const auto* name : {"iface", "type", "active", "comments", "bridge_vlan_aware", "bridge_vids"})
    if (const auto& value = member(item, name); !value.is_null()) made[name] = value;
  return made;
}

Need audits_node(const Parameters& parameters) { return {"/nodes/" + parameters.text("node"), {"Sys.Audit"}}; }

std::vector<Words> show_and_diff(const Parameters&) { return {{"network", "show"}, {"network", "diff"}}; }

Answer transaction_of(const Parameters&, const Documents& documents) {
  const auto& open = member(documents[0], "transaction");
  json::object made = open.is_object() ? open.as_object() : json::object{{"stage", nullptr}};
  for (const auto* name : {"last", "pending", "base_changed"}) made[name] = member(documents[0], name);
  return answer(std::move(made));
}

Answer drift_of(const Parameters&, const Documents& documents) {
  return answer(json::object{{"operations", member(documents[0], "drift")},
                             {"findings", member(documents[0], "findings")},
                             {"diagnostics", member(documents[0], "diagnostics")}});
}

/// Whoever asks for no confirmation gets the change as other products give it: kept, if the kernel is as planned.
void add_confirmation(Words& words, const Parameters& parameters) {
  if (parameters.has("confirm-within"))
    words.insert(words.end(), {"--confirm-within", parameters.text("confirm-within")});
  else
    words.emplace_back("--yes");
}

void append_digest(Words& words, const Parameters& parameters) {
  if (!parameters.text("digest").empty()) words.insert(words.end(), {"--digest", parameters.text("digest")});
}

/// All that a change would be refused for before it begins is told at once, and not by a task that fails.
std::function<std::vector<Words>(const Parameters&)> rehearsal_of(std::vector<Words> (*commands)(const Parameters&)) {
  return [commands](const Parameters& parameters) {
    auto all = commands(parameters);
    for (auto& words : all) words.emplace_back("--no-act");
    return all;
  };
}

std::vector<Words> apply_words(const Parameters& parameters) {
  Words words{"network", "apply"};
  add_confirmation(words, parameters);
  append_digest(words, parameters);
  if (parameters.flag("force")) words.emplace_back("--force");
  return one(std::move(words));
}

std::vector<Words> rollback_words(const Parameters& parameters) {
  Words words{"network", "rollback"};
  if (!parameters.has("generation")) return one(std::move(words));
  words.push_back(parameters.text("generation"));
  add_confirmation(words, parameters);
  if (parameters.flag("force")) words.emplace_back("--force");
  return one(std::move(words));
}

/// To undo what waits is nothing to be asked about.
std::vector<Words> rehearse_rollback(const Parameters& parameters) {
  return parameters.has("generation") ? rehearsal_of(rollback_words)(parameters) : std::vector<Words>();
}

std::string networking(const Parameters&) { return "networking"; }

}  // namespace

std::vector<Step> network_steps() {
  return {
      {.key = "GET /nodes/{node}/network",
       .commands = show_and_diff,
       .shape = list_interfaces,
       .visible = may_see_interface,
       .sees_all = audits_node,
       .reduced = as_place_for_cards},
      {.key = "POST /nodes/{node}/network",
       .effect = Effect::writes,
       .commands = [](const Parameters& p) { return one(with_attributes({"network", "create", p.text("type"), p.text("iface")}, p)); },
       .force_parameter = "force"},
      {.key = "PUT /nodes/{node}/network",
       .effect = Effect::works,
       .commands = apply_words,
       .task_type = "srvreload",
       .task_id = networking,
       .rehearses = rehearsal_of(apply_words),
       .force_parameter = "force"},
      {.key = "DELETE /nodes/{node}/network",
       .effect = Effect::writes,
       .commands =
           [](const Parameters& p) {
             Words words{"network", "revert"};
             append_digest(words, p);
             return one(std::move(words));
           }},
      {.key = "GET /nodes/{node}/network/{iface}", .commands = show_and_diff, .shape = one_interface},
      {.key = "PUT /nodes/{node}/network/{iface}",
       .effect = Effect::writes,
       .commands =
           [](const Parameters& p) {
             Words words{"network", "set", p.text("iface")};
             if (p.has("type")) words.push_back("type=" + p.text("type"));
             return one(with_attributes(std::move(words), p));
           },
       .force_parameter = "force"},
      {.key = "DELETE /nodes/{node}/network/{iface}",
       .effect = Effect::writes,
       .commands =
           [](const Parameters& p) {
             Words words{"network", "delete", p.text("iface")};
             append_digest(words, p);
             if (p.flag("force")) words.emplace_back("--force");
             return one(std::move(words));
           },
       .force_parameter = "force"},
      // Whom a change cuts off depends on who asks.
      {.key = "GET /nodes/{node}/network-plan",
       .effect = Effect::watches,
       .commands = [](const Parameters&) { return one({"network", "plan", "--full"}); }},
      {.key = "GET /nodes/{node}/network-transaction",
       .effect = Effect::watches,
       .commands = [](const Parameters&) { return one({"network", "status"}); },
       .shape = transaction_of},
      {.key = "POST /nodes/{node}/network-confirm",
       .effect = Effect::writes,
       .commands =
           [](const Parameters& p) {
             Words words{"network", "confirm"};
             if (p.has("id")) words.push_back("--id=" + p.text("id"));
             return one(std::move(words));
           },
       .shape = [](const Parameters&, const Documents& documents) { return answer(documents[0]); }},
      {.key = "POST /nodes/{node}/network-rollback",
       .effect = Effect::works,
       .commands = rollback_words,
       .task_type = "srvrollback",
       .task_id = networking,
       .rehearses = rehearse_rollback,
       .force_parameter = "force"},
      {.key = "GET /nodes/{node}/network-history", .commands = [](const Parameters&) { return one({"network", "history", "--diff"}); }},
      {.key = "GET /nodes/{node}/topology",
       .effect = Effect::watches,
       .commands = [](const Parameters&) { return one({"network", "topology"}); }},
      {.key = "GET /nodes/{node}/network-drift",
       .effect = Effect::watches,
       .commands = [](const Parameters&) { return one({"network", "status"}); },
       .shape = drift_of},
  };
}

}  // namespace drawbridge::api
