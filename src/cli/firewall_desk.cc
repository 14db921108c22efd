#include "cli/firewall_desk.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/firewall_paths.h"
#include "guest/device_name.h"
#include "store/firewall_files.h"
#include "store/guest_files.h"
#include "transaction/file_trial.h"

namespace drawbridge::cli {
namespace {

firewall::Resolve resolver(doors::Files& files, const std::string& root) {
  const auto hosts = files.read(root + "/etc/hosts");
  return [text = hosts ? *hosts : std::string()](const std::string& name) { return firewall::addresses_in_hosts(text, name); };
}

std::string read_corosync_file(doors::Files& files, const std::string& root) {
  for (const char* path : {"/etc/pve/corosync.conf", "/etc/corosync/corosync.conf"})
    if (auto text = files.read(root + path)) return std::move(*text);
  return {};
}

bool is_this_node(const std::string& node) {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return false;
  const std::string text = name.data();
  return text.substr(0, text.find('.')) == node;
}

/// A bridge's own address, and those of VLANs and macvlans upon it.
std::map<std::string, std::vector<MacAddress>> own_addresses_on_bridges(const network::Snapshot& snapshot) {
  std::map<std::string, std::vector<MacAddress>> found;
  for (const auto& [name, link] : snapshot.links)
    if (link.kind == "bridge" && !link.mac.is_zero()) found[name].push_back(link.mac);
  for (const auto& [name, link] : snapshot.links)
    if (const auto below = found.find(link.parent); below != found.end() && !link.mac.is_zero()) below->second.push_back(link.mac);
  return found;
}

void take_kernel(const network::Snapshot& snapshot, NodeSurroundings& node) {
  for (const auto& address : snapshot.addresses) node.facts.addresses.push_back(address.address);
  for (const auto& route : snapshot.routes)
    if (!route.destination.is_default()) node.facts.routes.push_back(route.destination);
  for (const auto& [name, link] : snapshot.links)
    for (const auto& altname : link.altnames) node.altnames.emplace_back(altname, name);
  std::ranges::sort(node.altnames);
  node.bridge_addresses = own_addresses_on_bridges(snapshot);
}

}  // namespace

NodeSurroundings look_at_node(doors::Files& files, const std::string& root, const std::string& node, const network::Snapshot* kernel) {
  NodeSurroundings found;
  const firewall::Resolve resolve = resolver(files, root);
  found.corosync = firewall::read_corosync(read_corosync_file(files, root));
  found.links = firewall::cluster_links(found.corosync, node, resolve);
  found.facts.host_addresses = resolve(node);
  if (!found.links.empty()) found.facts.cluster_address = found.links.front().own;
  if (kernel != nullptr) take_kernel(*kernel, found);
  return found;
}

NodeSurroundings look_at_node(Context& context, const std::string& node) {
  auto& system = context.system;
  if (system.root().empty() && !is_this_node(node)) return look_at_node(system.files(), system.root(), node, nullptr);
  const auto snapshot = system.snapshot();
  if (!snapshot) context.console.detail("without the kernel's state: " + snapshot.error().what);
  return look_at_node(system.files(), system.root(), node, snapshot ? &*snapshot : nullptr);
}

firewall::NodeFacts facts_of_node(const std::string& node, const NodeSurroundings& place, std::span<const guest::Guest> guests,
                                  std::set<std::string> bridges) {
  firewall::NodeFacts facts;
  facts.name = node;
  facts.own_addresses = place.facts.host_addresses;
  for (const auto& own : place.facts.addresses) facts.own_addresses.push_back(own.address);
  facts.bridge_addresses = place.bridge_addresses;
  facts.cluster_links = place.links;
  facts.cluster_multicast = place.corosync.transport == "udp";
  for (const auto& guest : guests) {
    for (const auto& [slot, nic] : guest.settings.nics) {
      facts.cards.push_back({guest.vmid, nic, guest::device_name(guest.kind, guest.vmid, slot), guest.kind == guest::Kind::lxc});
      if (!nic.bridge.empty()) bridges.insert(nic.bridge);
    }
  }
  facts.guest_bridges.assign(bridges.begin(), bridges.end());
  return facts;
}

std::shared_ptr<const firewall::Surroundings> firewall_surroundings(doors::Files& files, const std::string& root,
                                                                    const NodeSurroundings& node) {
  auto surroundings = std::make_shared<firewall::Surroundings>();
  surroundings->tables = store::read_name_tables(files, root);
  surroundings->local_networks = firewall::detect_local_networks(node.facts);
  surroundings->altnames = node.altnames;
  return surroundings;
}

Result<std::vector<guest::Vmid>> firewalled_guests(doors::Files& files, const std::string& root, const std::string& node) {
  std::set<guest::Vmid> elsewhere;
  for (const auto& file : TRY(store::list_guest_files(files, root, "")))
    if (file.node != node) elsewhere.insert(file.vmid);
  auto guests = TRY(store::list_guest_firewalls(files, root));
  std::erase_if(guests, [&](guest::Vmid vmid) { return elsewhere.contains(vmid); });
  return guests;
}

Result<FirewallInputs> read_firewall_inputs(Context& context, const std::string& node) {
  auto& files = context.system.files();
  const auto& root = context.system.root();
  const auto guests = TRY(firewalled_guests(files, root, node));
  FirewallInputs inputs;
  const auto held = TRY(held_files(files, context.system.paths()));
  inputs.documents = TRY(store::read_firewall_documents(files, root, node, guests, held));
  inputs.surroundings = firewall_surroundings(files, root, look_at_node(context, node));
  return inputs;
}

std::vector<firewall::LocalAddress> own_addresses(const network::Snapshot& snapshot) {
  std::vector<firewall::LocalAddress> own;
  for (const auto& address : snapshot.addresses) own.push_back({address.address.address, address.link});
  return own;
}

firewall::Session with_device(const doors::Session& session, std::span<const firewall::LocalAddress> own) {
  const auto local = std::ranges::find(own, session.local, &firewall::LocalAddress::address);
  return {session.peer, session.peer_port, session.local, session.local_port, local == own.end() ? "vmbr0" : local->device};
}

Result<store::HeldFiles> held_files(doors::Files& files, const transaction::Paths& paths) {
  store::HeldFiles held;
  for (const auto& file : TRY(transaction::read_held(files, firewall_state(paths))))
    held[file.path] = {file.after_digest, file.before.value_or("")};
  return held;
}

std::uint64_t unix_time(doors::Clock& clock) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(clock.wall_time().time_since_epoch()).count());
}

std::string line_of_file(Context& context, const std::string& path, std::uint32_t line) {
  const auto bytes = context.system.files().read(path);
  if (!bytes) return "";
  const auto lines = split(*bytes, '\n');
  return line <= lines.size() ? std::string(trim(lines[line - 1])) : "";
}

}  // namespace drawbridge::cli
