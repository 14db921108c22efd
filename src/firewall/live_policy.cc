#include "firewall/live_policy.h"

#include <algorithm>
#include <utility>

namespace drawbridge::firewall {
namespace {

/// Those whose cards are others than before, or in another order.
std::set<guest::Vmid> guests_with_other_cards(const NodeFacts& before, const NodeFacts& after) {
  std::set<guest::Vmid> guests;
  if (before.cards == after.cards) return guests;
  const auto by_guest = [](const NodeFacts& facts) {
    std::map<guest::Vmid, std::vector<const NodeFacts::Card*>> cards;
    for (const auto& card : facts.cards) cards[card.vmid].push_back(&card);
    return cards;
  };
  const auto old = by_guest(before), now = by_guest(after);
  const auto differ = [](const auto& a, const auto& b) {
    return !std::ranges::equal(a, b, [](const auto* left, const auto* right) { return *left == *right; });
  };
  for (const auto& [vmid, cards] : now)
    if (const auto known = old.find(vmid); known == old.end() || differ(cards, known->second)) guests.insert(vmid);
  for (const auto& [vmid, cards] : old)
    if (!now.contains(vmid)) guests.insert(vmid);
  return guests;
}

}  // namespace

LivePolicy::LivePolicy() {
  documents_.datacenter = parse_document("", "cluster.fw", Level::datacenter);
  documents_.node = parse_document("", "host.fw", Level::node);
}

void LivePolicy::set_surroundings(std::shared_ptr<const Surroundings> surroundings) {
  surroundings_ = std::move(surroundings);
  is_resolved_ = false;
}

void LivePolicy::set_facts(NodeFacts facts) {
  auto before = std::exchange(facts_, std::move(facts));
  // Cards come and go all the time.
  for (const guest::Vmid vmid : guests_with_other_cards(before, facts_)) {
    unbuilt_guests_.insert(vmid);
    cards_changed_ = true;
  }
  before.cards = facts_.cards;
  if (before.guest_bridges != facts_.guest_bridges || before.bridge_addresses != facts_.bridge_addresses) cards_changed_ = true;
  before.guest_bridges = facts_.guest_bridges;
  before.bridge_addresses = facts_.bridge_addresses;
  if (before != facts_) is_built_ = false;
}

void LivePolicy::set_datacenter(Document document) {
  documents_.datacenter = std::move(document);
  is_resolved_ = false;
}

void LivePolicy::set_node(Document document) {
  documents_.node = std::move(document);
  is_node_stale_ = true;
}

void LivePolicy::set_guest(guest::Vmid vmid, Document document) {
  if (document.bytes.empty()) {
    documents_.guests.erase(vmid);
    found(*document.path, {});
  } else {
    documents_.guests[vmid] = std::move(document);
  }
  stale_guests_.insert(vmid);
}

void LivePolicy::set_vnet(const std::string& name, Document document) {
  if (document.bytes.empty()) {
    documents_.vnets.erase(name);
    found(*document.path, {});
  } else {
    documents_.vnets[name] = std::move(document);
  }
  stale_vnets_.insert(name);
}

void LivePolicy::found(const std::string& path, Diagnostics diagnostics) {
  const auto before = diagnostics_.find(path);
  if (before == diagnostics_.end() ? diagnostics.empty() : before->second == diagnostics) return;
  news_.insert(path);
  if (diagnostics.empty())
    diagnostics_.erase(path);
  else
    diagnostics_[path] = std::move(diagnostics);
}

void LivePolicy::resolve_everything() {
  auto datacenter = resolve_datacenter(documents_.datacenter, surroundings_);
  found(*documents_.datacenter.path, std::move(datacenter.diagnostics));
  scope_ = std::move(datacenter.value);
  policy_ = {};
  policy_.datacenter = scope_->datacenter;
  is_node_stale_ = true;
  stale_guests_.clear();
  for (const auto& [vmid, document] : documents_.guests) stale_guests_.insert(vmid);
  stale_vnets_.clear();
  for (const auto& [name, document] : documents_.vnets) stale_vnets_.insert(name);
  is_resolved_ = true;
  is_built_ = false;
}

void LivePolicy::resolve_one(guest::Vmid vmid) {
  unbuilt_guests_.insert(vmid);
  const auto document = documents_.guests.find(vmid);
  if (document == documents_.guests.end()) {
    policy_.guests.erase(vmid);
    return;
  }
  auto guest = resolve_guest(document->second, vmid, *scope_);
  found(*document->second.path, std::move(guest.diagnostics));
  policy_.guests[vmid] = std::move(guest.value);
}

const Policy& LivePolicy::policy() {
  if (!is_resolved_) resolve_everything();
  if (is_node_stale_) {
    auto node = resolve_node(documents_.node, *scope_);
    found(*documents_.node.path, std::move(node.diagnostics));
    policy_.node = std::move(node.value);
    is_node_stale_ = is_built_ = false;
  }
  for (const std::string& name : std::exchange(stale_vnets_, {})) {
    is_built_ = false;
    policy_.vnets.erase(name);
    const auto document = documents_.vnets.find(name);
    if (document == documents_.vnets.end()) continue;
    auto vnet = resolve_vnet(document->second, name, *scope_);
    found(*document->second.path, std::move(vnet.diagnostics));
    policy_.vnets.emplace(name, std::move(vnet.value));
  }
  for (const guest::Vmid vmid : std::exchange(stale_guests_, {})) resolve_one(vmid);
  return policy_;
}

const rules::Program& LivePolicy::program() {
  policy();
  const auto guests = std::exchange(unbuilt_guests_, {});
  const bool cards_changed = std::exchange(cards_changed_, false);
  if (!is_built_) {
    program_ = build_program(policy_, facts_);
  } else if (!guests.empty() || cards_changed) {
    program_ = rebuild_guests(std::move(program_), policy_, facts_, guests, cards_changed);
  }
  is_built_ = true;
  return program_;
}

Diagnostics LivePolicy::diagnostics() {
  policy();
  Diagnostics all;
  for (const auto& [path, some] : diagnostics_) all.insert(all.end(), some.begin(), some.end());
  return all;
}

Diagnostics LivePolicy::take_news() {
  policy();
  Diagnostics all;
  for (const std::string& path : std::exchange(news_, {}))
    if (const auto some = diagnostics_.find(path); some != diagnostics_.end())
      all.insert(all.end(), some->second.begin(), some->second.end());
  return all;
}

}  // namespace drawbridge::firewall
