#include "policy_dice.h"

#include <vector>

namespace drawbridge::packets {
namespace {

enum class Where : std::uint8_t { datacenter, node, guest, group, vnet };

class Writer {
 public:
  explicit Writer(Dice& dice) : dice_(dice) {}

  std::string cluster() {
    std::string text = "[OPTIONS]\nenable: 1\n";
    option(text, 8, "ebtables", {"0"});
    option(text, 2, "policy_in", {"ACCEPT", "DROP", "REJECT"});
    option(text, 2, "policy_out", {"ACCEPT", "DROP", "REJECT"});
    option(text, 2, "policy_forward", {"ACCEPT", "DROP"});
    option(text, 6, "log_ratelimit", {"enable=0", "enable=1,rate=10/minute,burst=2"});
    text += "[ALIASES]\nnet4 10.0.0.0/28\nhost4 10.0.0.101\nnet6 fd00::/120\nhost6 fd00::9\n";
    text += "[IPSET mixed]\n10.0.0.0/24\n!10.0.0.100\n!10.0.0.8/30\n10.0.0.9\nfd00::/64\n!fd00::100\n192.0.2.0/25\n";
    text += "[IPSET few] # of both families\nhost4\ndc/host6\n198.51.100.7\n";
    if (dice_.one_in(4))
      text += std::string("[IPSET management]\n") + dice_.any({"192.0.2.7\n", "10.1.0.0/24\nfd00:0:0:1::/64\n", "host4\n"});
    if (dice_.one_in(3)) text += std::string("[IPSET blacklist]\n") + dice_.any({"198.51.100.7\n", "10.0.0.101\nfd00::101\n", "+few\n"});
    if (text.ends_with("+few\n")) text.replace(text.size() - 5, 5, "192.0.2.0/24\n!192.0.2.7\n");
    rules(text, Where::datacenter, 5);
    for (const char* group : {"web", "odd"}) {
      text += std::string("[group ") + group + "]\n";
      for (std::size_t count = dice_.below(4); count > 0; --count) text += rule(Where::group);
    }
    return text;
  }

  std::string host() {
    std::string text = "[OPTIONS]\n";
    option(text, 8, "enable", {"0"});
    option(text, 6, "log_level_in", {"info", "nolog", "err"});
    option(text, 6, "log_level_out", {"info"});
    option(text, 6, "log_level_forward", {"info"});
    option(text, 6, "smurf_log_level", {"info"});
    option(text, 6, "tcp_flags_log_level", {"info"});
    option(text, 3, "nosmurfs", {"0"});
    option(text, 2, "tcpflags", {"1"});
    option(text, 3, "ndp", {"0"});
    option(text, 4, "nf_conntrack_allow_invalid", {"1"});
    rules(text, Where::node, 5);
    return text;
  }

  std::string guest() {
    std::string text = "[OPTIONS]\n";
    if (!dice_.one_in(12)) text += "enable: 1\n";
    option(text, 3, "dhcp", {"0"});
    option(text, 3, "ndp", {"0"});
    option(text, 3, "radv", {"1"});
    option(text, 4, "macfilter", {"0"});
    option(text, 3, "ipfilter", {"1"});
    option(text, 2, "policy_in", {"ACCEPT", "REJECT", "DROP"});
    option(text, 2, "policy_out", {"ACCEPT", "DROP", "REJECT"});
    option(text, 6, "log_level_in", {"info"});
    option(text, 6, "log_level_out", {"warning"});
    option(text, 5, "layer2_protocols", {"PPP_DISC", "ARP,0x88cc", "0x88b5,0800"});
    text += "[ALIASES]\nmine 10.0.0.100\n";
    for (const int slot : {0, 1})
      if (dice_.one_in(4))
        text += "[IPSET ipfilter-net" + std::to_string(slot) + "]\n" +
                dice_.any({"10.0.0.0/24\n", "mine\nfd00::100\n", "10.0.0.0/24\n!10.0.0.1\nfd00::/64\n!fd00::1\n", "",
                           "10.1.0.0/16\nfd00::/32\n"});
    text += "[IPSET own]\n10.0.0.96/28\n!mine\nfd00::9\n";
    rules(text, Where::guest, 12);
    return text;
  }

  std::string vnet() {
    std::string text = "[OPTIONS]\nenable: 1\n";
    option(text, 2, "policy_forward", {"ACCEPT", "DROP"});
    option(text, 6, "log_level_forward", {"info"});
    rules(text, Where::vnet, 4);
    return text;
  }

 private:
  void option(std::string& text, std::size_t in, const char* key, std::vector<const char*> values) {
    if (dice_.one_in(in)) text += std::string(key) + ": " + dice_.one_of(values) + "\n";
  }

  void rules(std::string& text, Where where, std::size_t most) {
    text += "[RULES]\n";
    for (std::size_t count = dice_.below(most + 1); count > 0; --count) text += rule(where);
  }

  std::string rule(Where where) {
    if (where != Where::group && dice_.one_in(7))
      return std::string("GROUP ") + dice_.any({"web", "odd"}) + (where == Where::vnet || !dice_.one_in(4) ? "" : interface(where)) + "\n";
    std::string type = dice_.any({"IN", "OUT"});
    if (where == Where::vnet || (where != Where::guest && dice_.one_in(3))) type = "FORWARD";
    std::string verdict = dice_.any({"ACCEPT", "ACCEPT", "DROP", "REJECT"});
    if (type == "FORWARD" && verdict == "REJECT") verdict = "DROP";
    std::string line = (dice_.one_in(16) ? "|" : "") + type + " ";
    family_ = dice_.any({0, 4, 6});
    if (dice_.one_in(3)) {
      const std::string macro =
          dice_.any({"SSH", "HTTP", "Ping", "DNS", "SMB", "Trcrt", "Web", "NeighborDiscovery", "DHCPv6", "MDNS", "GRE"});
      if (macro == "NeighborDiscovery" || macro == "DHCPv6") family_ = 6;
      line += macro + "(" + verdict + ")" + addresses();
    } else {
      line += verdict + addresses() + protocol();
    }
    if (where != Where::group && type != "FORWARD" && dice_.one_in(6)) line += interface(where);
    if (dice_.one_in(6)) line += " -log info";
    return line + "\n";
  }

  std::string interface(Where where) {
    if (where == Where::guest) return dice_.any({" -i net0", " -i net1"});
    return dice_.any({" -i vmbr0", " -i vmbr1", " -i eth0"});
  }

  std::string addresses() {
    std::string text;
    if (dice_.one_in(3)) text += " -source " + address();
    if (dice_.one_in(3)) text += " -dest " + address();
    return text;
  }
  std::string address() {
    // A set is of both families: it doesn't say for which the rule is.
    if (dice_.one_in(4)) return dice_.any({"+mixed", "+dc/few", "+management"});
    if (family_ == 0) family_ = dice_.any({4, 6});
    if (family_ == 4)
      return dice_.any({"10.0.0.100", "10.0.0.0/24", "10.0.0.9", "10.0.0.1", "10.0.0.96-10.0.0.102", "10.0.0.9,10.0.0.101,192.0.2.7",
                        "192.0.2.0/24", "net4", "dc/host4", "10.1.0.0/16", "0.0.0.0/0", "10.0.0.1-10.0.0.9,10.0.0.103"});
    return dice_.any({"fd00::100", "fd00::/64", "fd00::9", "fd00::1", "fd00::1-fd00::ff", "fd00::9,fd00::101", "2001:db8::/32", "net6",
                      "dc/host6", "fd00:0:0:1::/64", "::/0", "fe80::/10"});
  }

  std::string protocol() {
    if (dice_.one_in(4)) return {};
    if (dice_.one_in(5)) return icmp();
    const std::string name = dice_.any({"tcp", "tcp", "udp", "udp", "sctp", "udplite", "dccp", "gre", "47", "esp", "0", "igmp"});
    std::string text = " -p " + name;
    if (name == "gre" || name == "47" || name == "esp" || name == "0" || name == "igmp") return text;
    if (dice_.one_in(2))
      text += std::string(" -dport ") + dice_.any({"80", "22", "http", "22,80,443", "1:1023", "80:90,53", "0", "445", "1024:65535"});
    if (dice_.one_in(4)) text += std::string(" -sport ") + dice_.any({"53", "1024:65535", "67", "1000", "0"});
    return text.find("http") != std::string::npos && name != "tcp" ? " -p " + name + " -dport 80" : text;
  }
  std::string icmp() {
    if (family_ == 0) family_ = dice_.any({4, 6});
    if (family_ == 4)
      return std::string(" -p icmp") +
             dice_.any({"", " -icmp-type echo-request", " -icmp-type 3/1", " -icmp-type destination-unreachable", " -icmp-type redirect"});
    return dice_.any({" -p icmpv6", " -p ipv6-icmp -icmp-type echo-request", " -p icmpv6 -icmp-type neighbour-advertisement",
                      " -p ipv6-icmp -icmp-type packet-too-big", " -p ipv6-icmp -icmp-type 134"});
  }

  Dice& dice_;
  int family_ = 0;  ///< of the rule being written, once something says so
};

}  // namespace

Files random_files(Dice& dice) {
  Writer writer(dice);
  Files files{{"cluster.fw", writer.cluster()}, {"host.fw", writer.host()}};
  for (const char* guest : {"100.fw", "101.fw", "103.fw", "104.fw"}) files.push_back({guest, writer.guest()});
  if (dice.one_in(4)) files.push_back({"102.fw", writer.guest()});
  if (dice.one_in(3)) files.push_back({"vmbr0.fw", writer.vnet()});
  return files;
}

Files spoiled(Files files, Dice& dice) {
  for (std::size_t count = 1 + dice.below(12); count > 0; --count) {
    std::string& text = files[dice.below(files.size())].text;
    if (text.empty()) continue;
    const std::size_t at = dice.below(text.size()), size = 1 + dice.below(12);
    const std::string piece = text.substr(at, size);
    switch (dice.below(4)) {
      case 0: text.erase(at, size); break;
      case 1: text.insert(dice.below(text.size()), piece); break;
      case 2: text[at] = dice.any({' ', '\n', '-', '!', '0', '9', '/', ',', '+', 'x', '[', ':', '\0'}); break;
      default:
        text.insert(at,
                    dice.any({"-p tcp", " -dport 1:2", "REJECT", "\nIN ACCEPT\n", "255", "::/0", "-i net0", " -log nolog", "GROUP web"}));
    }
  }
  files.front().text.insert(0, "[OPTIONS]\nenable: 1\n");
  return files;
}

}  // namespace drawbridge::packets
