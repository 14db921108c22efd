#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rules/program.h"

namespace drawbridge::rules {
namespace {

/// Jumps within jumps that the kernel takes (NFT_JUMP_STACK_SIZE of the kernel's nf_tables.h), less the one into the stage's list.
constexpr std::size_t kMostJumps = 15;

class Check {
 public:
  explicit Check(const Program& program) : program_(program) {}

  std::vector<std::string> go() && {
    for (const auto& [name, list] : program_.lists) check_list(name, *list);
    for (const auto& [stage, list] : program_.stages) {
      needs(program_.lists, list, fmt::format("stage {}", word_of(stage)), "list");
      follow(list, 0);
    }
    for (const auto& [name, table] : program_.dispatch_tables)
      for (const auto& [port, list] : table) needs(program_.lists, list, fmt::format("dispatch table {}, {}", name, port), "list");
    for (const auto& [name, table] : program_.mac_tables)
      for (const auto& [key, list] : table)
        needs(program_.lists, list, fmt::format("MAC table {}, {} {}", name, key.bridge, format_mac(key.mac)), "list");
    return std::move(faults_);
  }

 private:
  void needs(const auto& there, const std::string& name, const std::string& who, std::string_view what) {
    if (!there.contains(name)) faults_.push_back(fmt::format("{} names the {} {}, which is not there", who, what, name));
  }

  void check_list(const std::string& name, const List& list) {
    for (std::size_t at = 0; at < list.rules.size(); ++at) {
      const std::string who = fmt::format("list {}, rule {}", name, at);
      for (const Condition& condition : list.rules[at].conditions) check_condition(who, condition);
      check_action(who, list.rules[at].action);
    }
  }

  void check_condition(const std::string& who, const Condition& condition) {
    if (const auto* names = std::get_if<NameTest>(&condition)) {
      for (const std::string& name : names->names)
        if (name.empty()) faults_.push_back(fmt::format("{} names a device without name", who));
      return;
    }
    const Test& test = std::get<Test>(condition);
    if (const auto* set = std::get_if<SetName>(&test.values)) needs(program_.sets, set->name, who, "set");
    if (const auto* table = std::get_if<PortTable>(&test.values)) needs(program_.port_tables, table->name, who, "port table");
    if (const auto* values = std::get_if<NumberSet>(&test.values); values && !values->is_empty()) {
      if (values->intervals().back().last > largest(width_of(test.field)))
        faults_.push_back(fmt::format("{} compares {} with more than its {} bits", who, word_of(test.field), width_of(test.field)));
    }
  }

  void check_action(const std::string& who, const Action& action) {
    if (const auto* jump = std::get_if<Jump>(&action)) needs(program_.lists, jump->list, who, "list");
    if (const auto* dispatch = std::get_if<Dispatch>(&action)) needs(program_.dispatch_tables, dispatch->table, who, "dispatch table");
    if (const auto* by_mac = std::get_if<DispatchByMac>(&action)) needs(program_.mac_tables, by_mac->table, who, "MAC table");
    if (const auto* mark = std::get_if<MarkConnection>(&action)) needs(program_.port_tables, mark->guest.name, who, "port table");
    if (const auto* label = std::get_if<LabelConnection>(&action)) needs(program_.port_tables, label->receiver.name, who, "port table");
    if (const auto* set = std::get_if<SetZone>(&action))
      if (const auto* table = std::get_if<PortTable>(&set->zone)) needs(program_.port_tables, table->name, who, "port table");
  }

  /// Every list is followed once per depth at which it is met deeper than before.
  void follow(const std::string& name, std::size_t depth) {
    const auto list = program_.lists.find(name);
    if (list == program_.lists.end()) return;
    if (depth > kMostJumps || on_the_way_.contains(name)) {
      if (told_.insert(name).second)
        faults_.push_back(depth > kMostJumps ? fmt::format("list {} is more than {} jumps away from its stage", name, kMostJumps)
                                             : fmt::format("list {} leads back to itself", name));
      return;
    }
    if (const auto [seen, first] = depth_of_.try_emplace(name, depth); !first) {
      if (seen->second >= depth) return;
      seen->second = depth;
    }
    on_the_way_.insert(name);
    for (const Rule& rule : list->second->rules) follow_action(rule.action, depth + 1);
    on_the_way_.erase(name);
  }

  void follow_action(const Action& action, std::size_t depth) {
    if (const auto* jump = std::get_if<Jump>(&action)) follow(jump->list, depth);
    if (const auto* dispatch = std::get_if<Dispatch>(&action)) {
      const auto table = program_.dispatch_tables.find(dispatch->table);
      if (table == program_.dispatch_tables.end()) return;
      for (const auto& [port, list] : table->second) follow(list, depth);
    }
    if (const auto* by_mac = std::get_if<DispatchByMac>(&action)) {
      const auto table = program_.mac_tables.find(by_mac->table);
      if (table == program_.mac_tables.end()) return;
      for (const auto& [key, list] : table->second) follow(list, depth);
    }
  }

  const Program& program_;
  std::vector<std::string> faults_;
  std::set<std::string, std::less<>> on_the_way_;
  std::set<std::string, std::less<>> told_;
  std::map<std::string, std::size_t, std::less<>> depth_of_;
};

}  // namespace

std::vector<std::string> check_program(const Program& program) { return Check(program).go(); }

}  // namespace drawbridge::rules
