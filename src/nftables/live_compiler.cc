#include "nftables/live_compiler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "nftables/chain_graph.h"

namespace drawbridge::nftables {
namespace {

template <class T>
bool are_equal(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a && b && *a == *b);
}
template <class T>
bool are_equal(const T& a, const T& b) {
  return a == b;
}

/// What is equal and not shared is shared from now on: the next look costs less.
template <class T>
void share(std::shared_ptr<const T>& seen, const std::shared_ptr<const T>& now) {
  if (seen != now) seen = now;
}
template <class T>
void share(T& /*seen*/, const T& /*now*/) {}

/// Makes `seen` what `now` is, and tells what differed.
template <class Value>
void catch_up(rules::ByName<Value>& seen, const rules::ByName<Value>& now, std::set<std::string, std::less<>>& changed) {
  auto old = seen.begin();
  for (auto next = now.begin(); next != now.end(); ++next) {
    while (old != seen.end() && old->first < next->first) {
      changed.insert(old->first);
      old = seen.erase(old);
    }
    if (old == seen.end() || old->first != next->first) {
      changed.insert(next->first);
      seen.insert(old, *next);
      continue;
    }
    if (are_equal(old->second, next->second)) {
      share(old->second, next->second);
    } else {
      changed.insert(next->first);
      old->second = next->second;
    }
    ++old;
  }
  for (; old != seen.end(); old = seen.erase(old)) changed.insert(old->first);
}

template <class Value>
void put_back(Named<Value>& to, const std::string& name, const Value& value) {
  if (value)
    to.insert_or_assign(name, value);
  else
    to.erase(name);
}

/// The table as it was.
void put_back(Table& table, const TableObjects::Before& before) {
  for (const auto& [name, chain] : before.chains) put_back(table.chains, name, chain);
  for (const auto& [name, set] : before.sets) put_back(table.sets, name, set);
  for (const auto& [name, helper] : before.helpers) {
    table.helpers.erase(name);
    if (helper) table.helpers.emplace(name, *helper);
  }
}

template <class Value>
void copy_named(const Named<Value>& from, const std::string& name, Named<Value>& to) {
  if (const auto found = from.find(name); found != from.end()) to.insert(*found);
}

/// What the table has now of what has changed.
Table changed_part(const Table& table, const TableObjects::Before& before) {
  Table part;
  for (const auto& [name, chain] : before.chains) copy_named(table.chains, name, part.chains);
  for (const auto& [name, set] : before.sets) copy_named(table.sets, name, part.sets);
  for (const auto& [name, helper] : before.helpers) copy_named(table.helpers, name, part.helpers);
  return part;
}

}  // namespace

class LiveCompiler::Graph {
 public:
  explicit Graph(const CompileOptions& options) : chains(options), base(Ruleset{options.table, {}}) {}

  Result<void> update(const rules::Program& program) {
    if (is_valid && has_same_frame(program)) {
      const ProgramChange change = catch_up_with(program);
      if (change.is_empty()) return {};
      is_valid = false;
      const auto done = chains.remake(program, change);
      is_valid = done && *done;
      if (is_valid) return {};
    }
    // What goes wrong in parts is told by whoever makes it all.
    if (!base) base = as_settled();
    is_valid = false;
    TRY_VOID(chains.make(program));
    seen = program;
    is_valid = true;
    return {};
  }

  Change change() const {
    if (base) return {*base, chains.ruleset()};
    Change change;
    change.from.name = change.to.name = chains.ruleset().name;
    for (const auto& [family, objects] : chains.tables()) {
      put_back(change.from.tables[family], objects.before());
      change.to.tables.emplace(family, changed_part(objects.table(), objects.before()));
    }
    return change;
  }

  void settle() {
    base.reset();
    for (auto& [family, objects] : chains.tables()) objects.remember();
  }

  ChainGraph chains;

 private:
  bool has_same_frame(const rules::Program& program) const {
    return program.stages == seen.stages && program.log_limit == seen.log_limit && program.syn_limit == seen.syn_limit &&
           program.files.size() >= seen.files.size() && std::ranges::equal(seen.files, std::span(program.files).first(seen.files.size()));
  }

  ProgramChange catch_up_with(const rules::Program& program) {
    ProgramChange change;
    catch_up(seen.lists, program.lists, change.lists);
    catch_up(seen.sets, program.sets, change.sets);
    catch_up(seen.port_tables, program.port_tables, change.port_tables);
    catch_up(seen.dispatch_tables, program.dispatch_tables, change.dispatch_tables);
    catch_up(seen.mac_tables, program.mac_tables, change.mac_tables);
    seen.files.insert(seen.files.end(), program.files.begin() + static_cast<std::ptrdiff_t>(seen.files.size()), program.files.end());
    return change;
  }

  Ruleset as_settled() const {
    Ruleset ruleset = chains.ruleset();
    for (const auto& [family, objects] : chains.tables()) put_back(ruleset.tables[family], objects.before());
    return ruleset;
  }

  rules::Program seen;
  std::optional<Ruleset> base;  ///< what the kernel has, if everything was made anew since
  bool is_valid = false;
};

LiveCompiler::LiveCompiler(CompileOptions options) : graph_(std::make_unique<Graph>(options)) {}
LiveCompiler::~LiveCompiler() = default;
LiveCompiler::LiveCompiler(LiveCompiler&&) noexcept = default;
LiveCompiler& LiveCompiler::operator=(LiveCompiler&&) noexcept = default;

Result<void> LiveCompiler::update(const rules::Program& program) { return graph_->update(program); }
const Ruleset& LiveCompiler::ruleset() const { return graph_->chains.ruleset(); }
LiveCompiler::Change LiveCompiler::change() const { return graph_->change(); }
void LiveCompiler::settle() { graph_->settle(); }

}  // namespace drawbridge::nftables
