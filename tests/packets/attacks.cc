#include "attacks.h"

#include <algorithm>

#include "frame_bytes.h"

namespace drawbridge::packets {
namespace {

constexpr std::string_view kBroadcast = "ff:ff:ff:ff:ff:ff";

MacAddress mac(std::string_view text) { return *parse_mac(text); }
IpAddress address(std::string_view text) { return *parse_ip(text); }

/// From a guest (100) or from the network outside (eth0), to the other guest (101), to the outside, or to all.
class Book {
 public:
  std::vector<Attack> take() && { return std::move(attacks_); }

  void begin(std::string name, std::string arrives, std::string why) {
    attacks_.push_back({std::move(name), {}, std::move(arrives), std::move(why)});
  }
  Bytes mark() const { return marker(next_); }

  void frame(std::string_view port, std::string_view to, std::string_view from, std::size_t type, const Bytes& payload,
             std::vector<std::uint16_t> tags = {}) {
    const auto found = std::ranges::find(kPorts, port, &Port::name);
    attacks_.back().frames.push_back({.id = next_++,
                                      .port = static_cast<std::size_t>(found - kPorts.begin()),
                                      .bytes = ethernet(mac(to), mac(from), tags, type, payload)});
  }
  // Out of guest 100.
  void out(std::string_view to, std::size_t type, const Bytes& payload, std::vector<std::uint16_t> tags = {}) {
    frame("tap100i0", to, kPorts[0].mac, type, payload, std::move(tags));
  }
  void out_ip(std::string_view to, const Ip& header, const Bytes& payload) {
    out(to, header.source.is_v4() ? 0x0800 : 0x86dd, ip(header, payload));
  }
  // From outside to guest 100.
  void in(std::size_t type, const Bytes& payload, std::string_view to = kPorts[0].mac) { frame("eth0", to, kPorts[5].mac, type, payload); }
  void in_ip(const Ip& header, const Bytes& payload, std::string_view to = kPorts[0].mac) {
    in(header.source.is_v4() ? 0x0800 : 0x86dd, ip(header, payload), to);
  }

  // What is sent most.
  Bytes syn(const Ends& ends, std::uint16_t port, std::uint8_t flags = 2) {
    return tcp(ends, static_cast<std::uint16_t>(30'000 + next_), port, flags, kFirstSequence + next_ * kSequenceStep, mark());
  }
  void in_syn(std::uint16_t port, std::uint8_t flags = 2) {
    const Ends ends = inbound();
    in_ip({ends.source, ends.destination, 6}, syn(ends, port, flags));
  }
  static Ends inbound(bool v4 = true) { return {address(v4 ? "192.0.2.7" : "2001:db8::7"), address(v4 ? "10.0.0.100" : "fd00::100")}; }
  static Ends outbound(bool v4 = true) { return {address(v4 ? "10.0.0.100" : "fd00::100"), address(v4 ? "192.0.2.7" : "2001:db8::7")}; }
  std::uint32_t next() const { return next_; }

 private:
  std::vector<Attack> attacks_;
  std::uint32_t next_ = 1;
};

constexpr std::string_view kOutside = kPorts[5].mac;
constexpr std::string_view kVictim = kPorts[2].mac;

void add_arp(Book& book) {
  const auto send = [&](std::uint16_t operation, std::string_view to, std::string_view inner, std::string_view source,
                        std::string_view target, std::vector<std::uint16_t> tags = {}) {
    book.out(to, 0x0806, arp(operation, mac(inner), address(source), address(target)) + book.mark(), std::move(tags));
  };
  const std::string_view own = kPorts[0].mac;
  book.begin("ARP request in the gateway's name", "nowhere", "sender's address, `ipfilter`");
  send(1, kBroadcast, own, "10.0.0.9", "10.0.0.101");
  book.begin("ARP reply to a neighbour in the gateway's name", "nowhere", "sender's address, `ipfilter`");
  send(2, kVictim, own, "10.0.0.9", "10.0.0.101");
  book.begin("gratuitous ARP for the gateway's address", "nowhere", "sender's address, `ipfilter`");
  send(1, kBroadcast, own, "10.0.0.9", "10.0.0.9");
  book.begin("ARP with another's MAC address inside", "nowhere", "sender's MAC address, `macfilter`");
  send(2, kBroadcast, kVictim, "10.0.0.100", "10.0.0.9");
  book.begin("ARP probe for another's address", "nowhere", "target of a probe, `ipfilter`");
  send(1, kBroadcast, own, "0.0.0.0", "10.0.0.101");
  book.begin("ARP in a VLAN tag in the gateway's name", "nowhere", "no tags at a card without trunks");
  send(2, kBroadcast, own, "10.0.0.9", "10.0.0.9", {5});
  book.begin("ARP of another kind of hardware", "nowhere", "only ARP for Ethernet and IPv4 can be checked");
  book.out(kBroadcast, 0x0806, Bytes{0, 6, 8, 0, 6, 4, 0, 1} + Bytes(20, 0) + book.mark());
  book.begin("announcement of its own address (no attack)", "tap100i1 tap101i0 tap102i0 veth103i0 eth0", "allowed");
  send(1, kBroadcast, own, "10.0.0.100", "10.0.0.100");
}

void add_discovery(Book& book) {
  const auto send = [&](std::uint8_t type, std::string_view source, std::string_view target, std::string_view to = "ff02::1",
                        std::string_view to_mac = "33:33:00:00:00:01") {
    const Ends ends{address(source), address(to)};
    const Bytes rest = type == 134   ? Bytes(12, 0)
                       : type == 137 ? Bytes(4, 0) + bytes_of(address(target)) + bytes_of(ends.destination)
                                     : Bytes(4, 0) + bytes_of(address(target));
    book.out_ip(to_mac, {ends.source, ends.destination, 58, 255},
                icmp(ends, type, 0, rest + Bytes{200, 2, 0, 0, 0, 0, 0, 0} + book.mark()));
  };
  book.begin("neighbour solicitation from another's address", "nowhere", "source address, `ipfilter`");
  send(135, "fd00::9", "fd00::101");
  book.begin("unsolicited neighbour advertisement of the gateway's address", "nowhere", "target, `ipfilter`");
  send(136, "fd00::9", "fd00::9");
  book.begin("the same from its own address", "nowhere", "target, `ipfilter`");
  send(136, "fd00::100", "fd00::9");
  book.begin("duplicate address detection for another's address", "nowhere", "target, `ipfilter`");
  send(135, "::", "fd00::101", "ff02::1:ff00:101", "33:33:ff:00:01:01");
  book.begin("advertisement of its own address (no attack)", "tap100i1 tap101i0 tap102i0 veth103i0 eth0 host", "allowed");
  send(136, "fd00::100", "fd00::100");
  book.begin("router advertisement by a guest", "nowhere", "`radv: 0`");
  send(134, "fe80::be24:11ff:fe00:100", "::");
  book.begin("IPv6 redirect by a guest", "nowhere", "`radv: 0`");
  send(137, "fe80::be24:11ff:fe00:100", "fd00::9");
  const Ends ends{address("fe80::be24:11ff:fe00:100"), address("ff02::1")};
  book.begin("router advertisement behind destination options", "nowhere", "the gate looks behind extension headers");
  book.out_ip("33:33:00:00:00:01", {ends.source, ends.destination, 60, 255, Bytes{58, 0, 1, 4, 0, 0, 0, 0}},
              icmp(ends, 134, 0, Bytes(12, 0) + book.mark()));
  book.begin("router advertisement hidden in fragments", "nowhere", "asked again when it is put together");
  const Bytes whole = icmp(ends, 134, 0, Bytes(12, 0) + book.mark() + Bytes(1280 - 24, 0) + marker(book.next() + 1) + Bytes(8, 0));
  const auto piece = [&](std::size_t from, std::size_t to, bool more) {
    book.out_ip("33:33:00:00:00:01",
                {ends.source, ends.destination, 44, 255, Bytes{58, 0} + number16(from | (more ? 1U : 0U)) + number32(77)},
                Bytes(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to)));
  };
  piece(0, 1280, true);
  piece(1280, whole.size(), false);
  book.begin("router advertisement from outside", "tap100i0", "**not stopped**: with `ndp: 1` a guest hears every router of its network");
  const Ends router{address("fe80::1"), address("ff02::1")};
  book.in_ip({router.source, router.destination, 58, 255},
             icmp(router, 134, 0, Bytes(12, 0) + Bytes{200, 2, 0, 0, 0, 0, 0, 0} + book.mark()), kPorts[0].mac);
  book.begin("IPv6 redirect from outside", "nowhere", "not among what `ndp` lets in");
  book.in_ip({router.source, address("fd00::100"), 58, 255},
             icmp({router.source, address("fd00::100")}, 137, 0, Bytes(36, 0) + book.mark()));
}

void add_spoofing(Book& book) {
  const Ends ends = Book::outbound();
  book.begin("frame with a neighbour's MAC address", "nowhere", "`macfilter`");
  book.frame("tap100i0", kOutside, kVictim, 0x0800, ip({ends.source, ends.destination, 6}, book.syn(ends, 80)));
  book.begin("MAC flooding: 64 frames, each from another address", "nowhere", "`macfilter`, before the bridge learns an address");
  for (int count = 0; count < 64; ++count) {
    std::string from = "02:00:00:00:aa:00";
    from[15] = "0123456789abcdef"[count / 16];
    from[16] = "0123456789abcdef"[count % 16];
    book.frame("tap100i0", kBroadcast, from, 0x88b5, book.mark() + Bytes(40, 0));
  }
  book.begin("IPv4 from another's address", "nowhere", "`ipfilter`");
  const Ends spoofed{address("10.0.0.101"), address("192.0.2.7")};
  book.out_ip(kOutside, {spoofed.source, spoofed.destination, 6}, book.syn(spoofed, 80));
  book.begin("IPv6 from another's address", "nowhere", "`ipfilter`");
  const Ends spoofed6{address("fd00::101"), address("2001:db8::7")};
  book.out_ip(kOutside, {spoofed6.source, spoofed6.destination, 6}, book.syn(spoofed6, 80));
  book.begin("IPv6 from no address at all", "nowhere", "`ipfilter`");
  const Ends none{address("::"), address("fd00::9")};
  book.out_ip(kOutside, {none.source, none.destination, 17}, udp(none, 1000, 1000, book.mark()));
  book.begin("IPv4 from 127.0.0.1", "nowhere", "`ipfilter`");
  const Ends loop{address("127.0.0.1"), address("192.0.2.7")};
  book.out_ip(kOutside, {loop.source, loop.destination, 17}, udp(loop, 1000, 1000, book.mark()));
  book.begin("frame with a neighbour's MAC address within a known connection", "eth0; tap100i0; nowhere",
             "`macfilter`, before known connections; the first two open the connection");
  const std::uint16_t port = 33'333;
  const auto segment = [&](const Ends& between, bool out, std::uint8_t flags) {
    return tcp(between, out ? port : std::uint16_t{443}, out ? std::uint16_t{443} : port, flags,
               kFirstSequence + book.next() * kSequenceStep, book.mark());
  };
  book.out_ip(kOutside, {ends.source, ends.destination, 6}, segment(ends, true, 2));
  const Ends back{ends.destination, ends.source};
  book.in_ip({back.source, back.destination, 6}, segment(back, false, 0x12));
  book.frame("tap100i0", kOutside, kVictim, 0x0800, ip({ends.source, ends.destination, 6}, segment(ends, true, 0x10)));
  book.begin("anything by a port that no guest has", "nowhere", "ports without rules are closed");
  book.frame("tap999i0", kOutside, kPorts[6].mac, 0x0800,
             ip({address("10.0.0.99"), address("192.0.2.7"), 6}, book.syn({address("10.0.0.99"), address("192.0.2.7")}, 80)));
}

void add_dhcp(Book& book) {
  const auto offer = [&](std::string_view port, std::string_view from, bool v4) {
    const Ends ends{address(v4 ? (port == "tap100i0" ? "10.0.0.100" : "10.0.0.101") : (port == "tap100i0" ? "fd00::100" : "fd00::101")),
                    address(v4 ? "10.0.0.103" : "fd00::103")};
    book.frame(port, kPorts[4].mac, from, v4 ? 0x0800 : 0x86dd,
               ip({ends.source, ends.destination, 17},
                  udp(ends, v4 ? 67 : 547, v4 ? 68 : 546, (v4 ? dhcp(true, mac(kPorts[4].mac)) : Bytes{2, 0, 0, 1}) + book.mark())));
  };
  book.begin("DHCP server in a guest", "nowhere", "the rule `OUT DROP -p udp -sport 67 -dport 68`");
  offer("tap100i0", kPorts[0].mac, true);
  book.begin("DHCPv6 server in a guest", "nowhere", "the rule `OUT DROP -p udp -sport 547 -dport 546`");
  offer("tap100i0", kPorts[0].mac, false);
  book.begin("DHCP server in a guest without that rule", "veth103i0",
             "**not stopped**: `policy_out: ACCEPT`, and `dhcp: 1` hears every server");
  offer("tap101i0", kVictim, true);
  book.begin("DHCP requests for other hardware addresses (starvation)", "nowhere", "`macfilter` compares the address in the body");
  const Ends all{address("0.0.0.0"), address("255.255.255.255")};
  book.out_ip(kBroadcast, {all.source, all.destination, 17}, udp(all, 68, 67, dhcp(false, mac("02:00:00:00:00:77")) + book.mark()));
}

void add_frames(Book& book) {
  const Ends ends = Book::outbound();
  const auto tagged = [&](std::vector<std::uint16_t> tags) {
    book.out(kOutside, 0x0800, ip({ends.source, ends.destination, 6}, book.syn(ends, 80)), std::move(tags));
  };
  book.begin("a VLAN tag", "nowhere", "no tags at a card without trunks");
  tagged({5});
  book.begin("two VLAN tags (hopping)", "nowhere", "two tags pass nowhere");
  tagged({5, 9});
  book.begin("a priority tag (VLAN 0)", "nowhere", "no tags at a card without trunks");
  tagged({0x6000});
  book.begin("an 802.1ad tag", "nowhere", "no tags at a card without trunks");
  book.out(kOutside, 0x88a8, number16(5) + number16(0x0800) + ip({ends.source, ends.destination, 6}, book.syn(ends, 80)));
  book.begin("two tags by a card with trunks", "nowhere", "two tags pass nowhere");
  book.frame("tap100i1", kOutside, kPorts[1].mac, 0x0800,
             ip({address("10.0.0.110"), ends.destination, 6}, book.syn({address("10.0.0.110"), ends.destination}, 80)), {5, 9});
  book.begin("IP in an LLC/SNAP frame", "nowhere", "no LLC at a card without trunks");
  const Bytes snap = Bytes{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} + ip({ends.source, ends.destination, 6}, book.syn(ends, 80));
  book.out(kOutside, snap.size(), snap);
  book.begin("spanning tree messages by a guest", "nowhere", "no LLC at a card without trunks");
  book.out("01:80:c2:00:00:00", 46, Bytes{0x42, 0x42, 3} + book.mark() + Bytes(35, 0));
  book.begin("802.1X (EAPOL) by a guest", "nowhere", "the bridge itself: a group of the link alone");
  book.out("01:80:c2:00:00:03", 0x888e, book.mark() + Bytes(40, 0));
  book.begin("LLDP by a guest", "nowhere", "the bridge itself: a group of the link alone");
  book.out("01:80:c2:00:00:0e", 0x88cc, book.mark() + Bytes(40, 0));
  book.begin("wake-up frame (0x0842) to a guest", "nowhere", "`policy_in` for frames that aren't IP");
  book.in(0x0842, Bytes(6, 0xff) + book.mark() + Bytes(40, 0));
  book.begin("an unknown EtherType to a guest", "nowhere", "`policy_in` for frames that aren't IP");
  book.in(0x88b5, book.mark() + Bytes(40, 0));
  book.begin("PPPoE discovery by a guest", "eth0", "**not stopped**: `policy_out: ACCEPT`; `layer2_protocols` closes it");
  book.out(kOutside, 0x8863, book.mark() + Bytes(40, 0));
}

void add_fragments(Book& book) {
  const Ends ends = Book::inbound();
  const auto piece = [&](std::uint16_t identification, std::size_t offset, bool more, const Bytes& part) {
    book.in_ip({ends.source, ends.destination, 6, 64, {}, static_cast<std::uint16_t>(offset / 8 | (more ? 0x2000U : 0U)), identification},
               part);
  };
  book.begin("tiny fragments: a TCP header in three pieces, to a closed port", "nowhere",
             "put together before rules are asked; `policy_in`");
  const Bytes whole = tcp(ends, 30'500, 22, 2, 1, marker(book.next()) + Bytes(12, 0));
  piece(501, 0, true, {whole.begin(), whole.begin() + 8});
  piece(501, 8, true, {whole.begin() + 8, whole.begin() + 24});
  piece(501, 24, false, {whole.begin() + 24, whole.end()});
  book.begin("overlapping fragments: the second rewrites the port", "nowhere", "the kernel gives up datagrams whose pieces overlap");
  const Bytes open = tcp(ends, 30'501, 80, 2, 1, marker(book.next()) + Bytes(12, 0)),
              closed = tcp(ends, 30'501, 22, 2, 1, marker(book.next() + 1) + Bytes(12, 0));
  piece(502, 0, true, {open.begin(), open.begin() + 32});
  piece(502, 0, false, closed);
  book.begin("a later fragment whose first never comes", "nowhere", "never put together");
  piece(503, 48, false, book.mark() + Bytes(16, 0));
  book.begin("small IPv6 fragments, to the open port", "nowhere",
             "the kernel: a bridge that follows connections loses datagrams of pieces below 1280 bytes");
  const Ends ends6 = Book::inbound(false);
  const Bytes whole6 = tcp(ends6, 30'502, 80, 2, 1, marker(book.next()) + marker(book.next() + 1) + Bytes(4, 0));
  const auto piece6 = [&](std::size_t from, std::size_t to, bool more) {
    book.in_ip({ends6.source, ends6.destination, 44, 64, Bytes{6, 0} + number16(from | (more ? 1U : 0U)) + number32(504)},
               Bytes(whole6.begin() + static_cast<std::ptrdiff_t>(from), whole6.begin() + static_cast<std::ptrdiff_t>(to)));
  };
  piece6(0, 24, true);
  piece6(24, whole6.size(), false);
}

void add_headers(Book& book) {
  const Ends ends = Book::inbound(false);
  book.begin("eight extension headers before TCP, to a closed port", "nowhere", "rules look behind them; `policy_in`");
  Ip header{ends.source, ends.destination, 60};
  for (int count = 0; count < 8; ++count)
    header.options = Bytes{static_cast<std::uint8_t>(count == 0 ? 6 : 60), 0, 1, 4, 0, 0, 0, 0} + header.options;
  book.in_ip(header, book.syn(ends, 22));
  book.begin("hop-by-hop options and a routing header of type 0, to a closed port", "nowhere", "rules look behind them; `policy_in`");
  book.in_ip({ends.source, ends.destination, 0, 64, Bytes{43, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0}}, book.syn(ends, 22));
  book.begin("TCP behind an authentication header, to the open port", "nowhere", "nobody looks behind it: it is no TCP for rules");
  book.in_ip({ends.source, ends.destination, 51, 64, Bytes{6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1}}, book.syn(ends, 80));
  book.begin("protocol 0 over IPv4", "nowhere", "`policy_in`");
  const Ends ends4 = Book::inbound();
  book.in_ip({ends4.source, ends4.destination, 0}, Bytes(8, 0) + book.mark());
  book.begin("protocol 255 over IPv4", "nowhere", "`policy_in`");
  book.in_ip({ends4.source, ends4.destination, 255}, Bytes(8, 0) + book.mark());
  book.begin("loose source routing, to a closed port", "nowhere", "`policy_in`");
  book.in_ip({ends4.source, ends4.destination, 6, 64, Bytes{0x83, 7, 4, 10, 0, 0, 9, 0}}, book.syn(ends4, 22));
  book.begin("an IPv4 header shorter than it can be", "nowhere", "`policy_in`: it has no protocol");
  book.in_ip({ends4.source, ends4.destination, 6, 64, {}, 0, 0, {}, std::uint8_t{4}}, book.syn(ends4, 80));
}

void add_scans(Book& book) {
  book.begin("a connection to the open port (no attack)", "tap100i0", "the rule");
  book.in_syn(80);
  book.begin("a connection to a closed port", "nowhere", "`policy_in`");
  book.in_syn(22);
  for (const auto& [name, flags] : {std::pair{"null", 0}, {"Xmas", 0x29}, {"SYN+FIN", 3}, {"FIN", 1}, {"SYN+RST", 6}}) {
    book.begin(std::string(name) + " scan of the open port", "nowhere", "invalid for conntrack");
    book.in_syn(80, static_cast<std::uint8_t>(flags));
  }
  book.begin("ACK scan of a closed port", "nowhere", "`policy_in`");
  book.in_syn(22, 0x10);
  book.begin("ACK scan of the open port", "tap100i0", "the rule; conntrack takes over connections that it did not see begin");
  book.in_syn(80, 0x10);
  const Ends land{address("10.0.0.100"), address("10.0.0.100")};
  book.begin("land: from the guest's own address, to a closed port", "nowhere", "`policy_in`");
  book.in_ip({land.source, land.destination, 6}, book.syn(land, 22));
  const Ends smurf{address("10.0.0.255"), address("10.0.0.100")};
  book.begin("smurf: an echo request from a broadcast address", "nowhere", "`nosmurfs`");
  book.in_ip({smurf.source, smurf.destination, 1}, icmp(smurf, 8, 0, Bytes(4, 0) + book.mark()));
  const Ends amplifier{address("192.0.2.7"), address("10.0.0.255")};
  book.begin("smurf: an echo request to the broadcast address", "tap101i0 tap102i0",
             "noise before `policy_in: DROP`; a card without firewall and one with `policy_in: ACCEPT` get it");
  book.in_ip({amplifier.source, amplifier.destination, 1}, icmp(amplifier, 8, 0, Bytes(4, 0) + book.mark()), kBroadcast);
  const Ends ends = Book::inbound();
  book.begin("ICMP redirect from outside", "nowhere", "invalid for conntrack: it belongs to no connection");
  book.in_ip({ends.source, ends.destination, 1}, icmp(ends, 5, 1, Bytes{10, 0, 0, 9} + Bytes(28, 0x45) + book.mark()));
  book.begin("ICMP unreachable that belongs to nothing", "nowhere", "invalid for conntrack: it belongs to no connection");
  book.in_ip({ends.source, ends.destination, 1}, icmp(ends, 3, 3, Bytes(4, 0) + Bytes(28, 0x45) + book.mark()));
  book.begin("RST that belongs to nothing", "nowhere", "invalid for conntrack");
  book.in_syn(80, 0x14);
  book.begin("multicast flood", "tap101i0 tap102i0", "noise before `policy_in: DROP`; as above");
  const Ends group{address("192.0.2.7"), address("239.1.2.3")};
  for (int count = 0; count < 8; ++count)
    book.in_ip({group.source, group.destination, 17}, udp(group, 5000, 5000, book.mark()), "01:00:5e:01:02:03");
  book.begin("a guest to the host's port 111", "nowhere", "`policy_in` of the datacenter");
  const Ends host{address("10.0.0.100"), address("10.0.0.1")};
  book.out_ip(kBridges[0].mac, {host.source, host.destination, 6}, book.syn(host, 111));
  book.begin("a guest to the host's port 22", "host", "**not stopped**: the guest is in the local network, which may manage the host");
  book.out_ip(kBridges[0].mac, {host.source, host.destination, 6}, book.syn(host, 22));
}

}  // namespace

std::vector<Attack> attacks() {
  Book book;
  add_arp(book);
  add_discovery(book);
  add_spoofing(book);
  add_dhcp(book);
  add_frames(book);
  add_fragments(book);
  add_headers(book);
  add_scans(book);
  return std::move(book).take();
}

Files files_of_attacks() {
  return {{"cluster.fw", "[OPTIONS]\nenable: 1\n"},
          {"host.fw", "[OPTIONS]\ntcpflags: 1\n"},
          {"100.fw",
           "[OPTIONS]\nenable: 1\n\n[IPSET ipfilter-net0]\n10.0.0.100\nfd00::100\n\n[RULES]\nIN ACCEPT -p tcp -dport 80\n"
           "OUT DROP -p udp -sport 67 -dport 68\nOUT DROP -p udp -sport 547 -dport 546\n"},
          {"101.fw", "[OPTIONS]\nenable: 1\npolicy_in: ACCEPT\n"},
          {"103.fw", "[OPTIONS]\nenable: 1\n"}};
}

}  // namespace drawbridge::packets
