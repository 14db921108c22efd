#include "nftables/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "nftables/conditions.h"
#include "nftables/merge.h"
#include "nftables/name.h"
#include "nftables/place.h"
#include "nftables/set_pool.h"
#include "packetlog/record.h"

namespace drawbridge::nftables {
namespace {

constexpr std::size_t kDeepest = 15;        // NFT_JUMP_STACK_SIZE is 16; the kernel refuses more
constexpr std::size_t kManySets = 128;      // of one table
constexpr std::size_t kCommentBytes = 120;  // nft's own limit is 128

constexpr std::array<std::string_view, 8> kLevels{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};

/// Makes what one program's stages need, chain by chain, as they are asked for.
class Compiler {
 public:
  Compiler(const rules::Program& program, const CompileOptions& options) : program_(program), options_(options) {}
  Result<Ruleset> run();

 private:
  struct Scene {
    Place place;
    Table* table = nullptr;
    SetPool* pool = nullptr;
  };

  Result<void> add_stage(rules::Stage stage, const std::string& list);
  Result<std::string> list_chain(const std::string& list, const Scene& scene, std::size_t depth);
  Result<Chain> chain_of_list(const rules::List& list, const Scene& scene, std::size_t depth);
  Result<void> add_rule(const rules::Rule& rule, const std::string& comment, const Scene& scene, std::size_t depth, Chain& chain);
  void add_way(const Way& way, const rules::Rule& rule, std::span<const Statement> action, const std::string& comment, Chain& chain);
  Result<std::vector<std::pair<Way, std::vector<Statement>>>> with_action(Way way, const rules::Rule& rule, const Scene& scene,
                                                                          std::size_t depth);
  Result<std::vector<Statement>> action_of(const rules::Action& action, const Scene& scene, std::size_t depth);
  Result<Statement> zone_of(const rules::SetZone& set, const Scene& scene);
  Result<Statement> dispatch(const rules::Dispatch& dispatch, const Scene& scene, std::size_t depth);
  Result<Statement> dispatch_by_mac(const rules::DispatchByMac& dispatch, const Scene& scene, std::size_t depth);

  bool differs_by_place(const std::string& list, std::size_t depth = 0);
  bool asks_place(const rules::Rule& rule, std::size_t depth);
  std::string variant(std::string name, bool differs, const Scene& scene) const;
  std::string origin(const rules::Origin& origin) const;
  std::string line_of(const rules::Origin& origin) const;
  Error located(Error error, const rules::Origin& origin) const;

  const rules::Program& program_;
  const CompileOptions& options_;
  Ruleset ruleset_;
  std::map<TableFamily, SetPool> pools_;
  std::map<std::string, bool, std::less<>> differs_;
  std::map<std::pair<TableFamily, std::string>, std::size_t> depths_;
};

std::string Compiler::origin(const rules::Origin& origin) const {
  if (origin.line == 0 || origin.file >= program_.files.size()) return std::string(origin.reason);
  return fmt::format("{}:{}", program_.files[origin.file], origin.line);
}

/// "100.fw:7", for the log: its prefix has no room for folders. Empty for what is nobody's line.
std::string Compiler::line_of(const rules::Origin& origin) const {
  if (origin.line == 0 || origin.file >= program_.files.size()) return {};
  const std::string_view path = program_.files[origin.file];
  return fmt::format("{}:{}", path.substr(path.rfind('/') + 1), origin.line);
}

Error Compiler::located(Error error, const rules::Origin& origin) const {
  if (error.where == SourceLocation{} && origin.line != 0 && origin.file < program_.files.size()) {
    error.where.file = program_.files[origin.file];
    error.where.line = origin.line;
  }
  return error;
}

/// True if the rule means different things at different hooks.
bool Compiler::asks_place(const rules::Rule& rule, std::size_t depth) {
  for (const rules::Condition& condition : rule.conditions) {
    const auto* test = std::get_if<rules::Test>(&condition);
    if (test == nullptr || std::holds_alternative<rules::PortTable>(test->values)) return true;
  }
  if (std::holds_alternative<rules::Reject>(rule.action) || std::holds_alternative<rules::MarkConnection>(rule.action) ||
      std::holds_alternative<rules::LabelConnection>(rule.action) || std::holds_alternative<rules::SetZone>(rule.action))
    return true;
  if (const auto* jump = std::get_if<rules::Jump>(&rule.action)) return differs_by_place(jump->list, depth + 1);
  return std::holds_alternative<rules::Dispatch>(rule.action) || std::holds_alternative<rules::DispatchByMac>(rule.action);
}

bool Compiler::differs_by_place(const std::string& list, std::size_t depth) {
  const auto known = differs_.find(list);
  if (known != differs_.end()) return known->second;
  const auto found = program_.lists.find(list);
  if (found == program_.lists.end() || depth > kDeepest) return false;  // list_chain says what is wrong
  const bool differs = std::ranges::any_of(found->second->rules, [&](const rules::Rule& rule) { return asks_place(rule, depth); });
  differs_.emplace(list, differs);
  return differs;
}

std::string Compiler::variant(std::string name, bool differs, const Scene& scene) const {
  if (differs) name += fmt::format(".{}", scene.place.word);
  return name;
}

Result<std::string> Compiler::list_chain(const std::string& list, const Scene& scene, std::size_t depth) {
  const auto found = program_.lists.find(list);
  if (found == program_.lists.end() || found->second == nullptr) return fail(Errc::bug, fmt::format("the program has no list {}", list));
  if (depth > kDeepest) return fail(Errc::unsupported, fmt::format("lists within lists, {} deep, at {}", depth, list));
  std::string name = variant("list/" + object_name(list), differs_by_place(list), scene);
  // The depth counts along each way, so chains that are there already are looked at again only if this way is deeper.
  auto& deepest = depths_[{scene.place.family, name}];
  if (scene.table->chains.contains(name) && deepest >= depth) return name;
  deepest = depth;
  Chain chain = TRY(chain_of_list(*found->second, scene, depth));
  scene.table->chains.insert_or_assign(name, std::make_shared<const Chain>(std::move(chain)));
  return name;
}

Result<Chain> Compiler::chain_of_list(const rules::List& list, const Scene& scene, std::size_t depth) {
  Chain chain;
  if (!options_.merge || options_.counters) {
    for (const rules::Rule& rule : list.rules) TRY_VOID(add_rule(rule, origin(rule.origin), scene, depth, chain));
    return chain;
  }
  for (const MergedRule& merged : merge_rules(list)) {
    // The kernel finds sets by walking a list of them: where there are many, more rules cost less than another set.
    if (merged.members.size() > 1 && scene.table->sets.size() >= kManySets) {
      for (const std::size_t member : merged.members)
        TRY_VOID(add_rule(list.rules[member], origin(list.rules[member].origin), scene, depth, chain));
      continue;
    }
    std::string comment;
    for (const std::size_t member : merged.members) {
      const rules::Origin& from = list.rules[member].origin;
      const std::string next = origin(from);
      // Lines of the same file after the first are their numbers alone.
      const auto colon = next.rfind(':');
      const bool same_file = !comment.empty() && from.line != 0 && comment.starts_with(next.substr(0, colon + 1));
      comment += comment.empty() ? next : same_file ? "," + next.substr(colon + 1) : ", " + next;
    }
    TRY_VOID(add_rule(merged.rule, comment, scene, depth, chain));
  }
  return chain;
}

Result<void> Compiler::add_rule(const rules::Rule& rule, const std::string& comment, const Scene& scene, std::size_t depth, Chain& chain) {
  auto ways = translate_conditions(rule, program_, scene.place, *scene.pool);
  if (!ways) return fail(located(std::move(ways.error()), rule.origin));
  for (Way& way : *ways) {
    auto parts = with_action(std::move(way), rule, scene, depth);
    if (!parts) return fail(located(std::move(parts.error()), rule.origin));
    for (const auto& [part, action] : *parts) add_way(part, rule, action, comment, chain);
  }
  return {};
}

void Compiler::add_way(const Way& way, const rules::Rule& rule, std::span<const Statement> action, const std::string& comment,
                       Chain& chain) {
  std::string_view tail = comment;
  if (tail.size() > kCommentBytes) tail.remove_suffix(tail.size() - kCommentBytes);
  Rule made{way.statements, std::string(tail)};
  if (rule.log) {
    std::string prefix = packetlog::format_prefix(
        {.vmid = rule.log->vmid, .level = rule.log->level, .chain = rule.log->chain, .text = rule.log->text, .rule = line_of(rule.origin)});
    if (program_.log_limit.enabled) {
      static constexpr std::array<std::uint64_t, 4> kSeconds{1, 60, 3600, 86400};
      const Rate rate{program_.log_limit.rate, kSeconds.at(static_cast<std::size_t>(program_.log_limit.per)), program_.log_limit.burst};
      Rule logged = made;
      logged.statements.emplace_back(Limit{rate});
      logged.statements.emplace_back(LogTo{std::move(prefix), 0});
      chain.rules.push_back(std::move(logged));
    } else {
      made.statements.emplace_back(LogTo{std::move(prefix), 0});
    }
  }
  if (options_.counters) made.statements.emplace_back(Counter{});
  made.statements.insert(made.statements.end(), action.begin(), action.end());
  if (made.statements.size() > way.statements.size()) chain.rules.push_back(std::move(made));
}

/// A rejection is several rules if its answer depends on the packet.
Result<std::vector<std::pair<Way, std::vector<Statement>>>> Compiler::with_action(Way way, const rules::Rule& rule, const Scene& scene,
                                                                                  std::size_t depth) {
  std::vector<std::pair<Way, std::vector<Statement>>> parts;
  if (way.counts && rule.log && program_.log_limit.enabled)
    return fail(Errc::unsupported, "a limited log of connection attempts over the limit");
  const auto* reject = std::get_if<rules::Reject>(&rule.action);
  const std::vector<Statement> drop{Verdict{Verdict::Kind::drop, {}}};
  if (reject == nullptr) {
    std::vector<Statement> action = TRY(action_of(rule.action, scene, depth));
    parts.emplace_back(std::move(way), std::move(action));
  } else if (!scene.place.rejects) {
    parts.emplace_back(std::move(way), drop);
  } else if (way.counts) {
    return fail(Errc::unsupported, "rejecting connection attempts over the limit");
  } else if (reject->with == rules::Reject::With::tcp_reset) {
    const bool all_tcp = way.protocols == rules::NumberSet::of(6);
    Way tcp = all_tcp ? way : restricted_to_protocol(way, 6);
    parts.emplace_back(std::move(tcp), std::vector<Statement>{RejectWith{RejectWith::Type::tcp_reset, 0}});
    if (!all_tcp) parts.emplace_back(std::move(way), drop);
  } else if (reject->with == rules::Reject::With::port_unreachable) {
    parts.emplace_back(std::move(way), std::vector<Statement>{RejectWith{RejectWith::Type::icmpx, 1}});
  } else if (reject->with == rules::Reject::With::admin_prohibited) {
    parts.emplace_back(std::move(way), std::vector<Statement>{RejectWith{RejectWith::Type::icmpx, 3}});
  } else {  // "host prohibited" is IPv4's; IPv6 has its administrator only
    const bool all_v4 = way.ether_types == rules::NumberSet::of(rules::kEtherIpv4);
    if (way.ether_types.contains(rules::kEtherIpv4)) {
      Way ipv4 = all_v4 ? way : restricted_to_ipv4(way, scene.place.family);
      parts.emplace_back(std::move(ipv4), std::vector<Statement>{RejectWith{RejectWith::Type::icmp, 10}});
    }
    if (!all_v4) parts.emplace_back(std::move(way), std::vector<Statement>{RejectWith{RejectWith::Type::icmpx, 3}});
  }
  return parts;
}

Result<std::vector<Statement>> Compiler::action_of(const rules::Action& action, const Scene& scene, std::size_t depth) {
  std::vector<Statement> made;
  if (std::holds_alternative<rules::Accept>(action)) made.emplace_back(Verdict{Verdict::Kind::accept, {}});
  if (std::holds_alternative<rules::Drop>(action)) made.emplace_back(Verdict{Verdict::Kind::drop, {}});
  if (std::holds_alternative<rules::Return>(action)) made.emplace_back(Verdict{Verdict::Kind::go_back, {}});
  if (const auto* jump = std::get_if<rules::Jump>(&action))
    made.emplace_back(Verdict{Verdict::Kind::jump, TRY(list_chain(jump->list, scene, depth + 1))});
  if (const auto* by_name = std::get_if<rules::Dispatch>(&action)) made.push_back(TRY(dispatch(*by_name, scene, depth)));
  if (const auto* by_mac = std::get_if<rules::DispatchByMac>(&action)) made.push_back(TRY(dispatch_by_mac(*by_mac, scene, depth)));
  if (const auto* mark = std::get_if<rules::MarkConnection>(&action)) {
    // Where the port is not known yet it has no number, and the mark stays.
    if (const auto key = key_of(mark->guest.side, scene.place))
      made.emplace_back(SetMark{*key, TRY(scene.pool->number_map(mark->guest.name, Set::Kind::mark_map))});
  }
  if (const auto* label = std::get_if<rules::LabelConnection>(&action)) {
    if (const auto key = key_of(label->receiver.side, scene.place))
      made.emplace_back(SetLabel{*key, TRY(scene.pool->number_map(label->receiver.name, Set::Kind::label_map))});
  }
  if (const auto* zone = std::get_if<rules::SetZone>(&action)) made.push_back(TRY(zone_of(*zone, scene)));
  if (const auto* helper = std::get_if<rules::SetHelper>(&action)) {
    std::string object = fmt::format("helper/{}.{}", object_name(helper->helper), helper->protocol);
    scene.table->helpers.insert_or_assign(object, Helper{helper->helper, helper->protocol});
    made.emplace_back(SetHelper{std::move(object)});
  }
  if (const auto* queue = std::get_if<rules::Queue>(&action)) made.emplace_back(QueueTo{queue->first, queue->last});
  return made;
}

Result<Statement> Compiler::zone_of(const rules::SetZone& set, const Scene& scene) {
  if (const auto* zone = std::get_if<std::uint16_t>(&set.zone)) return SetZone{*zone};
  const auto& table = std::get<rules::PortTable>(set.zone);
  const auto key = key_of(table.side, scene.place);
  if (!key)
    return fail(Errc::unsupported,
                fmt::format("table {}: {} is not known at {}", table.name, rules::word_of(table.side), scene.place.word));
  return SetZoneFrom{*key, TRY(scene.pool->number_map(table.name, Set::Kind::zone_map))};
}

Result<Statement> Compiler::dispatch(const rules::Dispatch& dispatch, const Scene& scene, std::size_t depth) {
  const auto key = key_of(dispatch.field, scene.place);
  if (!key) return fail(Errc::unsupported, fmt::format("{} is not known at {}", rules::word_of(dispatch.field), scene.place.word));
  const auto found = program_.dispatch_tables.find(dispatch.table);
  if (found == program_.dispatch_tables.end()) return fail(Errc::bug, fmt::format("the program has no table {}", dispatch.table));
  const bool differs = std::ranges::any_of(found->second, [&](const auto& entry) { return differs_by_place(entry.second); });
  std::string name = variant("lists/" + object_name(dispatch.table), differs, scene);
  Set map;
  map.kind = Set::Kind::verdict_map;
  map.keys = keys_of(set_key(*key));
  for (const auto& [port, list] : found->second) {
    const auto port_name = interval_of_name(port);
    if (!port_name || port_name->first != port_name->last)
      return fail(Errc::unsupported, fmt::format("table {}: \"{}\" is no device's name", dispatch.table, port));
    map.parts.push_back(*port_name);
    map.values.emplace_back(Verdict{Verdict::Kind::jump, TRY(list_chain(list, scene, depth + 1))});
  }
  scene.table->sets.try_emplace(name, std::make_shared<const Set>(std::move(map)));
  return VerdictLookup{keys_of(*key), std::move(name)};
}

Result<Statement> Compiler::dispatch_by_mac(const rules::DispatchByMac& dispatch, const Scene& scene, std::size_t depth) {
  const auto key = key_of(rules::NameField::in_bridge, scene.place);
  if (!key) return fail(Errc::unsupported, fmt::format("in-bridge is not known at {}", scene.place.word));
  const auto found = program_.mac_tables.find(dispatch.table);
  if (found == program_.mac_tables.end()) return fail(Errc::bug, fmt::format("the program has no table {}", dispatch.table));
  const bool differs = std::ranges::any_of(found->second, [&](const auto& entry) { return differs_by_place(entry.second); });
  std::string name = variant("macs/" + object_name(dispatch.table), differs, scene);
  std::map<std::pair<rules::Interval, rules::Interval>, std::string> sorted;
  for (const auto& [target, list] : found->second) {
    const auto bridge = interval_of_name(target.bridge);
    if (!bridge || bridge->first != bridge->last) return fail(Errc::unsupported, fmt::format("\"{}\" is no bridge's name", target.bridge));
    const rules::Number mac = rules::number_of(target.mac);
    sorted.emplace(std::pair{*bridge, rules::Interval{mac, mac}}, list);
  }
  Set map;
  map.kind = Set::Kind::verdict_map;
  map.keys = keys_of(set_key(*key), set_key(Key::ether_daddr));
  for (const auto& [element, list] : sorted) {
    map.parts.push_back(element.first);
    map.parts.push_back(element.second);
    map.values.emplace_back(Verdict{Verdict::Kind::jump, TRY(list_chain(list, scene, depth + 1))});
  }
  scene.table->sets.try_emplace(name, std::make_shared<const Set>(std::move(map)));
  return VerdictLookup{keys_of(*key, Key::ether_daddr), std::move(name)};
}

Result<void> Compiler::add_stage(rules::Stage stage, const std::string& list) {
  const auto found = program_.lists.find(list);
  if (found == program_.lists.end() || found->second == nullptr) return fail(Errc::bug, fmt::format("the program has no list {}", list));
  for (const StageHook& hook : hooks_of(stage)) {
    Table& table = ruleset_.tables[hook.place.family];
    SetPool& pool = pools_.try_emplace(hook.place.family, program_, table).first->second;
    const Scene scene{hook.place, &table, &pool};
    Chain chain = TRY(chain_of_list(*found->second, scene, 0));
    chain.base = Base{hook.hook, hook.priority};
    const bool second = hook.hook == Hook::output && stage == rules::Stage::helpers;
    table.chains.insert_or_assign(std::string(chain_of(stage)) + (second ? "-out" : ""), std::make_shared<const Chain>(std::move(chain)));
  }
  return {};
}

Result<Ruleset> Compiler::run() {
  ruleset_.name = options_.table;
  ruleset_.tables[TableFamily::inet];
  ruleset_.tables[TableFamily::bridge];
  for (const auto& [stage, list] : program_.stages) TRY_VOID(add_stage(stage, list));
  return std::move(ruleset_);
}

}  // namespace

Result<Ruleset> compile(const rules::Program& program, const CompileOptions& options) { return Compiler(program, options).run(); }

}  // namespace drawbridge::nftables
