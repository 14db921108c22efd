#include "store/firewall_files.h"

#include <algorithm>

#include "base/digest.h"
#include "guest/guest.h"

namespace drawbridge::store {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr unsigned kMode = 0640;
constexpr std::string_view kEnding = ".fw";

std::string firewall_folder(const std::string& root) { return root + "/etc/pve/firewall"; }
std::string vnet_folder(const std::string& root) { return root + "/etc/pve/sdn/firewall"; }
std::string nodes_folder(const std::string& root) { return root + "/etc/pve/nodes"; }

/// Names of networks: letters and digits, a letter first, at most eight.
bool is_vnet_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && name.size() <= 8 && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The root's file if it has one; else, as a root may be only a few files, the system's.
std::string read_table(doors::Files& files, const std::string& root, const std::string& path) {
  if (auto own = files.read(root + path)) return std::move(*own);
  auto systems = files.read(path);
  return systems ? std::move(*systems) : std::string();
}

}  // namespace

std::string datacenter_firewall_path(const std::string& root) { return firewall_folder(root) + "/cluster.fw"; }
std::string node_firewall_path(const std::string& root, const std::string& node) { return nodes_folder(root) + "/" + node + "/host.fw"; }
std::string guest_firewall_path(const std::string& root, guest::Vmid vmid) {
  return firewall_folder(root) + "/" + std::to_string(vmid) + std::string(kEnding);
}
std::string vnet_firewall_path(const std::string& root, const std::string& vnet) {
  return vnet_folder(root) + "/" + vnet + std::string(kEnding);
}

std::vector<std::string> firewall_folders(const std::string& root, const std::string& node) {
  return {firewall_folder(root), vnet_folder(root), nodes_folder(root) + "/" + node};
}

Result<std::vector<guest::Vmid>> list_guest_firewalls(doors::Files& files, const std::string& root) {
  std::vector<guest::Vmid> guests;
  for (const std::string& name : TRY(files.list(firewall_folder(root)))) {
    if (!name.ends_with(kEnding)) continue;
    if (const auto vmid = guest::parse_vmid(std::string_view(name).substr(0, name.size() - kEnding.size()))) guests.push_back(*vmid);
  }
  std::ranges::sort(guests);
  return guests;
}

Result<std::vector<std::string>> list_vnet_firewalls(doors::Files& files, const std::string& root) {
  std::vector<std::string> vnets;
  for (const std::string& name : TRY(files.list(vnet_folder(root)))) {
    if (!name.ends_with(kEnding)) continue;
    const std::string_view vnet = std::string_view(name).substr(0, name.size() - kEnding.size());
    if (is_vnet_name(vnet)) vnets.emplace_back(vnet);
  }
  return vnets;
}

Result<std::vector<std::string>> list_node_firewalls(doors::Files& files, const std::string& root) {
  std::vector<std::string> nodes;
  for (const std::string& node : TRY(files.list(nodes_folder(root)))) {
    const auto names = TRY(files.list(nodes_folder(root) + "/" + node));
    if (std::ranges::find(names, "host.fw") != names.end()) nodes.push_back(node);
  }
  return nodes;
}

Result<StoredFirewall> read_firewall(doors::Files& files, const std::string& path, firewall::Level level) {
  auto bytes = files.read(path);
  if (!bytes && bytes.error().code != Errc::not_found) return fail(bytes.error());
  if (!bytes) return StoredFirewall{firewall::parse_document("", path, level), ""};
  std::string digest = sha256_hex(*bytes);
  return StoredFirewall{firewall::parse_document(std::move(*bytes), path, level), std::move(digest)};
}

firewall::Document in_force(const StoredFirewall& stored, const HeldFiles& held) {
  const auto other = held.find(*stored.document.path);
  if (other == held.end()) return stored.document;
  // An empty file says what none says.
  const bool is_held = other->second.digest.empty() ? stored.document.bytes.empty() : other->second.digest == stored.digest;
  if (!is_held) return stored.document;
  return firewall::parse_document(other->second.bytes, *stored.document.path, stored.document.level);
}

Result<bool> adopt_new_node_firewall(doors::Files& files, const std::string& root, const std::string& node) {
  const std::string path = node_firewall_path(root, node);
  const auto bytes = files.read(path + ".new");
  if (!bytes && bytes.error().code == Errc::not_found) return false;
  if (!bytes) return fail(bytes.error());
  const auto lock = TRY(lock_firewall(files, root));
  TRY_VOID(files.write(path, *bytes, kMode));
  TRY_VOID(files.remove(path + ".new"));
  return true;
}

Result<firewall::Documents> read_firewall_documents(doors::Files& files, const std::string& root, const std::string& node,
                                                    std::span<const guest::Vmid> guests, const HeldFiles& held) {
  using firewall::Level;
  firewall::Documents documents;
  documents.datacenter = in_force(TRY(read_firewall(files, datacenter_firewall_path(root), Level::datacenter)), held);
  documents.node = in_force(TRY(read_firewall(files, node_firewall_path(root, node), Level::node)), held);
  for (const guest::Vmid vmid : guests)
    documents.guests[vmid] = TRY(read_firewall(files, guest_firewall_path(root, vmid), Level::guest)).document;
  for (const std::string& vnet : TRY(list_vnet_firewalls(files, root)))
    documents.vnets[vnet] = TRY(read_firewall(files, vnet_firewall_path(root, vnet), Level::vnet)).document;
  return documents;
}

firewall::NameTables read_name_tables(doors::Files& files, const std::string& root) {
  return firewall::read_name_tables(read_table(files, root, "/etc/protocols"), read_table(files, root, "/etc/services"),
                                    read_table(files, root, "/etc/ethertypes"));
}

bool are_firewall_files_missing(doors::Files& files, const std::string& root, const std::string& node) {
  const std::string pve = root + "/etc/pve";
  const auto has_only = [&](const std::string& folder, std::initializer_list<std::string_view> names) {
    const auto there = files.list(folder);
    return !there || std::ranges::all_of(*there, [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); });
  };
  return has_only(pve, {"firewall", "nodes", "sdn"}) && has_only(pve + "/firewall", {}) && has_only(pve + "/sdn", {"firewall"}) &&
         has_only(pve + "/nodes", {node}) && has_only(pve + "/nodes/" + node, {"qemu-server", "lxc"}) &&
         has_only(pve + "/nodes/" + node + "/qemu-server", {}) && has_only(pve + "/nodes/" + node + "/lxc", {});
}

std::string firewall_lock(const std::string& root) { return root + "/run/drawbridge/locks/firewall.lock"; }

Result<std::unique_ptr<doors::FileLock>> lock_firewall(doors::Files& files, const std::string& root) {
  return files.lock(firewall_lock(root), kPatience);
}

Result<void> write_firewall(doors::Files& files, const std::string& path, std::string_view bytes, const std::string& expected_digest) {
  const auto now = files.read(path);
  if (!now && now.error().code != Errc::not_found) return fail(now.error());
  const std::string digest = now ? sha256_hex(*now) : "";
  if (digest != expected_digest)
    return fail(Errc::conflict, "the file was changed by somebody else meanwhile", {path, 0, 0},
                "look at it again, then repeat the command");
  if (!bytes.empty()) return files.write(path, bytes, kMode);
  return now ? files.remove(path) : Result<void>();
}

}  // namespace drawbridge::store
