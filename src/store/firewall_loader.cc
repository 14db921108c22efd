#include "store/firewall_loader.h"

#include <algorithm>

#include "guest/guest.h"
#include "store/firewall_files.h"

namespace drawbridge::store {

using firewall::Level;

FirewallLoader::FirewallLoader(doors::Files& files, std::string root, std::string node, firewall::LivePolicy& policy)
    : files_(files), root_(std::move(root)), node_(std::move(node)), policy_(policy) {}

void FirewallLoader::set_held(HeldFiles held) {
  // Of files that begin or cease to be held back, what was handed on is not what is in force.
  for (const auto* files : {&held_, &held})
    for (const auto& [path, file] : *files)
      if (const auto known = digests_.find(path); known != digests_.end()) known->second = "(held)";
  held_ = std::move(held);
}

void FirewallLoader::set_elsewhere(std::set<guest::Vmid> guests) { elsewhere_ = std::move(guests); }

std::map<std::string, FirewallLoader::Target> FirewallLoader::targets() {
  std::map<std::string, Target> all;
  all[datacenter_firewall_path(root_)] = {Level::datacenter, 0, {}};
  all[node_firewall_path(root_, node_)] = {Level::node, 0, {}};
  // Those that are there, and those that were.
  const auto add_guest = [&](guest::Vmid vmid) { all[guest_firewall_path(root_, vmid)] = {Level::guest, vmid, {}}; };
  const auto add_vnet = [&](const std::string& name) { all[vnet_firewall_path(root_, name)] = {Level::vnet, 0, name}; };
  if (const auto guests = list_guest_firewalls(files_, root_)) std::ranges::for_each(*guests, add_guest);
  if (const auto vnets = list_vnet_firewalls(files_, root_)) std::ranges::for_each(*vnets, add_vnet);
  for (const auto& [vmid, document] : policy_.documents().guests) add_guest(vmid);
  for (const auto& [name, document] : policy_.documents().vnets) add_vnet(name);
  return all;
}

bool FirewallLoader::read_everything() {
  bool any = false;
  for (const auto& [path, target] : targets()) any = read_one(path, target) || any;
  return any;
}

bool FirewallLoader::read(const std::set<std::string, std::less<>>& paths) {
  // One changed file among a thousand: nobody lists the thousand.
  bool any = false;
  const auto of_folder = [](std::string_view path) { return path.substr(0, path.rfind('/') + 1); };
  for (const auto& path : paths) {
    if (!path.ends_with(".fw")) continue;
    const auto name = std::string_view(path).substr(of_folder(path).size(), path.size() - of_folder(path).size() - 3);
    const auto vmid = guest::parse_vmid(name);
    if (path == datacenter_firewall_path(root_))
      any = read_one(path, {Level::datacenter, 0, {}}) || any;
    else if (path == node_firewall_path(root_, node_))
      any = read_one(path, {Level::node, 0, {}}) || any;
    else if (vmid && path == guest_firewall_path(root_, *vmid))
      any = read_one(path, {Level::guest, *vmid, {}}) || any;
    else if (path == vnet_firewall_path(root_, std::string(name)))
      any = read_everything() || any;
  }
  return any;
}

bool FirewallLoader::is_gone(const std::string& digest, const std::string& path) {
  const auto before = digests_.find(path);
  const bool was_there = before == digests_.end() ? expects_files_ && path == datacenter_firewall_path(root_) : !before->second.empty();
  return digest.empty() && was_there && !may_go_.contains(path) && are_firewall_files_missing(files_, root_, node_);
}

bool FirewallLoader::read_one(const std::string& path, const Target& target) {
  const bool is_ours = target.level != Level::guest || !elsewhere_.contains(target.vmid);
  auto stored = is_ours ? read_firewall(files_, path, target.level) : StoredFirewall{firewall::parse_document("", path, target.level), ""};
  if (stored && is_ours && is_gone(stored->digest, path))
    stored = fail(Errc::unavailable, "etc/pve holds no files any more: is the cluster's file system mounted?", {path, 0, 0});
  if (!stored) {
    unreadable_[path] = stored.error();
    return false;
  }
  unreadable_.erase(path);
  const auto before = digests_.find(path);
  if (before != digests_.end() && before->second == stored->digest) return false;
  if (before == digests_.end() && stored->digest.empty() && target.level != Level::datacenter && target.level != Level::node) return false;
  if (stored->digest.empty()) may_go_.erase(path);
  digests_[path] = stored->digest;
  hand_on(target, in_force(*stored, held_));
  return true;
}

void FirewallLoader::hand_on(const Target& target, firewall::Document document) {
  switch (target.level) {
    case Level::datacenter: return policy_.set_datacenter(std::move(document));
    case Level::node: return policy_.set_node(std::move(document));
    case Level::guest: return policy_.set_guest(target.vmid, std::move(document));
    case Level::vnet: return policy_.set_vnet(target.vnet, std::move(document));
    case Level::group: return;  // is no file
  }
}

bool FirewallLoader::has_gap() const {
  return std::ranges::any_of(unreadable_, [this](const auto& entry) { return !digests_.contains(entry.first); });
}

}  // namespace drawbridge::store
