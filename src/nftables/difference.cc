#include "nftables/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "nftables/delta.h"
#include "nftables/rule_alignment.h"
#include "nftables/text.h"

namespace drawbridge::nftables {
namespace {

using Kind = Difference::Kind;

std::string format_head(const Chain& chain) {
  return chain.base ? fmt::format("hook {} priority {}", word_of(chain.base->hook), chain.base->priority) : "no hook";
}

class Finder {
 public:
  Finder(TableFamily family, const Table& wanted, const Table& found, std::size_t most, Differences& to)
      : family_(family), wanted_(wanted), found_(found), most_(most), to_(to) {}

  void run(const TableDelta& delta) {
    for (const std::string& name : delta.removed_helpers)
      if (!wanted_.helpers.contains(name)) add(Kind::unexpected, "helper " + name);
    for (const auto& [name, helper] : delta.added_helpers)
      add(found_.helpers.contains(name) ? Kind::changed : Kind::missing, "helper " + name);
    for (const std::string& name : delta.removed_sets)
      if (!wanted_.sets.contains(name)) add(Kind::unexpected, "set " + name);
    for (const auto& [name, set] : delta.added_sets) add(found_.sets.contains(name) ? Kind::changed : Kind::missing, "set " + name);
    for (const auto& [name, change] : delta.changed_sets) elements(name, change);
    for (const std::string& name : delta.removed_chains)
      if (!wanted_.chains.contains(name)) add(Kind::unexpected, "chain " + name);
    for (const auto& [name, chain] : delta.added_chains) {
      const auto other = found_.chains.find(name);
      if (other == found_.chains.end()) {
        add(Kind::missing, "chain " + name);
      } else {
        add(Kind::changed, "chain " + name, {}, format_head(*chain), format_head(*other->second));
      }
    }
    for (const auto& [name, change] : delta.changed_chains) rules(name, *change.to, *change.from);
    // Chains that were only written anew for a set's sake have equal rules.
    for (const auto& [name, chain] : delta.written_chains)
      if (const auto other = found_.chains.find(name); other != found_.chains.end()) rules(name, *chain, *other->second);
  }

  void add(Kind kind, std::string object, std::string origin = {}, std::string wanted = {}, std::string found = {}) {
    ++to_.count;
    if (to_.list.size() < most_)
      to_.list.push_back({kind, family_, std::move(object), std::move(origin), std::move(wanted), std::move(found)});
  }

 private:
  /// Elements whose value changed are in both halves.
  void elements(const std::string& name, const SetChange& change) {
    const auto one = [](const Set& set, std::size_t at) {
      Set alone;
      alone.keys = set.keys;
      const auto parts = std::span(set.parts).subspan(at * set.keys.count, set.keys.count);
      alone.parts.assign(parts.begin(), parts.end());
      if (!set.values.empty()) alone.values = {set.values[at]};
      const std::string text = format_elements(alone);
      return text.substr(2, text.size() - 4);
    };
    const auto list = [&](Kind kind, const Set& set) {
      for (std::size_t at = 0; at < set.size(); ++at) {
        if (to_.list.size() == most_) {
          to_.count += set.size() - at;
          return;
        }
        add(kind, fmt::format("element {} of set {}", one(set, at), name));
      }
    };
    list(Kind::missing, change.added);
    list(Kind::unexpected, change.removed);
  }

  /// Between two rules that both have, those that are only wanted and those that are only found are one rule changed where they have one
  /// comment.
  void rules(const std::string& name, const Chain& wanted, const Chain& found) {
    auto common = common_rules(wanted.rules, found.rules);
    common.emplace_back(wanted.rules.size(), found.rules.size());
    std::size_t w = 0, f = 0;
    for (const auto& [w_end, f_end] : common) {
      while (w < w_end || f < f_end) {
        const bool both = w < w_end && f < f_end;
        if (both && wanted.rules[w].comment == found.rules[f].comment) {
          rule(Kind::changed, name, w, wanted.rules[w].comment, format_rule(wanted.rules[w]), format_rule(found.rules[f]));
          ++w;
          ++f;
        } else if (w < w_end) {
          rule(Kind::missing, name, w, wanted.rules[w].comment, format_rule(wanted.rules[w]), {});
          ++w;
        } else {
          rule(Kind::unexpected, name, f, found.rules[f].comment, {}, format_rule(found.rules[f]));
          ++f;
        }
      }
      w = w_end + 1;
      f = f_end + 1;
    }
  }

  void rule(Kind kind, const std::string& chain, std::size_t at, const std::string& origin, std::string wanted, std::string found) {
    add(kind, fmt::format("rule {} of chain {}", at + 1, chain), origin, std::move(wanted), std::move(found));
  }

  TableFamily family_;
  const Table& wanted_;
  const Table& found_;
  std::size_t most_;
  Differences& to_;
};

}  // namespace

Differences find_differences(const Ruleset& wanted, const Ruleset& found, std::size_t most) {
  Differences differences;
  const Table nothing;
  Ruleset known = found;  // without what no delta could take away one by one
  for (auto& [family, table] : known.tables) table.foreign.clear();
  const Delta delta = make_delta(known, wanted);
  for (const TableFamily family : {TableFamily::inet, TableFamily::bridge}) {
    const auto a = wanted.tables.find(family);
    const auto b = found.tables.find(family);
    Finder finder(family, a == wanted.tables.end() ? nothing : a->second, b == found.tables.end() ? nothing : b->second, most, differences);
    if (b != found.tables.end())
      for (const auto& [object, why] : b->second.foreign) finder.add(Kind::unexpected, object, {}, {}, why);
    const auto table = delta.tables.find(family);
    if (table == delta.tables.end()) continue;
    if (table->second.create || table->second.remove) {
      finder.add(table->second.create ? Kind::missing : Kind::unexpected, fmt::format("table {}", wanted.name));
    } else {
      finder.run(table->second);
    }
  }
  return differences;
}

std::string format_difference(const Difference& difference) {
  std::string text = fmt::format("{}: {}", word_of(difference.family), difference.object);
  if (!difference.origin.empty()) text += fmt::format(" ({})", difference.origin);
  switch (difference.kind) {
    case Kind::missing: text += " is missing"; break;
    case Kind::unexpected: text += " is not ours"; break;
    case Kind::changed: text += " was changed"; break;
  }
  if (difference.kind == Kind::changed && !difference.wanted.empty())
    return text + fmt::format(": \"{}\" instead of \"{}\"", difference.found, difference.wanted);
  const std::string& detail = difference.kind == Kind::missing ? difference.wanted : difference.found;
  return detail.empty() ? text : text + ": " + detail;
}

}  // namespace drawbridge::nftables
