// Security groups, IP sets, aliases: drawbridge firewall group, ipset, alias; and what rules may refer to.
#include "api/firewall_levels.h"
#include "base/address.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

std::vector<FirewallLevel> levels_with_names() {
  auto levels = guest_levels();
  levels.push_back(datacenter_level());
  return levels;
}

/// "group" has no level: there is one list of them.
Words group_words(const Parameters&) { return {"firewall", "group"}; }

std::function<Words(const Parameters&)> level_words(const FirewallLevel& level, std::string verb) {
  return [level, verb = std::move(verb)](const Parameters& parameters) { return level.words(verb, parameters); };
}

using MakeWords = std::function<Words(const Parameters&)>;

/// Reads one list, and perhaps shows one of its items.
Step list_step(std::string key, const MakeWords& begin, std::vector<std::string> words,
               std::function<Answer(const Parameters&, const Documents&)> shape = nullptr) {
  return {.key = std::move(key),
          .commands =
              [begin, words = std::move(words)](const Parameters& parameters) {
                Words all = begin(parameters);
                for (const auto& word : words) all.push_back(word == "{name}" ? parameters.text("name") : word);
                return one(std::move(all));
              },
          .shape = std::move(shape)};
}

void append_comment(Words& words, const Parameters& parameters) {
  if (parameters.has("comment")) words.push_back(option("comment", parameters.text("comment")));
}

/// A name that is made; or, with rename, another that gets it; or its comment.
Words create_words(Words words, const std::string& name, const Parameters& parameters) {
  const std::string old = parameters.text("rename");
  if (old.empty()) {
    append(words, {"create", name});
  } else if (to_lower(old) == to_lower(name)) {
    append(words, {"comment", name});
  } else {
    append(words, {"rename", old, name});
  }
  append_comment(words, parameters);
  if (!old.empty()) append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

Words delete_words(Words words, const std::string& name, const Parameters& parameters) {
  append(words, {"delete", name});
  append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

void add_groups(std::vector<Step>& steps) {
  const std::string list = "/cluster/firewall/groups";
  steps.push_back(list_step("GET " + list, group_words, {"list"}));
  steps.push_back(write_step("POST " + list, [](const Parameters& p) { return create_words(group_words(p), p.text("group"), p); }));
  steps.push_back(
      write_step("DELETE " + list + "/{group}", [](const Parameters& p) { return delete_words(group_words(p), p.text("group"), p); }));
}

/// The same network in other words is the same entry.
bool same_entry(const std::string& a, const std::string& b) {
  const auto left = parse_interface_address(a);
  const auto right = parse_interface_address(b);
  if (left && right) return network_of(*left) == network_of(*right);
  return !left && !right && to_lower(a) == to_lower(b);
}

Answer one_entry(const Parameters& parameters, const Documents& documents) {
  if (documents[0].is_array())
    for (const auto& entry : documents[0].as_array())
      if (same_entry(text_member(entry, "cidr"), parameters.text("cidr"))) return answer(entry);
  return parameter_failure({{"cidr", "no such IP/Network"}});
}

Words entry_words(const MakeWords& begin, std::string_view verb, const Parameters& parameters) {
  Words words = begin(parameters);
  append(words, {std::string(verb), parameters.text("name"), parameters.text("cidr")});
  append_comment(words, parameters);
  if (parameters.flag("nomatch")) words.emplace_back("--nomatch");
  append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

void add_sets(std::vector<Step>& steps, const FirewallLevel& level) {
  const auto begin = level_words(level, "ipset");
  const std::string list = level.base + "/ipset";
  const std::string set = list + "/{name}";
  const std::string entry = set + "/{cidr}";
  steps.push_back(list_step("GET " + list, begin, {"list"}));
  steps.push_back(write_step("POST " + list, [begin](const Parameters& p) { return create_words(begin(p), p.text("name"), p); }));
  steps.push_back(list_step("GET " + set, begin, {"show", "{name}"}));
  steps.push_back(write_step("POST " + set, [begin](const Parameters& p) { return entry_words(begin, "add", p); }));
  steps.push_back(write_step("DELETE " + set, [begin](const Parameters& p) { return delete_words(begin(p), p.text("name"), p); }));
  steps.push_back(list_step("GET " + entry, begin, {"show", "{name}"}, one_entry));
  steps.push_back(write_step("PUT " + entry, [begin](const Parameters& p) { return entry_words(begin, "set", p); }));
  steps.push_back(write_step("DELETE " + entry, [begin](const Parameters& p) { return entry_words(begin, "remove", p); }));
}

Answer one_alias(const Parameters& parameters, const Documents& documents) {
  if (documents[0].is_array())
    for (const auto& alias : documents[0].as_array())
      if (to_lower(text_member(alias, "name")) == to_lower(parameters.text("name"))) return answer(alias);
  return parameter_failure({{"name", "no such alias"}});
}

Words change_alias_words(Words words, const Parameters& parameters) {
  const std::string name = parameters.text("name");
  const std::string renamed = parameters.text("rename");
  if (renamed.empty() || renamed == name)
    append(words, {"set", name, parameters.text("cidr")});
  else
    append(words, {"rename", name, renamed, parameters.text("cidr")});
  words.push_back(option("comment", parameters.text("comment")));
  append_digest(words, parameters);
  append_write(words, parameters);
  return words;
}

void add_aliases(std::vector<Step>& steps, const FirewallLevel& level) {
  const auto begin = level_words(level, "alias");
  const std::string list = level.base + "/aliases";
  const std::string alias = list + "/{name}";
  steps.push_back(list_step("GET " + list, begin, {"list"}));
  steps.push_back(write_step("POST " + list, [begin](const Parameters& p) {
    Words words = begin(p);
    append(words, {"add", p.text("name"), p.text("cidr")});
    append_comment(words, p);
    append_write(words, p);
    return words;
  }));
  steps.push_back(list_step("GET " + alias, begin, {"list"}, one_alias));
  steps.push_back(write_step("PUT " + alias, [begin](const Parameters& p) { return change_alias_words(begin(p), p); }));
  steps.push_back(write_step("DELETE " + alias, [begin](const Parameters& p) { return delete_words(begin(p), p.text("name"), p); }));
}

void add_refs(std::vector<Step>& steps, const FirewallLevel& level) {
  steps.push_back({.key = "GET " + level.base + "/refs", .commands = [level](const Parameters& parameters) {
                     Words words = level.words("refs", parameters);
                     if (parameters.has("type")) words.push_back(option("type", parameters.text("type")));
                     return one(std::move(words));
                   }});
}

}  // namespace

std::vector<Step> firewall_name_steps() {
  std::vector<Step> steps;
  add_groups(steps);
  for (const auto& level : levels_with_names()) {
    add_sets(steps, level);
    add_aliases(steps, level);
    add_refs(steps, level);
  }
  return steps;
}

}  // namespace drawbridge::api
