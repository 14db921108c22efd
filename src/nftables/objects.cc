#include "nftables/objects.h"

#include <algorithm>

namespace drawbridge::nftables {

Object* TableObjects::find(std::string_view name) {
  const auto found = objects_.find(name);
  return found == objects_.end() ? nullptr : &found->second;
}

Object& TableObjects::add(std::string name, MadeOf source) {
  Object& made = objects_.try_emplace(name).first->second;
  made.name = std::move(name);
  made.source = std::move(source);
  if (const auto* of = std::get_if<OfList>(&made.source)) lists_[of->list].push_back(&made);
  return made;
}

void TableObjects::put(const Object& object, ChainPointer chain) {
  auto& now = table_.chains[object.name];
  if (is_remembering_) before_.chains.try_emplace(object.name, now);
  now = std::move(chain);
}

void TableObjects::put(const Object& object, SetPointer set) {
  auto& now = table_.sets[object.name];
  if (is_remembering_) before_.sets.try_emplace(object.name, now);
  now = std::move(set);
}

void TableObjects::put(const Object& object, const Helper& helper) {
  const auto now = table_.helpers.find(object.name);
  if (is_remembering_) before_.helpers.try_emplace(object.name, now == table_.helpers.end() ? std::nullopt : std::optional(now->second));
  table_.helpers.insert_or_assign(object.name, helper);
}

void TableObjects::use(Object& user, Object& used) {
  user.uses.push_back(&used);
  ++used.users;
}

std::vector<Object*> TableObjects::of_list(std::string_view list) {
  const auto found = lists_.find(list);
  return found == lists_.end() ? std::vector<Object*>() : found->second;
}

void TableObjects::release(const std::vector<Object*>& uses) {
  for (Object* used : uses) {
    if (--used->users > 0) continue;
    release(used->uses);  // no deeper than lists within lists are
    remove(*used);
  }
}

void TableObjects::remove(Object& object) {
  if (const auto chain = table_.chains.find(object.name); chain != table_.chains.end()) {
    if (is_remembering_) before_.chains.try_emplace(object.name, std::move(chain->second));
    table_.chains.erase(chain);
  } else if (const auto set = table_.sets.find(object.name); set != table_.sets.end()) {
    if (is_remembering_) before_.sets.try_emplace(object.name, std::move(set->second));
    table_.sets.erase(set);
  } else if (const auto helper = table_.helpers.find(object.name); helper != table_.helpers.end()) {
    if (is_remembering_) before_.helpers.try_emplace(object.name, std::move(helper->second));
    table_.helpers.erase(helper);
  }
  if (const auto* of = std::get_if<OfList>(&object.source)) {
    const auto chains = lists_.find(of->list);
    std::erase(chains->second, &object);
    if (chains->second.empty()) lists_.erase(chains);
  }
  objects_.erase(objects_.find(object.name));
}

}  // namespace drawbridge::nftables
