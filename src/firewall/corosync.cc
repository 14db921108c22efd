#include "firewall/corosync.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

constexpr std::uint16_t kFirstPort = 5405;

/// The N of "ringN_addr".
std::optional<std::uint8_t> ring_of(std::string_view key) {
  constexpr std::string_view kBegin = "ring";
  constexpr std::string_view kEnd = "_addr";
  if (!key.starts_with(kBegin) || !key.ends_with(kEnd) || key.size() <= kBegin.size() + kEnd.size()) return std::nullopt;
  return parse_number<std::uint8_t>(key.substr(kBegin.size(), key.size() - kBegin.size() - kEnd.size()));
}

class Reader {
 public:
  void read(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.front() == '#') return;
    if (line == "}") return close();
    if (line.ends_with('{')) return open(trim(line.substr(0, line.size() - 1)));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) set(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }

  Corosync take() { return std::move(corosync_); }

 private:
  bool within(std::string_view outer, std::string_view inner) const { return path_.size() == 2 && path_[0] == outer && path_[1] == inner; }

  void open(std::string_view name) {
    path_.emplace_back(name);
    if (within("nodelist", "node")) corosync_.nodes.emplace_back();
    link_ = 0;
    port_.reset();
  }

  void close() {
    if (within("totem", "interface") && port_) corosync_.ports[link_] = *port_;
    if (!path_.empty()) path_.pop_back();
  }

  void set(std::string_view key, std::string_view value) {
    if (within("nodelist", "node")) {
      auto& node = corosync_.nodes.back();
      if (key == "name") node.name = value;
      if (const auto ring = ring_of(key)) node.addresses[*ring] = value;
    } else if (within("totem", "interface")) {
      if (key == "linknumber" || key == "ringnumber") link_ = parse_number<std::uint8_t>(value).value_or(0);
      if (key == "mcastport") port_ = parse_number<std::uint16_t>(value);
    } else if (path_.size() == 1 && path_[0] == "totem") {
      if (key == "transport") corosync_.transport = value;
      if (key == "ip_version") corosync_.ip_version = value;
    }
  }

  Corosync corosync_;
  std::vector<std::string> path_;
  std::uint8_t link_ = 0;
  std::optional<std::uint16_t> port_;
};

/// As corosync chooses: by ip_version, "ipv6-4" where nothing is set.
std::optional<IpAddress> address_of(const std::string& text, const std::string& ip_version, const Resolve& resolve) {
  if (const auto address = parse_ip(text)) return *address;
  const auto all = resolve(text);
  const auto of = [&](Family family) -> std::optional<IpAddress> {
    const auto found = std::ranges::find(all, family, &IpAddress::family);
    return found == all.end() ? std::nullopt : std::optional(*found);
  };
  if (ip_version == "ipv4") return of(Family::ipv4);
  if (ip_version == "ipv6") return of(Family::ipv6);
  const bool four_first = ip_version == "ipv4-6";
  const auto first = of(four_first ? Family::ipv4 : Family::ipv6);
  return first ? first : of(four_first ? Family::ipv6 : Family::ipv4);
}

}  // namespace

Corosync read_corosync(std::string_view text) {
  Reader reader;
  for (const std::string_view line : split(text, '\n')) reader.read(line);
  return reader.take();
}

std::vector<NodeFacts::Link> cluster_links(const Corosync& corosync, std::string_view node, const Resolve& resolve) {
  std::vector<NodeFacts::Link> links;
  const auto own = std::ranges::find(corosync.nodes, node, &Corosync::Node::name);
  if (own == corosync.nodes.end()) return links;
  for (const auto& [number, text] : own->addresses) {
    const auto address = address_of(text, corosync.ip_version, resolve);
    if (!address) continue;
    const auto port = corosync.ports.find(number);
    NodeFacts::Link link{
        number, *address, port != corosync.ports.end() ? port->second : static_cast<std::uint16_t>(kFirstPort + number), {}};
    for (const Corosync::Node& other : corosync.nodes) {
      const auto there = other.addresses.find(number);
      if (&other == &*own || there == other.addresses.end()) continue;
      if (const auto peer = address_of(there->second, corosync.ip_version, resolve)) link.peers.push_back({other.name, *peer});
    }
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace drawbridge::firewall
