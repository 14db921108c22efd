#include "cli/firewall_desk.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "store/firewall_files.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

IpAddress address_of(const sockaddr& socket) {
  IpAddress address;
  if (socket.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &socket, sizeof six);
    address.family = Family::ipv6;
    std::memcpy(address.bytes.data(), &six.sin6_addr, 16);
  } else {
    sockaddr_in four{};
    std::memcpy(&four, &socket, sizeof four);
    std::memcpy(address.bytes.data(), &four.sin_addr, 4);
  }
  return address;
}

/// As the system resolves names.
std::vector<IpAddress> ask_system(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  std::vector<IpAddress> found;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return found;
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    const IpAddress address = address_of(*one->ai_addr);
    if (std::ranges::find(found, address) == found.end()) found.push_back(address);
  }
  return found;
}

/// The root's hosts file, or the system.
firewall::Resolve resolver(Context& context) {
  if (context.system.root().empty()) return ask_system;
  const auto hosts = context.system.files().read(context.system.root() + "/etc/hosts");
  const std::string text = hosts ? *hosts : std::string();
  return [text](const std::string& name) { return firewall::addresses_in_hosts(text, name); };
}

std::string read_corosync_file(Context& context) {
  for (const char* path : {"/etc/pve/corosync.conf", "/etc/corosync/corosync.conf"})
    if (auto text = context.system.files().read(context.system.root() + path)) return std::move(*text);
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

void look_at_kernel(Context& context, NodeSurroundings& node) {
  const auto snapshot = context.system.snapshot();
  if (!snapshot) return context.console.detail("without the kernel's state: " + snapshot.error().what);
  for (const auto& address : snapshot->addresses) node.facts.addresses.push_back(address.address);
  for (const auto& route : snapshot->routes)
    if (!route.destination.is_default()) node.facts.routes.push_back(route.destination);
  for (const auto& [name, link] : snapshot->links)
    for (const auto& altname : link.altnames) node.altnames.emplace_back(altname, name);
  std::ranges::sort(node.altnames);
  node.bridge_addresses = own_addresses_on_bridges(*snapshot);
}

}  // namespace

NodeSurroundings look_at_node(Context& context, const std::string& node) {
  NodeSurroundings found;
  const firewall::Resolve resolve = resolver(context);
  found.corosync = firewall::read_corosync(read_corosync_file(context));
  found.links = firewall::cluster_links(found.corosync, node, resolve);
  found.facts.host_addresses = resolve(node);
  if (!found.links.empty()) found.facts.cluster_address = found.links.front().own;
  if (!context.system.root().empty() || is_this_node(node)) look_at_kernel(context, found);
  return found;
}

std::shared_ptr<const firewall::Surroundings> firewall_surroundings(Context& context, const NodeSurroundings& node) {
  auto surroundings = std::make_shared<firewall::Surroundings>();
  surroundings->tables = store::read_name_tables(context.system.files(), context.system.root());
  surroundings->local_networks = firewall::detect_local_networks(node.facts);
  surroundings->altnames = node.altnames;
  return surroundings;
}

Result<std::vector<guest::Vmid>> firewalled_guests(Context& context, const std::string& node) {
  auto& files = context.system.files();
  std::set<guest::Vmid> elsewhere;
  for (const auto& file : TRY(store::list_guest_files(files, context.system.root(), "")))
    if (file.node != node) elsewhere.insert(file.vmid);
  auto guests = TRY(store::list_guest_firewalls(files, context.system.root()));
  std::erase_if(guests, [&](guest::Vmid vmid) { return elsewhere.contains(vmid); });
  return guests;
}

Result<FirewallInputs> read_firewall_inputs(Context& context, const std::string& node) {
  const auto guests = TRY(firewalled_guests(context, node));
  FirewallInputs inputs;
  inputs.documents = TRY(store::read_firewall_documents(context.system.files(), context.system.root(), node, guests));
  inputs.surroundings = firewall_surroundings(context, look_at_node(context, node));
  return inputs;
}

}  // namespace drawbridge::cli
