// The names that a machine has for protocols, ports and EtherTypes: /etc/protocols, /etc/services, /etc/ethertypes as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::firewall {

/// (name, number); sorted by name.
struct NamedNumber {
  std::string name;
  std::uint16_t number = 0;
  auto operator<=>(const NamedNumber&) const = default;
};

struct Service {
  std::string name;
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;
  auto operator<=>(const Service&) const = default;
};

struct NameTables {
  std::vector<NamedNumber> protocols;   ///< the first names of /etc/protocols; case matters
  std::vector<Service> services;        ///< names and other names of /etc/services
  std::vector<NamedNumber> ethertypes;  ///< in lower case
};

/// Texts of the three files; lines that say nothing are passed over. Whatever the files say, the common protocols have names.
NameTables read_name_tables(std::string_view protocols, std::string_view services, std::string_view ethertypes);

/// "tcp", "icmpv6"…: nullopt if there is none of that name. Numbers are not names.
std::optional<std::uint8_t> find_protocol(const NameTables& tables, std::string_view name);
/// The port that the service has with that protocol.
std::optional<std::uint16_t> find_service(const NameTables& tables, std::string_view name, std::uint8_t protocol);
/// With any protocol: for messages.
bool knows_service(const NameTables& tables, std::string_view name);
std::optional<std::uint16_t> find_ethertype(const NameTables& tables, std::string_view name);

inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kDccp = 33;
inline constexpr std::uint8_t kIcmpv6 = 58;
inline constexpr std::uint8_t kSctp = 132;
inline constexpr std::uint8_t kUdplite = 136;
bool has_ports(std::uint8_t protocol);

}  // namespace drawbridge::firewall
