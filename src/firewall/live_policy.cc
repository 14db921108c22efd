#include "firewall/live_policy.h"

#include <iterator>

namespace drawbridge::firewall {
namespace {

/// From so many guests on building everything costs less than building them one by one, each of which looks for what nobody uses any more.
constexpr std::size_t kManyGuests = 8;

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
  facts_ = std::move(facts);
  is_built_ = false;
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
  if (is_built_ && guests.size() < kManyGuests) {
    for (const guest::Vmid vmid : guests) program_ = rebuild_guest(std::move(program_), policy_, facts_, vmid);
  } else {
    program_ = build_program(policy_, facts_);
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
