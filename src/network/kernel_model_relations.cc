#include "network/kernel_model_relations.h"

#include <algorithm>
#include <array>

namespace drawbridge::network::model {
namespace {

template <class Belongs>
NameList names_where(const Snapshot& snapshot, Belongs belongs) {
  NameList names;
  for (const auto& [name, link] : snapshot.links)
    if (belongs(link)) names.push_back(name);
  return names;
}

}  // namespace

std::string lower_of(const Link& link) {
  static constexpr std::array<std::string_view, 6> kOnParents{"vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec"};
  if (std::ranges::find(kOnParents, link.kind) != kOnParents.end()) return link.parent;
  if (link.kind != "vxlan") return {};
  const auto device = link.data.find("link");
  if (device == link.data.end() || !std::holds_alternative<std::string>(device->second)) return {};
  return std::get<std::string>(device->second);
}

Relations::VlanKey Relations::key_of(const Link& link) {
  const auto id = link.data.find("id");
  const auto protocol = link.data.find("protocol");
  return {
      link.parent,
      protocol != link.data.end() && std::holds_alternative<std::string>(protocol->second) ? std::get<std::string>(protocol->second) : "",
      id != link.data.end() && std::holds_alternative<std::uint64_t>(id->second) ? std::get<std::uint64_t>(id->second) : 0};
}

Relations::Relations(const Snapshot& snapshot) {
  for (const auto& [name, link] : snapshot.links) add(link);
}

void Relations::add(const Link& link) {
  if (!link.master.empty()) ports_.emplace(link.master, link.name);
  if (const auto lower = lower_of(link); !lower.empty()) uppers_.emplace(lower, link.name);
  if (link.kind == "vlan") vlans_.insert_or_assign(key_of(link), link.name);
  for (const auto& altname : link.altnames) altnames_.insert_or_assign(altname, link.name);
  highest_index_ = std::max(highest_index_, link.index);
}

void Relations::drop(const Link& link) {
  ports_.erase({link.master, link.name});
  uppers_.erase({lower_of(link), link.name});
  if (link.kind == "vlan") vlans_.erase(key_of(link));
  for (const auto& altname : link.altnames) altnames_.erase(altname);
}

std::string Relations::vlan_on(const std::string& lower, const std::string& protocol, std::uint64_t id) const {
  const auto found = vlans_.find({lower, protocol, id});
  return found == vlans_.end() ? std::string() : found->second;
}

const std::string* Relations::name_of_altname(const std::string& altname) const {
  const auto found = altnames_.find(altname);
  return found == altnames_.end() ? nullptr : &found->second;
}

NameList Relations::second_of(const Pairs& pairs, const std::string& first) {
  NameList names;
  for (auto place = pairs.lower_bound({first, std::string()}); place != pairs.end() && place->first == first; ++place)
    names.push_back(place->second);
  return names;
}

NameList Model::ports_of(const std::string& master) const {
  if (master.empty()) return {};
  if (relations != nullptr) return relations->ports_of(master);
  return names_where(snapshot, [&](const Link& link) { return link.master == master; });
}

NameList Model::uppers_of(const std::string& lower) const {
  if (lower.empty()) return {};
  if (relations != nullptr) return relations->uppers_of(lower);
  return names_where(snapshot, [&](const Link& link) { return lower_of(link) == lower; });
}

std::string Model::vlan_on(const std::string& lower, const std::string& protocol, std::uint64_t id) const {
  if (relations != nullptr) return relations->vlan_on(lower, protocol, id);
  for (const auto& [name, link] : snapshot.links) {
    if (link.kind != "vlan" || link.parent != lower) continue;
    const auto number = link.data.find("id");
    const auto tag = link.data.find("protocol");
    if (number != link.data.end() && number->second == AttributeValue{id} && tag != link.data.end() &&
        tag->second == AttributeValue{protocol})
      return name;
  }
  return {};
}

std::uint32_t Model::next_index() const {
  if (relations != nullptr) return relations->highest_index() + 1;
  std::uint32_t highest = 0;
  for (const auto& [name, link] : snapshot.links) highest = std::max(highest, link.index);
  return highest + 1;
}

Link& Model::add(Link link) {
  if (relations != nullptr) relations->add(link);
  const std::string name = link.name;
  return snapshot.links.insert_or_assign(name, std::move(link)).first->second;
}

void Model::drop(const std::string& name) {
  const auto found = snapshot.links.find(name);
  if (found == snapshot.links.end()) return;
  if (relations != nullptr) relations->drop(found->second);
  snapshot.links.erase(found);
}

void Model::set_master(Link& link, const std::string& master) {
  if (relations != nullptr) relations->drop(link);
  link.master = master;
  if (relations != nullptr) relations->add(link);
}

void Model::set_data(Link& link, Attributes data) {
  if (relations != nullptr) relations->drop(link);
  link.data = std::move(data);
  if (relations != nullptr) relations->add(link);
}

}  // namespace drawbridge::network::model
