#include "firewall/tightening.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

bool only_blocks(const rules::Rule& rule) {
  return std::holds_alternative<rules::Drop>(rule.action) || std::holds_alternative<rules::Reject>(rule.action);
}
bool only_accepts(const rules::Rule& rule) {
  return std::holds_alternative<rules::Accept>(rule.action) || std::holds_alternative<rules::Queue>(rule.action);
}
bool do_the_same(const rules::Rule& a, const rules::Rule& b) { return a.action == b.action && a.conditions == b.conditions; }

/// Rules in their order, but for some that block and are gone, and some that accept and are new. Greedy: each old rule finds the first
/// that does the same, so a few changes that only widen are taken for tightening, never the reverse.
bool can_only_widen(const rules::List& before, const rules::List& after) {
  auto next = after.rules.begin();
  for (const rules::Rule& old : before.rules) {
    auto found = next;
    while (found != after.rules.end() && !do_the_same(*found, old) && only_accepts(*found)) ++found;
    if (found != after.rules.end() && do_the_same(*found, old)) {
      next = found + 1;
    } else if (!only_blocks(old)) {
      return false;
    }
  }
  return std::all_of(next, after.rules.end(), only_accepts);
}

std::optional<guest::Vmid> guest_of(std::string_view name) {
  constexpr std::string_view kGuest = "guest/";
  if (!name.starts_with(kGuest)) return std::nullopt;
  name.remove_prefix(kGuest.size());
  return parse_number<guest::Vmid>(name.substr(0, name.find('/')));
}

/// Calls with both sides of each name; nullptr: that side has none.
template <class Map, class Visit>
void side_by_side(const Map& before, const Map& after, Visit visit) {
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    const int order = a == before.end() ? 1 : b == after.end() ? -1 : a->first < b->first ? -1 : b->first < a->first ? 1 : 0;
    visit(order <= 0 ? a->first : b->first, order <= 0 ? &a->second : nullptr, order >= 0 ? &b->second : nullptr);
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
}

class Finder {
 public:
  Finder(const rules::Program& before, const rules::Program& after) : before_(before), after_(after) {}

  Tightening find() && {
    lists();
    sets();
    port_tables();
    dispatch_tables();
    // What asks early decides the same as what asks at the port.
    const auto stages = [](const rules::Program& program) {
      auto all = program.stages;
      all.erase(rules::Stage::guest_in_early);
      return all;
    };
    if (stages(before_) != stages(after_)) found_.everywhere = true;
    return std::move(found_);
  }

 private:
  void concerns(const std::string& name) {
    if (const auto vmid = guest_of(name))
      found_.guests.insert(*vmid);
    else
      found_.everywhere = true;
  }
  void concerns_port(const std::string& port) {
    for (const rules::Program* program : {&before_, &after_}) {
      const auto owners = program->port_tables.find("vmid");
      if (owners == program->port_tables.end()) continue;
      if (const auto owner = owners->second.find(port); owner != owners->second.end() && owner->second.is_single())
        found_.guests.insert(static_cast<guest::Vmid>(owner->second.intervals()[0].first));
    }
  }

  // New lists and sets matter by who comes to use them, and that differs, too.
  void lists() {
    side_by_side(before_.lists, after_.lists, [&](const std::string& name, const rules::ListPointer* a, const rules::ListPointer* b) {
      if (a && b && *a != *b && !can_only_widen(**a, **b)) concerns(name);
    });
  }
  void sets() {
    side_by_side(before_.sets, after_.sets, [&](const std::string& name, const auto* a, const auto* b) {
      if (a && b && *a != *b && ((*a)->ipv4 != (*b)->ipv4 || (*a)->ipv6 != (*b)->ipv6)) concerns(name);
    });
  }
  void port_tables() {
    static const std::map<std::string, rules::NumberSet> kNone;
    for (const auto& [table, entries] : before_.port_tables) {
      if (table == "zone-bridge" || table == "zone-port" || table == "bridge-address") continue;
      const auto other = after_.port_tables.find(table);
      side_by_side(entries, other == after_.port_tables.end() ? kNone : other->second,
                   [&](const std::string& port, const rules::NumberSet* a, const rules::NumberSet* b) {
                     if (a && (!b || *a != *b)) concerns_port(port);
                   });
    }
  }
  /// A port of which nothing was known had no connections either.
  void dispatch_tables() {
    static const std::map<std::string, std::string> kNone;
    const auto entries = [](const rules::Program& program, const std::string& table) -> const std::map<std::string, std::string>& {
      const auto found = program.dispatch_tables.find(table);
      return found == program.dispatch_tables.end() ? kNone : found->second;
    };
    for (const auto& [table, after] : after_.dispatch_tables) {
      const auto& gate = entries(before_, "gate-out");
      side_by_side(entries(before_, table), after, [&](const std::string& port, const std::string* a, const std::string* b) {
        if (table.starts_with("vnet") && (!a || !b || *a != *b)) found_.everywhere = true;
        if (b && (a ? *a != *b : gate.contains(port))) concerns_port(port);
      });
    }
  }

  const rules::Program& before_;
  const rules::Program& after_;
  Tightening found_;
};

}  // namespace

bool Tightening::concerns(const rules::Connection& connection) const {
  if (everywhere) return true;
  if (guests.contains(connection.mark)) return true;
  const auto receiver = rules::card_of_label(connection.label);
  return receiver && guests.contains(receiver->vmid);
}

Tightening find_tightening(const rules::Program& before, const rules::Program& after) {
  if (after.stages.empty()) return {};
  if (before.stages.empty()) return {.everywhere = true};
  return Finder(before, after).find();
}

}  // namespace drawbridge::firewall
