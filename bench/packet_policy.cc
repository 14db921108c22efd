#include "packet_policy.h"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "firewall/resolve.h"

namespace drawbridge::bench {
namespace {

constexpr std::uint32_t kSets = 10, kSetEntries = 500, kGroups = 10, kGroupRules = 10;

struct Line {
  std::string protocol, ports;
  std::string peer;  ///< network, or "+setN"; empty: any
  bool drop = false;
};

Line line_of(std::uint32_t guest, std::uint32_t line) {
  const std::uint32_t port = 1024 + (guest * 7 + line * 13) % 8000, high = 20000 + (guest * 7 + line * 13) % 40000;
  const std::string network = fmt::format("10.{}.{}.0/24", 128 + guest % 100, line % 250);
  switch (line % 6) {
    case 0: return {.protocol = "tcp", .ports = fmt::format("{}", port), .peer = {}};
    case 1: return {.protocol = "tcp", .ports = fmt::format("{},{},{}", port, port + 2, port + 10), .peer = {}};
    case 2: return {.protocol = "udp", .ports = fmt::format("{}-{}", high, high + 9), .peer = {}};
    case 3: return {.protocol = "tcp", .ports = fmt::format("{}", port), .peer = network};
    case 4: return {.protocol = "tcp", .ports = fmt::format("{}", port), .peer = fmt::format("+set{}", (guest + line) % kSets)};
    default: return {.protocol = "tcp", .ports = {}, .peer = network, .drop = true};
  }
}

const Line kOpen{.protocol = "udp", .ports = fmt::format("{}", kOpenPort), .peer = {}};

std::vector<Line> lines_in(const PolicyShape& shape, std::uint32_t vmid) {
  std::vector<Line> lines;
  for (std::uint32_t line = 0; line + 1 < shape.rules * 13 / 20; ++line) lines.push_back(line_of(vmid, line));
  lines.push_back(kOpen);
  return lines;
}

std::vector<Line> lines_out(const PolicyShape& shape, std::uint32_t vmid) {
  std::vector<Line> lines;
  for (std::uint32_t line = 0; line + 1 < shape.rules * 6 / 20; ++line) lines.push_back(line_of(vmid, line + 5000));
  lines.push_back(kOpen);
  return lines;
}

std::vector<Line> lines_of_group(std::uint32_t group) {
  std::vector<Line> lines;
  for (std::uint32_t line = 0; line < kGroupRules; ++line) lines.push_back(line_of(10'000 + group, line));
  return lines;
}

std::string entry_of(std::uint32_t set, std::uint32_t entry) {
  return fmt::format("172.{}.{}.{}", 16 + set, entry / 125, 1 + entry % 125 * 2) + (entry % 10 == 0 ? "/32" : "");
}

std::string file_line(const Line& line, bool out) {
  std::string text = fmt::format("{} {} -p {}", out ? "OUT" : "IN", line.drop ? "DROP" : "ACCEPT", line.protocol);
  if (!line.ports.empty()) {
    std::string ports = line.ports;
    for (char& one : ports)
      if (one == '-') one = ':';
    text += " -dport " + ports;
  }
  if (!line.peer.empty()) text += std::string(out ? " -dest " : " -source ") + line.peer;
  return text + "\n";
}

std::string nft_line(const Line& line, bool out) {
  std::string text = "    ";
  if (!line.peer.empty())
    text +=
        fmt::format("ip {} {}{} ", out ? "daddr" : "saddr", line.peer[0] == '+' ? "@" : "", line.peer.substr(line.peer[0] == '+' ? 1 : 0));
  text += line.ports.empty()                          ? fmt::format("meta l4proto {} ", line.protocol)
          : line.ports.find(',') != std::string::npos ? fmt::format("{} dport {{ {} }} ", line.protocol, line.ports)
                                                      : fmt::format("{} dport {} ", line.protocol, line.ports);
  return text + (line.drop ? "drop\n" : "accept\n");
}

constexpr std::string_view kDiscovery = "    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept\n";

std::string guest_chains(const PolicyShape& shape, std::uint32_t vmid) {
  std::string text =
      fmt::format("  chain in-{0} {{\n    ct mark set {0}\n    ether type arp accept\n    udp sport 67 udp dport 68 accept\n", vmid);
  text += kDiscovery;
  const auto in = lines_in(shape, vmid);
  for (std::size_t at = 0; at < in.size(); ++at) {
    if (at == in.size() / 2) text += fmt::format("    jump group{}\n", vmid % kGroups);
    text += nft_line(in[at], false);
  }
  text += fmt::format(
      "    drop\n  }}\n  chain out-{0} {{\n    ether saddr != {1} drop\n    ether type arp accept\n    ct mark set {0}\n"
      "    udp sport 68 udp dport 67 accept\n",
      vmid, mac_of(vmid));
  text += kDiscovery;
  for (const Line& line : lines_out(shape, vmid)) text += nft_line(line, true);
  return text + "    accept\n  }\n";
}

std::string finding_chain(const PolicyShape& shape, Finding finding, bool out) {
  std::string text = fmt::format(
      "  chain {} {{\n    type filter hook {} priority 0\n    ct state established,related accept\n"
      "    ct state invalid drop\n",
      out ? "from" : "to", out ? "prerouting" : "postrouting");
  const std::string_view key = out ? "iifname" : "oifname", chain = out ? "out" : "in";
  if (finding == Finding::map) text += fmt::format("    {} vmap {{ ", key);
  for (std::uint32_t vmid = kFirstGuest; vmid < kFirstGuest + shape.guests; ++vmid)
    text += finding == Finding::map ? fmt::format("\"{}\" : goto {}-{}, ", port_of(vmid), chain, vmid)
                                    : fmt::format("    {} \"{}\" goto {}-{}\n", key, port_of(vmid), chain, vmid);
  return text + (finding == Finding::map ? "}\n  }\n" : "  }\n");
}

firewall::Document document_of(const std::string& text, const std::string& path, firewall::Level level) {
  return firewall::parse_document(text, path, level);
}

std::string contents(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::string mac_of(std::uint32_t vmid) { return fmt::format("bc:24:11:{:02x}:{:02x}:00", vmid >> 8U, vmid & 255U); }
std::string address_of(std::uint32_t vmid) { return fmt::format("10.0.{}.{}", vmid >> 8U, vmid & 255U); }
std::string port_of(std::uint32_t vmid) { return fmt::format("tap{}i0", vmid); }

std::string cluster_file() {
  std::string text = "[OPTIONS]\n\nenable: 1\n\n";
  for (std::uint32_t set = 0; set < kSets; ++set) {
    text += fmt::format("[IPSET set{}]\n\n", set);
    for (std::uint32_t entry = 0; entry < kSetEntries; ++entry) text += entry_of(set, entry) + "\n";
    text += "\n";
  }
  for (std::uint32_t group = 0; group < kGroups; ++group) {
    text += fmt::format("[group group{}]\n\n", group);
    for (const Line& line : lines_of_group(group)) text += file_line(line, false);
    text += "\n";
  }
  return text;
}

std::string guest_file(const PolicyShape& shape, std::uint32_t vmid) {
  std::string text = "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\n";
  const auto in = lines_in(shape, vmid);
  for (std::size_t at = 0; at < in.size(); ++at) {
    if (at == in.size() / 2) text += fmt::format("GROUP group{}\n", vmid % kGroups);
    text += file_line(in[at], false);
  }
  for (const Line& line : lines_out(shape, vmid)) text += file_line(line, true);
  return text;
}

Result<firewall::Policy> read_policy(const PolicyShape& shape) {
  auto around = std::make_shared<firewall::Surroundings>();
  around->tables = firewall::read_name_tables(contents("/etc/protocols"), contents("/etc/services"), contents("/etc/ethertypes"));
  around->local_networks = {*parse_prefix("192.0.2.0/24")};
  firewall::Documents documents{.datacenter = document_of(cluster_file(), "cluster.fw", firewall::Level::datacenter),
                                .node = document_of({}, "host.fw", firewall::Level::node),
                                .guests = {},
                                .vnets = {}};
  for (std::uint32_t vmid = kFirstGuest; vmid < kFirstGuest + shape.guests; ++vmid)
    documents.guests.emplace(vmid, document_of(guest_file(shape, vmid), fmt::format("{}.fw", vmid), firewall::Level::guest));
  auto resolved = firewall::resolve(documents, std::move(around));
  // A rule that is not understood would make the measurement a kind one.
  if (!resolved.diagnostics.empty()) return fail(Errc::bug, format_diagnostic(resolved.diagnostics.front()));
  return std::move(resolved.value);
}

firewall::NodeFacts node_of(const PolicyShape& shape) {
  firewall::NodeFacts facts;
  facts.name = "n1";
  facts.own_addresses = {*parse_ip("192.0.2.2")};
  facts.guest_bridges = {"vmbr0"};
  facts.bridge_addresses["vmbr0"] = {*parse_mac("02:00:00:00:b0:00")};
  for (std::uint32_t vmid = kFirstGuest; vmid < kFirstGuest + shape.guests; ++vmid) {
    firewall::NodeFacts::Card card{.vmid = vmid, .nic = {}, .port = port_of(vmid), .container = false};
    card.nic.bridge = "vmbr0";
    card.nic.mac = *parse_mac(mac_of(vmid));
    card.nic.firewall = true;
    facts.cards.push_back(std::move(card));
  }
  return facts;
}

std::string literal_rules(const PolicyShape& shape, Finding finding) {
  std::string text = "table bridge literal {\n";
  for (std::uint32_t set = 0; set < kSets; ++set) {
    text += fmt::format("  set set{} {{\n    type ipv4_addr\n    flags interval\n    elements = {{ ", set);
    for (std::uint32_t entry = 0; entry < kSetEntries; ++entry) text += entry_of(set, entry) + ", ";
    text += "}\n  }\n";
  }
  for (std::uint32_t group = 0; group < kGroups; ++group) {
    text += fmt::format("  chain group{} {{\n", group);
    for (const Line& line : lines_of_group(group)) text += nft_line(line, false);
    text += "  }\n";
  }
  for (std::uint32_t vmid = kFirstGuest; vmid < kFirstGuest + shape.guests; ++vmid) text += guest_chains(shape, vmid);
  return text + finding_chain(shape, finding, true) + finding_chain(shape, finding, false) + "}\n";
}

}  // namespace drawbridge::bench
