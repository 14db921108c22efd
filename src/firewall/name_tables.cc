#include "firewall/name_tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

/// What the IANA calls them: known even where netbase is not installed.
constexpr std::array<std::pair<std::string_view, std::uint8_t>, 14> kCommon{{{"icmp", kIcmp},
                                                                             {"igmp", 2},
                                                                             {"ipencap", 4},
                                                                             {"tcp", kTcp},
                                                                             {"udp", kUdp},
                                                                             {"dccp", kDccp},
                                                                             {"gre", 47},
                                                                             {"esp", 50},
                                                                             {"ah", 51},
                                                                             {"icmpv6", kIcmpv6},
                                                                             {"ipv6-icmp", kIcmpv6},
                                                                             {"ospf", 89},
                                                                             {"sctp", kSctp},
                                                                             {"udplite", kUdplite}}};

template <class Read>
void each_line(std::string_view text, const Read& read) {
  for (const std::string_view line : split(text, '\n')) {
    const auto words = split_words(line.substr(0, line.find('#')));
    if (words.size() >= 2) read(words);
  }
}

template <class Value>
void order(std::vector<Value>& values) {
  std::ranges::stable_sort(values, {}, &Value::name);
}

/// In the order of the file, so that the first of a name counts.
template <class Value>
const Value* find(const std::vector<Value>& sorted, std::string_view name) {
  const auto found = std::ranges::lower_bound(sorted, name, {}, [](const Value& value) { return std::string_view(value.name); });
  return found != sorted.end() && found->name == name ? &*found : nullptr;
}

std::vector<NamedNumber> read_protocols(std::string_view text) {
  std::vector<NamedNumber> protocols;
  for (const auto& [name, number] : kCommon) protocols.push_back({std::string(name), number});
  each_line(text, [&](const auto& words) {
    if (const auto number = parse_number<std::uint8_t>(words[1])) protocols.push_back({std::string(words[0]), *number});
  });
  order(protocols);
  return protocols;
}

std::vector<Service> read_services(std::string_view text, const NameTables& tables) {
  std::vector<Service> services;
  each_line(text, [&](const auto& words) {
    const auto slash = words[1].find('/');
    if (slash == std::string_view::npos) return;
    const auto port = parse_number<std::uint16_t>(words[1].substr(0, slash));
    const auto protocol = find_protocol(tables, words[1].substr(slash + 1));
    if (!port || !protocol) return;
    services.push_back({std::string(words[0]), *protocol, *port});
    for (std::size_t i = 2; i < words.size(); ++i) services.push_back({std::string(words[i]), *protocol, *port});
  });
  order(services);
  return services;
}

std::vector<NamedNumber> read_ethertypes(std::string_view text) {
  std::vector<NamedNumber> types;
  each_line(text, [&](const auto& words) {
    std::uint16_t number = 0;
    const auto [stop, error] = std::from_chars(words[1].begin(), words[1].end(), number, 16);
    if (error != std::errc{} || stop != words[1].end()) return;
    types.push_back({to_lower(words[0]), number});
    for (std::size_t i = 2; i < words.size(); ++i) types.push_back({to_lower(words[i]), number});
  });
  order(types);
  return types;
}

}  // namespace

NameTables read_name_tables(std::string_view protocols, std::string_view services, std::string_view ethertypes) {
  NameTables tables;
  tables.protocols = read_protocols(protocols);
  tables.services = read_services(services, tables);
  tables.ethertypes = read_ethertypes(ethertypes);
  return tables;
}

std::optional<std::uint8_t> find_protocol(const NameTables& tables, std::string_view name) {
  // Nine rules of ten; no file calls them otherwise.
  if (name == "tcp") return kTcp;
  if (name == "udp") return kUdp;
  const auto* found = find(tables.protocols, name);
  return found == nullptr ? std::nullopt : std::optional(static_cast<std::uint8_t>(found->number));
}

std::optional<std::uint16_t> find_service(const NameTables& tables, std::string_view name, std::uint8_t protocol) {
  for (const auto* found = find(tables.services, name);
       found != nullptr && found != tables.services.data() + tables.services.size() && found->name == name; ++found)
    if (found->protocol == protocol) return found->port;
  return std::nullopt;
}

bool knows_service(const NameTables& tables, std::string_view name) { return find(tables.services, name) != nullptr; }

std::optional<std::uint16_t> find_ethertype(const NameTables& tables, std::string_view name) {
  const auto* found = find(tables.ethertypes, to_lower(name));
  return found == nullptr ? std::nullopt : std::optional(found->number);
}

bool has_ports(std::uint8_t protocol) {
  return protocol == kTcp || protocol == kUdp || protocol == kDccp || protocol == kSctp || protocol == kUdplite;
}

}  // namespace drawbridge::firewall
