#include "nftables/chain_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nftables/conditions.h"
#include "nftables/name.h"
#include "nftables/rule_maker.h"

namespace drawbridge::nftables {
namespace {

constexpr std::size_t kDeepest = 15;  // NFT_JUMP_STACK_SIZE is 16; the kernel refuses more

/// Of what has one.
std::size_t depth_of(const Object& object) {
  if (const auto* list = std::get_if<OfList>(&object.source)) return list->depth;
  if (const auto* map = std::get_if<OfDispatch>(&object.source)) return map->depth;
  if (const auto* map = std::get_if<OfMacs>(&object.source)) return map->depth;
  return 0;
}

template <class Tables>
Result<const typename Tables::value_type*> table_of(const Tables& tables, const std::string& name) {
  const auto found = tables.find(name);
  if (found == tables.end()) return fail(Errc::bug, fmt::format("the program has no table {}", name));
  return &*found;
}

Result<Key> place_key(rules::NameField field, const Place& place) {
  const auto key = key_of(field, place);
  if (!key) return fail(Errc::unsupported, fmt::format("{} is not known at {}", rules::word_of(field), place.word));
  return *key;
}

}  // namespace

void ChainGraph::clear() {
  tables_.clear();
  differs_.clear();
  ruleset_ = {};
  ruleset_.name = options_.table;
  for (const TableFamily family : {TableFamily::inet, TableFamily::bridge}) tables_.emplace(family, ruleset_.tables[family]);
}

Result<void> ChainGraph::make(const rules::Program& program) {
  clear();
  program_ = &program;
  worth_ = worth_a_set(program);
  for (const auto& [stage, list] : program.stages) TRY_VOID(make_stage(stage, list));
  return {};
}

Result<void> ChainGraph::make_stage(rules::Stage stage, const std::string& list) {
  for (const StageHook& hook : hooks_of(stage)) {
    const bool second = hook.hook == Hook::output && stage == rules::Stage::helpers;
    TableObjects& objects = tables_.at(hook.place.family);
    Object& chain = objects.add(std::string(chain_of(stage)) + (second ? "-out" : ""), OfList{list, &hook.place, &hook});
    TRY_VOID(fill_chain(objects, chain));
  }
  return {};
}

/// True if the rule means different things at different hooks.
bool ChainGraph::asks_place(const rules::Rule& rule, std::size_t depth) {
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

bool ChainGraph::differs_by_place(const std::string& list, std::size_t depth) {
  const auto known = differs_.find(list);
  if (known != differs_.end()) return known->second;
  const auto found = program_->lists.find(list);
  if (found == program_->lists.end() || depth > kDeepest) return false;  // use_list says what is wrong
  differs_.emplace(list, false);                                         // for who comes round in a circle
  const bool differs = std::ranges::any_of(found->second->rules, [&](const rules::Rule& rule) { return asks_place(rule, depth); });
  differs_.insert_or_assign(list, differs);
  return differs;
}

std::string ChainGraph::variant(std::string name, bool differs, const Place& place) {
  if (differs) name += fmt::format(".{}", place.word);
  return name;
}

Result<void> ChainGraph::fill_chain(TableObjects& objects, Object& chain) {
  const OfList source = std::get<OfList>(chain.source);
  const auto list = program_->lists.find(source.list);
  if (list == program_->lists.end() || list->second == nullptr)
    return fail(Errc::bug, fmt::format("the program has no list {}", source.list));
  const std::vector<Object*> before = std::exchange(chain.uses, {});
  const Scene scene{*source.place, objects, chain};
  SetPool pool(*program_, objects, chain);
  RuleMaker maker(*program_, options_, *source.place, pool, [&](const rules::Action& action) { return action_of(action, scene); });
  Chain made;
  made.rules = TRY(maker.rules_of(*list->second, worth_));
  if (source.hook != nullptr) made.base = Base{source.hook->hook, source.hook->priority};
  made.rules.shrink_to_fit();
  objects.put(chain, std::make_shared<const Chain>(std::move(made)));
  objects.release(before);
  return {};
}

Result<std::string> ChainGraph::use_list(const std::string& list, const Place& place, TableObjects& objects, Object& user) {
  const std::size_t depth = depth_of(user) + 1;
  if (depth > kDeepest) return fail(Errc::unsupported, fmt::format("lists within lists, {} deep, at {}", depth, list));
  std::string name = variant("list/" + object_name(list), differs_by_place(list), place);
  if (Object* const known = objects.find(name)) {
    objects.use(user, *known);
    TRY_VOID(deepen(*known, depth));
    return name;
  }
  Object& made = objects.add(name, OfList{list, &place, nullptr, depth});
  objects.use(user, made);
  TRY_VOID(fill_chain(objects, made));
  return name;
}

/// What is there already is looked at again only if this way to it is longer.
Result<void> ChainGraph::deepen(Object& object, std::size_t depth) {
  if (depth <= depth_of(object)) return {};
  if (auto* list = std::get_if<OfList>(&object.source)) {
    if (depth > kDeepest) return fail(Errc::unsupported, fmt::format("lists within lists, {} deep, at {}", depth, list->list));
    list->depth = depth;
  } else if (auto* map = std::get_if<OfDispatch>(&object.source)) {
    map->depth = depth;
  } else if (auto* macs = std::get_if<OfMacs>(&object.source)) {
    macs->depth = depth;
  } else {
    return {};
  }
  for (Object* used : object.uses) TRY_VOID(deepen(*used, std::holds_alternative<OfList>(used->source) ? depth + 1 : depth));
  return {};
}

Result<std::vector<Statement>> ChainGraph::action_of(const rules::Action& action, const Scene& scene) {
  std::vector<Statement> made;
  if (std::holds_alternative<rules::Accept>(action)) made.emplace_back(Verdict{Verdict::Kind::accept, {}});
  if (std::holds_alternative<rules::Drop>(action)) made.emplace_back(Verdict{Verdict::Kind::drop, {}});
  if (std::holds_alternative<rules::Return>(action)) made.emplace_back(Verdict{Verdict::Kind::go_back, {}});
  if (const auto* jump = std::get_if<rules::Jump>(&action)) {
    std::string chain = TRY(use_list(jump->list, scene.place, scene.objects, scene.user));
    made.emplace_back(Verdict{Verdict::Kind::jump, std::move(chain)});
  }
  if (const auto* by_name = std::get_if<rules::Dispatch>(&action)) made.push_back(TRY(dispatch(*by_name, scene)));
  if (const auto* by_mac = std::get_if<rules::DispatchByMac>(&action)) made.push_back(TRY(dispatch_by_mac(*by_mac, scene)));
  // Where the port is not known yet it has no number, and the connection stays as it is.
  if (const auto* mark = std::get_if<rules::MarkConnection>(&action)) {
    if (const auto key = key_of(mark->guest.side, scene.place)) {
      std::string map = TRY(number_map_of(mark->guest.name, Set::Kind::mark_map, scene));
      made.emplace_back(SetMark{*key, std::move(map)});
    }
  }
  if (const auto* label = std::get_if<rules::LabelConnection>(&action)) {
    if (const auto key = key_of(label->receiver.side, scene.place)) {
      std::string map = TRY(number_map_of(label->receiver.name, Set::Kind::label_map, scene));
      made.emplace_back(SetLabel{*key, std::move(map)});
    }
  }
  if (const auto* zone = std::get_if<rules::SetZone>(&action)) made.push_back(TRY(zone_of(*zone, scene)));
  if (const auto* helper = std::get_if<rules::SetHelper>(&action)) made.emplace_back(SetHelper{use_helper(*helper, scene)});
  if (const auto* queue = std::get_if<rules::Queue>(&action)) made.emplace_back(QueueTo{queue->first, queue->last});
  return made;
}

Result<std::string> ChainGraph::number_map_of(const std::string& table, Set::Kind kind, const Scene& scene) {
  return SetPool(*program_, scene.objects, scene.user).number_map(table, kind);
}

Result<Statement> ChainGraph::zone_of(const rules::SetZone& set, const Scene& scene) {
  if (const auto* zone = std::get_if<std::uint16_t>(&set.zone)) return SetZone{*zone};
  const auto& table = std::get<rules::PortTable>(set.zone);
  const auto key = key_of(table.side, scene.place);
  if (!key)
    return fail(Errc::unsupported,
                fmt::format("table {}: {} is not known at {}", table.name, rules::word_of(table.side), scene.place.word));
  std::string map = TRY(number_map_of(table.name, Set::Kind::zone_map, scene));
  return SetZoneFrom{*key, std::move(map)};
}

std::string ChainGraph::use_helper(const rules::SetHelper& set, const Scene& scene) {
  std::string name = fmt::format("helper/{}.{}", object_name(set.helper), set.protocol);
  Object* helper = scene.objects.find(name);
  if (helper == nullptr) {
    helper = &scene.objects.add(name, OfHelper{});
    scene.objects.put(*helper, Helper{set.helper, set.protocol});
  }
  scene.objects.use(scene.user, *helper);
  return name;
}

/// A map that is there already is looked at again only if this way to it is longer.
Result<void> ChainGraph::use_map(const std::string& name, MadeOf source, const Scene& scene, Fill fill) {
  if (Object* const known = scene.objects.find(name)) {
    scene.objects.use(scene.user, *known);
    return deepen(*known, depth_of(scene.user));
  }
  Object& made = scene.objects.add(name, std::move(source));
  scene.objects.use(scene.user, made);
  return (this->*fill)(scene.objects, made);
}

Result<Statement> ChainGraph::dispatch(const rules::Dispatch& dispatch, const Scene& scene) {
  const Key key = TRY(place_key(dispatch.field, scene.place));
  const auto* table = TRY(table_of(program_->dispatch_tables, dispatch.table));
  const std::string name = map_name("lists/", *table, scene.place);
  TRY_VOID(use_map(name, OfDispatch{dispatch.table, &scene.place, depth_of(scene.user)}, scene, &ChainGraph::fill_dispatch));
  return VerdictLookup{keys_of(key), name};
}

Result<void> ChainGraph::fill_dispatch(TableObjects& objects, Object& object) {
  const OfDispatch source = std::get<OfDispatch>(object.source);
  const auto* table = TRY(table_of(program_->dispatch_tables, source.table));
  const std::vector<Object*> before = std::exchange(object.uses, {});
  Set map;
  map.kind = Set::Kind::verdict_map;
  map.keys = keys_of(set_key(Key::iifname));  // as all names of devices
  for (const auto& [port, list] : table->second) {
    const auto port_name = interval_of_name(port);
    if (!port_name || port_name->first != port_name->last)
      return fail(Errc::unsupported, fmt::format("table {}: \"{}\" is no device's name", source.table, port));
    std::string chain = TRY(use_list(list, *source.place, objects, object));
    map.parts.push_back(*port_name);
    map.values.emplace_back(Verdict{Verdict::Kind::jump, std::move(chain)});
  }
  objects.put(object, std::make_shared<const Set>(std::move(map)));
  objects.release(before);
  return {};
}

Result<Statement> ChainGraph::dispatch_by_mac(const rules::DispatchByMac& dispatch, const Scene& scene) {
  const Key key = TRY(place_key(rules::NameField::in_bridge, scene.place));
  const auto* table = TRY(table_of(program_->mac_tables, dispatch.table));
  const std::string name = map_name("macs/", *table, scene.place);
  TRY_VOID(use_map(name, OfMacs{dispatch.table, &scene.place, depth_of(scene.user)}, scene, &ChainGraph::fill_macs));
  return VerdictLookup{keys_of(key, Key::ether_daddr), name};
}

Result<void> ChainGraph::fill_macs(TableObjects& objects, Object& object) {
  const OfMacs source = std::get<OfMacs>(object.source);
  const auto* table = TRY(table_of(program_->mac_tables, source.table));
  const std::vector<Object*> before = std::exchange(object.uses, {});
  std::map<std::pair<rules::Interval, rules::Interval>, std::string> sorted;
  for (const auto& [target, list] : table->second) {
    const auto bridge = interval_of_name(target.bridge);
    if (!bridge || bridge->first != bridge->last) return fail(Errc::unsupported, fmt::format("\"{}\" is no bridge's name", target.bridge));
    const rules::Number mac = rules::number_of(target.mac);
    sorted.emplace(std::pair{*bridge, rules::Interval{mac, mac}}, list);
  }
  Set map;
  map.kind = Set::Kind::verdict_map;
  map.keys = keys_of(set_key(Key::ibrname), set_key(Key::ether_daddr));
  for (const auto& [element, list] : sorted) {
    std::string chain = TRY(use_list(list, *source.place, objects, object));
    map.parts.push_back(element.first);
    map.parts.push_back(element.second);
    map.values.emplace_back(Verdict{Verdict::Kind::jump, std::move(chain)});
  }
  objects.put(object, std::make_shared<const Set>(std::move(map)));
  objects.release(before);
  return {};
}

}  // namespace drawbridge::nftables
