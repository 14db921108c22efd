// What a node's firewall does: its state, its log, its counters, a packet's way; and whom a change would cut off.
#include <array>

#include "api/firewall_levels.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

/// One command without parameters, its document as it is.
Step plain(std::string key, std::vector<std::string> words, Effect effect) {
  return {.key = std::move(key),
          .effect = effect,
          .commands = [words = std::move(words)](const Parameters&) { return one(words); },
          .shape = as_printed};
}

std::vector<Words> simulate_words(const Parameters& parameters) {
  Words words{"firewall", "simulate"};
  for (const auto& [name, value] : parameters.all())
    if (name != "node") words.push_back(option(name, value));
  return one(std::move(words));
}

/// The log as other programs' readers know it.
std::vector<Words> log_words(const Parameters& parameters) {
  Words words{"firewall", "log", "--lines-of-file"};
  if (parameters.has("vmid")) words.push_back(option("guest", parameters.text("vmid")));
  for (const auto* name : {"start", "limit", "since", "until"})
    if (parameters.has(name)) words.push_back(option(name, parameters.text(name)));
  return one(std::move(words));
}

Answer numbered_lines(const Parameters&, const Documents& documents) {
  if (!documents[0].is_object()) return answer(json::array());
  const auto& document = documents[0].as_object();
  const auto* lines = document.if_contains("lines");
  Answer made = answer(lines == nullptr ? json::value(json::array()) : *lines);
  if (const auto* total = document.if_contains("total")) made.beside["total"] = *total;
  return made;
}

std::vector<Words> packet_words(const Parameters& parameters) {
  Words words{"firewall", "log"};
  for (const auto* name : {"guest", "rule", "grep", "lines"})
    if (parameters.has(name)) words.push_back(option(name, parameters.text(name)));
  if (parameters.flag("host")) words.emplace_back("--host");
  return one(std::move(words));
}

std::vector<Words> count_words(const Parameters& parameters) {
  return one({"firewall", "counters", parameters.flag("counting") ? "on" : "off"});
}

std::vector<Words> confirm_words(const Parameters& parameters) {
  Words words{"firewall", "confirm"};
  if (parameters.has("id")) words.push_back(option("id", parameters.text("id")));
  return one(std::move(words));
}

void add_logs(std::vector<Step>& steps) {
  auto levels = guest_levels();
  levels.push_back(node_level());
  for (const auto& level : levels)
    steps.push_back({.key = "GET " + level.base + "/log", .effect = Effect::watches, .commands = log_words, .shape = numbered_lines});
  steps.push_back({.key = "GET /nodes/{node}/firewall-log", .effect = Effect::watches, .commands = packet_words, .shape = as_printed});
}

}  // namespace

std::vector<Step> firewall_node_steps() {
  const std::string node = node_level().base;
  std::vector<Step> steps{
      plain("GET /cluster/firewall/macros", {"firewall", "macros"}, Effect::reads),
      plain("GET /cluster/firewall/lockout", {"firewall", "options", "datacenter", "enable=1", "--dry-run"}, Effect::watches),
      plain("GET " + node + "/status", {"firewall", "status"}, Effect::watches),
      {.key = "POST " + node + "/confirm", .effect = Effect::writes, .commands = confirm_words, .shape = as_printed},
      plain("POST " + node + "/rollback", {"firewall", "rollback"}, Effect::writes),
      plain("GET " + node + "/check", {"firewall", "check"}, Effect::reads),
      plain("GET " + node + "/compile", {"firewall", "compile"}, Effect::reads),
      plain("GET " + node + "/verify", {"firewall", "verify"}, Effect::watches),
      plain("GET " + node + "/localnet", {"firewall", "localnet"}, Effect::watches),
      plain("GET " + node + "/counters", {"firewall", "counters"}, Effect::watches),
      {.key = "POST " + node + "/counters", .effect = Effect::writes, .commands = count_words, .shape = as_printed},
      {.key = "POST " + node + "/simulate", .effect = Effect::watches, .commands = simulate_words, .shape = as_printed},
  };
  add_logs(steps);
  return steps;
}

}  // namespace drawbridge::api
