// Rules of every level: drawbridge firewall rules.
#include <array>

#include "api/firewall_levels.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

constexpr std::array<std::string_view, 10> kFields{"macro", "iface", "source", "dest",      "proto",
                                                   "dport", "sport", "log",    "icmp-type", "comment"};

/// Fields as options; of a rule that is there already, those with an empty text go.
void append_fields(Words& words, const Parameters& parameters, bool is_there) {
  for (const auto field : kFields) {
    if (!parameters.has(field)) continue;
    const std::string value = parameters.text(field);
    if (!is_taken_out(value))
      words.push_back(option(field, value));
    else if (is_there)
      words.push_back(option("delete", field));
  }
}

Words add_words(const FirewallLevel& level, const Parameters& parameters) {
  Words words = level.words("rules", parameters);
  append(words, {"add", parameters.text("type"), parameters.text("action"), option("pos", std::to_string(parameters.number("pos"))),
                 parameters.number("enable") > 0 ? "--enable" : "--disable"});
  append_fields(words, parameters, false);
  // Without a place, others' changes don't matter to a rule that is added.
  if (parameters.has("pos")) append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

bool is_moved(const Parameters& parameters) { return parameters.has("moveto") && parameters.number("moveto") != parameters.number("pos"); }

Words change_words(const FirewallLevel& level, const Parameters& parameters) {
  Words words = level.words("rules", parameters);
  if (is_moved(parameters)) {
    append(words, {"move", parameters.text("pos"), parameters.text("moveto")});
  } else {
    append(words, {"set", parameters.text("pos")});
    for (const auto* field : {"type", "action"})
      if (parameters.has(field)) words.push_back(option(field, parameters.text(field)));
    append_fields(words, parameters, true);
    if (parameters.has("enable")) words.emplace_back(parameters.number("enable") > 0 ? "--enable" : "--disable");
    for (const auto name : split_list(parameters.text("delete"))) words.push_back(option("delete", name));
  }
  append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

Words delete_words(const FirewallLevel& level, const Parameters& parameters) {
  Words words = level.words("rules", parameters);
  append(words, {"delete", parameters.text("pos")});
  append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

Answer one_rule(const Parameters& parameters, const Documents& documents) {
  const auto position = static_cast<std::size_t>(parameters.number("pos"));
  if (documents[0].is_array() && position < documents[0].as_array().size()) return answer(documents[0].as_array()[position]);
  return failure(500, "no rule at position " + std::to_string(position));
}

void add_level(std::vector<Step>& steps, const FirewallLevel& level, const std::string& list) {
  const auto listed = [level](const Parameters& parameters) {
    Words words = level.words("rules", parameters);
    words.emplace_back("list");
    return one(std::move(words));
  };
  const std::string each = list + "/{pos}";
  steps.push_back({.key = "GET " + list, .commands = listed});
  steps.push_back(write_step("POST " + list, [level](const Parameters& parameters) { return add_words(level, parameters); }));
  steps.push_back({.key = "GET " + each, .commands = listed, .shape = one_rule});
  steps.push_back(write_step("PUT " + each, [level](const Parameters& parameters) { return change_words(level, parameters); }));
  steps.push_back(write_step("DELETE " + each, [level](const Parameters& parameters) { return delete_words(level, parameters); }));
}

}  // namespace

std::vector<Step> firewall_rule_steps() {
  std::vector<Step> steps;
  auto levels = guest_levels();
  levels.insert(levels.end(), {datacenter_level(), node_level(), vnet_level()});
  for (const auto& level : levels) add_level(steps, level, level.base + "/rules");
  add_level(steps, group_level(), group_level().base);
  return steps;
}

}  // namespace drawbridge::api
