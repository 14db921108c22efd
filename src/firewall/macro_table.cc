// The macros, in the order of their names without regard to case.
#include "firewall/macros.h"
#include "firewall/name_tables.h"

namespace drawbridge::firewall {
namespace {

using Ports = std::vector<rules::Interval>;

std::optional<rules::NumberSet> set_of(Ports ports) {
  return ports.empty() ? std::nullopt : std::optional(rules::NumberSet(std::move(ports)));
}

MacroLine with_ports(std::uint8_t protocol, Ports destination, Ports source) {
  return {std::nullopt, protocol, set_of(std::move(source)), set_of(std::move(destination)), std::nullopt};
}

MacroLine tcp(Ports destination) { return with_ports(kTcp, std::move(destination), {}); }
MacroLine udp(Ports destination, Ports source = {}) { return with_ports(kUdp, std::move(destination), std::move(source)); }
MacroLine protocol(std::uint8_t number) { return {std::nullopt, number, std::nullopt, std::nullopt, std::nullopt}; }
MacroLine icmp(std::uint8_t type) { return {Family::ipv4, kIcmp, std::nullopt, std::nullopt, type}; }
MacroLine icmpv6(std::uint8_t type) { return {Family::ipv6, kIcmpv6, std::nullopt, std::nullopt, type}; }

MacroLine only_v6(MacroLine line) {
  line.family = Family::ipv6;
  return line;
}

// clang-format off
const std::vector<Macro>& table() {
  static const std::vector<Macro> kMacros{
      {"Amanda", "network backup service Amanda, UDP and TCP", {udp({{10080, 10080}}), tcp({{10080, 10080}})}},
      {"Auth", "identd user lookup", {tcp({{113, 113}})}},
      {"BGP", "routing sessions between BGP peers", {tcp({{179, 179}})}},
      {"BitTorrent", "BitTorrent peers, clients up to release 3.1", {tcp({{6881, 6889}}), udp({{6881, 6881}})}},
      {"BitTorrent32", "BitTorrent peers, clients from release 3.2 on", {tcp({{6881, 6999}}), udp({{6881, 6881}})}},
      {"Ceph", "Ceph monitors (old and new wire protocol), OSD and metadata daemons", {tcp({{6789, 6789}}), tcp({{3300, 3300}}), tcp({{6800, 7300}})}},
      {"Citrix", "Citrix ICA sessions, browser service and session reliability", {tcp({{1494, 1494}}), udp({{1604, 1604}}), tcp({{2598, 2598}})}},
      {"CVS", "CVS repository access in pserver mode", {tcp({{2401, 2401}})}},
      {"DAAP", "music sharing as spoken by iTunes and compatible players", {tcp({{3689, 3689}}), udp({{3689, 3689}})}},
      {"DCC", "bulk mail checksum exchange (anti-spam)", {tcp({{6277, 6277}})}},
      {"DHCPfwd", "IPv4 DHCP between relays, servers and clients", {udp({{67, 68}}, {{67, 68}})}},
      {"DHCPv6", "IPv6 DHCP in both directions", {only_v6(udp({{546, 547}}, {{546, 547}}))}},
      {"Distcc", "shared C/C++ compile jobs", {tcp({{3632, 3632}})}},
      {"DNS", "name resolution over UDP and TCP", {udp({{53, 53}}), tcp({{53, 53}})}},
      {"Finger", "user information lookup after RFC 742", {tcp({{79, 79}})}},
      {"FTP", "FTP control channel only; data channels need a helper or more rules", {tcp({{21, 21}})}},
      {"Git", "native git:// transport", {tcp({{9418, 9418}})}},
      {"GNUnet", "GNUnet peer traffic", {tcp({{2086, 2086}}), udp({{2086, 2086}}), tcp({{1080, 1080}}), udp({{1080, 1080}})}},
      {"GRE", "IP protocol 47 tunnels", {protocol(47)}},
      {"HKP", "OpenPGP key server queries", {tcp({{11371, 11371}})}},
      {"HTTP", "plain web traffic", {tcp({{80, 80}})}},
      {"HTTP/3", "web traffic over QUIC", {udp({{443, 443}})}},
      {"HTTPS", "web traffic over TLS", {tcp({{443, 443}})}},
      {"ICPV2", "cache peering between proxies such as Squid", {udp({{3130, 3130}})}},
      {"ICQ", "ICQ/AIM messenger login and chat", {tcp({{5190, 5190}})}},
      {"IMAP", "mailbox access, plain or STARTTLS", {tcp({{143, 143}})}},
      {"IMAPS", "mailbox access over implicit TLS", {tcp({{993, 993}})}},
      {"IPIP", "IP protocol 94 (note: Linux ipip tunnels use protocol 4, which this does not match)", {protocol(94)}},
      {"IPsec", "IKE on the fixed port pair plus ESP", {udp({{500, 500}}, {{500, 500}}), protocol(50)}},
      {"IPsecah", "IKE on the fixed port pair plus AH", {udp({{500, 500}}, {{500, 500}}), protocol(51)}},
      {"IPsecnat", "IKE, NAT traversal and ESP", {udp({{500, 500}}), udp({{4500, 4500}}), protocol(50)}},
      {"IRC", "chat server access on the classic port", {tcp({{6667, 6667}})}},
      {"Jetdirect", "raw printing to network printers", {tcp({{9100, 9100}})}},
      {"L2TP", "L2TP tunnel control and data", {udp({{1701, 1701}})}},
      {"LDAP", "directory queries, plain or STARTTLS", {tcp({{389, 389}})}},
      {"LDAPS", "directory queries over implicit TLS", {tcp({{636, 636}})}},
      {"Mail", "all three mail submission and transfer ports", {tcp({{25, 25}}), tcp({{465, 465}}), tcp({{587, 587}})}},
      {"MDNS", "link-local name and service discovery", {udp({{5353, 5353}})}},
      {"MSNP", "MSN Messenger protocol", {tcp({{1863, 1863}})}},
      {"MSSQL", "Microsoft SQL Server default instance", {tcp({{1433, 1433}})}},
      {"Munin", "Munin monitoring node", {tcp({{4949, 4949}})}},
      {"MySQL", "MySQL or MariaDB server", {tcp({{3306, 3306}})}},
      {"NeighborDiscovery", "IPv6 router and neighbour solicitations and advertisements", {icmpv6(133), icmpv6(134), icmpv6(135), icmpv6(136)}},
      {"NNTP", "Usenet news, plain", {tcp({{119, 119}})}},
      {"NNTPS", "Usenet news over TLS", {tcp({{563, 563}})}},
      {"NTP", "clock synchronisation", {udp({{123, 123}})}},
      {"OpenVPN", "OpenVPN on its default UDP port", {udp({{1194, 1194}})}},
      {"OSPF", "OSPF routing, IP protocol 89", {protocol(89)}},
      {"PBS", "Proxmox Backup Server web interface and backup API", {tcp({{8007, 8007}})}},
      {"PCA", "Symantec pcAnywhere remote control", {udp({{5632, 5632}}), tcp({{5631, 5631}})}},
      {"Ping", "echo requests, per address family", {icmp(8), icmpv6(128)}},
      {"PMG", "admin web interface of the mail gateway appliance", {tcp({{8006, 8006}})}},
      {"POP3", "mailbox download, plain or STARTTLS", {tcp({{110, 110}})}},
      {"POP3S", "mailbox download over implicit TLS", {tcp({{995, 995}})}},
      {"PostgreSQL", "PostgreSQL database connections", {tcp({{5432, 5432}})}},
      {"PPtP", "PPTP control connection and its GRE data channel", {protocol(47), tcp({{1723, 1723}})}},
      {"Printer", "LPD print spooler", {tcp({{515, 515}})}},
      {"Razor", "Razor collaborative spam filter", {tcp({{2703, 2703}})}},
      {"Rdate", "old time-of-day fetch with rdate", {tcp({{37, 37}})}},
      {"RDP", "Remote Desktop", {tcp({{3389, 3389}})}},
      {"RIP", "RIP routing updates", {udp({{520, 520}})}},
      {"RNDC", "BIND control channel", {tcp({{953, 953}})}},
      {"Rsync", "rsync daemon", {tcp({{873, 873}})}},
      {"SANE", "scanner sharing", {tcp({{6566, 6566}})}},
      {"SixXS", "SixXS tunnel broker: control, heartbeat, 6in4 and AYIYA", {tcp({{3874, 3874}}), udp({{3740, 3740}}), protocol(41), udp({{5072, 5072}, {8374, 8374}})}},
      {"SMB", "Windows file sharing, NetBIOS services and RPC endpoint mapper", {udp({{135, 135}, {445, 445}}), udp({{137, 139}}), udp({{1024, 65535}}, {{137, 137}}), tcp({{135, 135}, {139, 139}, {445, 445}})}},
      {"SMBswat", "Samba's old web administration tool", {tcp({{901, 901}})}},
      {"SMTP", "mail transfer between servers", {tcp({{25, 25}})}},
      {"SMTPS", "mail transfer over implicit TLS", {tcp({{465, 465}})}},
      {"SNMP", "SNMP polling and traps", {udp({{161, 162}}), tcp({{161, 161}})}},
      {"SPAMD", "SpamAssassin daemon", {tcp({{783, 783}})}},
      {"SPICEproxy", "Proxmox VE SPICE console proxy", {tcp({{3128, 3128}})}},
      {"Squid", "Squid proxy for clients", {tcp({{3128, 3128}})}},
      {"SSH", "secure shell", {tcp({{22, 22}})}},
      {"Submission", "mail hand-in from mail clients", {tcp({{587, 587}})}},
      {"SVN", "svnserve repositories", {tcp({{3690, 3690}})}},
      {"Syslog", "remote logging, UDP and TCP", {udp({{514, 514}}), tcp({{514, 514}})}},
      {"Telnet", "unencrypted remote login", {tcp({{23, 23}})}},
      {"Telnets", "remote login over TLS", {tcp({{992, 992}})}},
      {"TFTP", "TFTP requests only; transfers need the helper", {udp({{69, 69}})}},
      {"Time", "RFC 868 time service", {tcp({{37, 37}})}},
      {"Trcrt", "traceroute probes, UDP port window and echo requests", {udp({{33434, 33524}}), icmp(8), icmpv6(128)}},
      {"VNC", "VNC servers on displays 0 to 99", {tcp({{5900, 5999}})}},
      {"VNCL", "VNC servers calling back to a listening viewer", {tcp({{5500, 5500}})}},
      {"Web", "plain and TLS web traffic", {tcp({{80, 80}}), tcp({{443, 443}})}},
      {"Webcache", "web proxy on the alternate HTTP port", {tcp({{8080, 8080}})}},
      {"Webmin", "Webmin administration interface", {tcp({{10000, 10000}})}},
      {"Whois", "registry lookups", {tcp({{43, 43}})}},
  };
  return kMacros;
}
// clang-format on

}  // namespace

std::span<const Macro> macros() { return table(); }

}  // namespace drawbridge::firewall
