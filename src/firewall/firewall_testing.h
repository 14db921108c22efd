// For tests of this room: documents from texts, the tables of a small machine.
#pragma once

#include <memory>
#include <string>

#include "firewall/resolve.h"

namespace drawbridge::firewall {

inline std::shared_ptr<const Surroundings> small_machine() {
  auto surroundings = std::make_shared<Surroundings>();
  surroundings->tables = read_name_tables(
      "ip 0 IP\nhopopt 0 HOPOPT\nicmp 1 ICMP\nigmp 2 IGMP\ntcp 6 TCP\nudp 17 UDP\ndccp 33 DCCP\ngre 47 GRE\nesp 50 ESP\n"
      "ipv6-icmp 58 IPv6-ICMP\nospf 89 OSPFIGP\nsctp 132 SCTP\nudplite 136 UDPLite\n",
      "ssh 22/tcp # secure shell\ndomain 53/tcp\ndomain 53/udp\nhttp 80/tcp www # WorldWideWeb\nntp 123/udp\nhttps 443/tcp\nhttps "
      "443/udp\n",
      "IPv4 0800 ip ip4\nARP 0806 ether-arp\nIPv6 86DD ip6\n802_1Q 8100 8021q\n");
  surroundings->local_networks = {*parse_prefix("172.16.1.0/24")};
  surroundings->altnames = {{"enp1s0np0-of-the-rack", "eth1"}};
  auto web = std::make_shared<AddressSet>();
  web->id = "sdn/web-all";
  web->ipv4 = rules::NumberSet({rules::interval_of(*parse_prefix("10.9.0.0/24"))});
  surroundings->sdn.push_back({"web-all", web});
  return surroundings;
}

inline Document document_of(std::string text, Level level) {
  constexpr std::array<const char*, 4> kNames{"cluster.fw", "host.fw", "100.fw", "web.fw"};
  return parse_document(std::move(text), kNames[static_cast<std::size_t>(level)], level);
}

inline std::string format(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics) text += format_diagnostic(one);
  return text;
}

}  // namespace drawbridge::firewall
