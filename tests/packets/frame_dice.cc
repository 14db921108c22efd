#include "frame_dice.h"

#include <fmt/format.h>

#include <algorithm>

#include "frame_bytes.h"

namespace drawbridge::packets {
namespace {

MacAddress mac(std::string_view text) { return *parse_mac(text); }
IpAddress address(std::string_view text) { return *parse_ip(text); }

class Maker {
 public:
  Maker(Dice& dice, std::uint32_t first) : dice_(dice), first_(first) {}

  void make(std::vector<Frame>& to) {
    frames_ = &to;
    next_id_ = static_cast<std::uint32_t>(to.size()) + first_;
    start();
    switch (dice_.below(17)) {
      case 16: return conversation();
      case 0: return arp_frame();
      case 1: return other_frame();
      case 2: return discovery();
      case 3: return dhcp_packet();
      case 4: return fragments();
      case 5: return odd_ip();
      case 6: return send(Ip{ends_.source, ends_.destination, other_protocol(), hops()}, Bytes(8, 0) + mark());
      case 7:
      case 8: return icmp_packet();
      case 9:
      case 10:
      case 11: return udp_packet();
      default: return tcp_packet();
    }
  }

 private:
  /// From whom to whom, mostly as it should be.
  void start() {
    port_ = dice_.below(kPorts.size());
    const Port& from = kPorts.at(port_);
    v4_ = dice_.one_in(2);
    source_mac_ = mac(dice_.one_in(12) ? dice_.one_of(kPorts).mac : from.mac);
    ends_.source = address(v4_ ? from.ip : from.ip6);
    tags_.clear();
    if (dice_.one_in(12)) tags_.push_back(dice_.any<std::uint16_t>({5, 7, 0, 0x6005}));
    if (tags_.size() == 1 && dice_.one_in(4)) tags_.push_back(9);
    const Port& target = dice_.one_of(kPorts);
    target_mac_ = mac(target.bridge == from.bridge ? target.mac : bridge_of(from).mac);
    ends_.destination = address(v4_ ? target.ip : target.ip6);
    if (dice_.one_in(4)) {
      const Bridge& own = dice_.one_in(4) ? kBridges[1] : bridge_of(from);
      target_mac_ = mac(bridge_of(from).mac);
      ends_.destination = address(v4_ ? own.ip : own.ip6);
    }
    if (dice_.one_in(8)) to_groups();
    if (dice_.one_in(8)) ends_.source = any_address();
    if (dice_.one_in(10)) ends_.destination = any_address();
    if (dice_.one_in(16)) target_mac_ = mac(dice_.any({"02:00:00:00:77:77", "ff:ff:ff:ff:ff:ff", "bc:24:11:00:01:00"}));
  }

  void to_groups() {
    ends_.destination =
        address(v4_ ? dice_.any({"224.0.0.251", "255.255.255.255", "10.0.0.255"}) : dice_.any({"ff02::1", "ff02::fb", "ff02::1:ff00:100"}));
    const auto& b = ends_.destination.bytes;
    target_mac_ = v4_ ? MacAddress{{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(b[1] & 0x7fU), b[2], b[3]}}
                      : MacAddress{{0x33, 0x33, b[12], b[13], b[14], b[15]}};
    if (v4_ && b[0] != 224) target_mac_ = mac("ff:ff:ff:ff:ff:ff");
  }

  IpAddress any_address() {
    if (v4_)
      return address(dice_.any({"10.0.0.100", "10.0.0.101", "10.0.0.9", "10.0.0.1", "10.0.0.99", "192.0.2.7", "192.0.2.200", "198.51.100.7",
                                "10.1.0.104", "0.0.0.0", "224.0.0.1", "255.255.255.255", "10.0.0.255", "127.0.0.1"}));
    return address(dice_.any({"fd00::100", "fd00::101", "fd00::9", "fd00::1", "fd00:0:0:1::104", "2001:db8::7", "::", "fe80::1",
                              "fe80::be24:11ff:fe00:100", "fe80::be24:11ff:fe00:101", "ff02::1"}));
  }

  Bytes mark() const { return marker(next_id_); }
  std::uint32_t sequence() const { return kFirstSequence + next_id_ * kSequenceStep; }
  std::uint8_t hops() { return dice_.any<std::uint8_t>({64, 64, 64, 255, 1}); }

  void push(std::size_t type, const Bytes& payload) {
    frames_->push_back({.id = next_id_,
                        .port = port_,
                        .bytes = ethernet(target_mac_, source_mac_, tags_, type, payload),
                        .begins_connection = begins_ && tags_.size() < 2});
    begins_ = false;
    ++next_id_;
  }
  void send(const Ip& header, const Bytes& payload) { push(header.source.is_v4() ? 0x0800 : 0x86dd, ip(header, payload)); }

  std::uint16_t port_number(bool source) {
    begins_ = source && dice_.one_in(2);
    if (begins_) return static_cast<std::uint16_t>(20'000 + next_id_ % 40'000);
    if (source) return dice_.any<std::uint16_t>({53, 67, 1000, 0, 137, 40000});
    return dice_.any<std::uint16_t>({80, 22, 443, 53, 445, 137, 8006, 60000, 5405, 1900, 0, 85, 5353, 3128, 33434, 9999});
  }

  void tcp_packet() {
    const std::uint8_t flags = dice_.any<std::uint8_t>({2, 2, 2, 2, 2, 0x12, 0x10, 0x18, 0x11, 4, 0x14, 0, 1, 0x29, 3, 6, 0xc2});
    const auto from = port_number(true);
    begins_ = begins_ && flags == 2;
    send({ends_.source, ends_.destination, 6, hops()}, tcp(ends_, from, port_number_to(), flags, sequence(), mark()));
  }
  std::uint16_t port_number_to() {
    const bool begins = begins_;
    const auto number = port_number(false);
    begins_ = begins;
    return number;
  }
  void udp_packet() {
    const std::uint8_t protocol = dice_.any<std::uint8_t>({17, 17, 17, 17, 136, 132, 33});
    const auto from = port_number(true);
    begins_ = begins_ && protocol == 17;
    send({ends_.source, ends_.destination, protocol, hops()}, udp(ends_, from, port_number_to(), mark(), protocol));
  }

  /// Two machines of one bridge, or a machine and the host: two or three packets of a connection, the last of which may be forged.
  void conversation() {
    const Port& from = kPorts.at(port_);
    const Port* to = &dice_.one_of(kPorts);
    while (to == &from || to->bridge != from.bridge) to = &dice_.one_of(kPorts);
    tags_.clear();
    const std::uint16_t here = static_cast<std::uint16_t>(20'000 + next_id_ % 40'000),
                        there = dice_.any<std::uint16_t>({80, 22, 443, 53, 9999});
    const bool is_tcp = dice_.one_in(2);
    const auto say = [&](const Port& by, const Port& whom, std::uint8_t flags) {
      const bool first = &by == &from;
      port_ = static_cast<std::size_t>(&by - kPorts.data());
      source_mac_ = mac(by.mac);
      target_mac_ = mac(whom.mac);
      ends_ = {address(v4_ ? by.ip : by.ip6), address(v4_ ? whom.ip : whom.ip6)};
      if (flags == 0x10 && dice_.one_in(2)) source_mac_ = mac(dice_.one_of(kPorts).mac);
      if (flags == 0x10 && dice_.one_in(4)) target_mac_ = mac(bridge_of(by).mac);
      const std::uint16_t source = first ? here : there, target = first ? there : here;
      send({ends_.source, ends_.destination, static_cast<std::uint8_t>(is_tcp ? 6 : 17)},
           is_tcp ? tcp(ends_, source, target, flags, sequence(), mark()) : udp(ends_, source, target, mark()));
    };
    say(from, *to, 2);
    say(*to, from, 0x12);
    say(from, *to, 0x10);
  }

  std::uint8_t other_protocol() { return dice_.any<std::uint8_t>({2, 47, 50, 51, 41, 4, 0, 59, 89, 253, 1, 58}); }

  /// What an error is about: the beginning of a packet that was sent before, or nonsense.
  Bytes quoted() {
    if (frames_->empty() || dice_.one_in(3)) return Bytes(48, 0x45);
    const Bytes& before = dice_.one_of(*frames_).bytes;
    const std::size_t size = v4_ ? 28 : 48;
    if (before.size() < 14 + size) return Bytes(48, 0x60);
    return {before.begin() + 14, before.begin() + 14 + static_cast<std::ptrdiff_t>(size)};
  }

  void icmp_packet() {
    Bytes rest = number16(next_id_) + number16(1);
    std::uint8_t type = v4_ ? 8 : 128;
    std::uint8_t code = 0;
    if (dice_.one_in(3)) {
      type = v4_ ? dice_.any<std::uint8_t>({3, 5, 11, 0, 13, 17, 9, 30}) : dice_.any<std::uint8_t>({1, 2, 3, 4, 129, 130, 143, 144, 200});
      code = dice_.any<std::uint8_t>({0, 1, 3, 4});
      if (v4_ ? type == 3 || type == 5 || type == 11 : type < 128) rest = Bytes(4, 0) + quoted();
    }
    if (!v4_ && (type == 130 || type == 143)) rest = Bytes(20, 0);
    send({ends_.source, ends_.destination, static_cast<std::uint8_t>(v4_ ? 1 : 58),
          (type == 130 || type == 143) && dice_.one_in(2) ? std::uint8_t{1} : hops()},
         icmp(ends_, type, code, rest + mark()));
  }

  void discovery() {
    v4_ = false;
    ends_.source = address(dice_.any({"fe80::be24:11ff:fe00:100", "fd00::100", "fd00::101", "::", "fe80::1", "fe80::be24:11ff:fe00:103"}));
    if (dice_.one_in(2)) ends_.source = address(kPorts.at(port_).ip6);
    ends_.destination = address(kPorts.at(port_).ip6);
    if (!dice_.one_in(3)) to_groups();
    const IpAddress target = dice_.one_in(2) ? address(kPorts.at(port_).ip6) : any_address();
    const std::uint8_t type = dice_.any<std::uint8_t>({133, 134, 135, 135, 136, 136, 137});
    const Bytes body = type == 133   ? Bytes(4, 0)
                       : type == 134 ? Bytes(12, 0)
                       : type == 137 ? Bytes(4, 0) + bytes_of(target) + bytes_of(target)
                                     : Bytes(4, 0) + bytes_of(target);
    // In an option that nobody knows.
    send({ends_.source, ends_.destination, 58, dice_.one_in(4) ? hops() : std::uint8_t{255}},
         icmp(ends_, type, 0, body + Bytes{200, 2, 0, 0, 0, 0, 0, 0} + mark()));
  }

  void dhcp_packet() {
    const bool reply = dice_.one_in(2);
    const MacAddress client = dice_.one_in(3) ? mac(dice_.one_of(kPorts).mac) : source_mac_;
    if (v4_ && dice_.one_in(2)) {
      ends_.source = address("0.0.0.0");
      ends_.destination = address("255.255.255.255");
      target_mac_ = mac("ff:ff:ff:ff:ff:ff");
    }
    const std::uint16_t server = v4_ ? 67 : 547, own = v4_ ? 68 : 546;
    send({ends_.source, ends_.destination, 17, 64},
         udp(ends_, reply ? server : own, reply ? own : server, (v4_ ? dhcp(reply, client) : Bytes{1, 0, 0, 1}) + mark()));
  }

  void arp_frame() {
    const Port& from = kPorts.at(port_);
    v4_ = true;
    if (!dice_.one_in(3)) target_mac_ = mac("ff:ff:ff:ff:ff:ff");
    push(0x0806, arp(dice_.any<std::uint16_t>({1, 2, 3}), dice_.one_in(4) ? mac(dice_.one_of(kPorts).mac) : source_mac_,
                     dice_.one_in(2) ? address(from.ip) : any_address(), any_address()) +
                     mark());
  }

  void other_frame() {
    const std::size_t type = dice_.any<std::size_t>({0x88b5, 0x8863, 0x88cc, 0x0842, 0x888e, 0x8906, 64, 46, 0x8035});
    Bytes payload = type == 64 ? Bytes{0x42, 0x42, 3} : type == 46 ? Bytes{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} : Bytes{};
    push(type, payload + mark() + Bytes(40, 0));
  }

  /// A datagram in pieces, some of which may be missing, or the same place twice.
  void fragments() {
    const bool tcp_inside = dice_.one_in(2);
    const std::size_t pieces = 2 + dice_.below(2);
    std::uint16_t from = port_number(true);
    begins_ = false;
    Bytes inside = tcp_inside ? tcp(ends_, from, port_number(false), 2, sequence(), {}) : udp(ends_, from, port_number(false), {});
    begins_ = false;
    // The checksum of all of it: pieces end with their numbers.
    std::vector<Bytes> parts;
    Bytes whole = inside;
    const std::size_t head = inside.size();
    // A bridge that follows connections loses datagrams of IPv6 whose pieces are all smaller than its least MTU (nf_br_ip6_fragment).
    const std::size_t first = v4_ ? 48 : 1280;
    for (std::size_t at = 0; at < pieces; ++at) {
      const std::size_t pad = at == 0 ? (first - head - kMarkerSize) : 16;
      whole = whole + Bytes(pad, 0) + marker(next_id_ + static_cast<std::uint32_t>(at));
    }
    const Bytes data(whole.begin() + static_cast<std::ptrdiff_t>(head), whole.end());
    whole = tcp_inside ? tcp(ends_, from, read16(inside, 2), 2, sequence(), data) : udp(ends_, from, read16(inside, 2), data);
    std::size_t offset = 0;
    for (std::size_t at = 0; at < pieces; ++at) {
      const std::size_t size = at == 0 ? first : 24;
      parts.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(offset), whole.begin() + static_cast<std::ptrdiff_t>(offset + size));
      offset += size;
    }
    const bool complete = !dice_.one_in(4);
    const auto identification = static_cast<std::uint16_t>(next_id_);
    offset = 0;
    const std::size_t left_out = complete ? pieces : dice_.below(pieces);
    for (std::size_t at = 0; at < pieces; ++at) {
      if (at == left_out) {
        ++next_id_;
        frames_->push_back({.id = 0, .port = port_, .bytes = {}});  // keeps the numbers in step; never sent
      } else {
        piece(tcp_inside ? 6 : 17, offset, at + 1 < pieces, identification, parts[at]);
      }
      offset += parts[at].size();
    }
  }
  static std::uint16_t read16(const Bytes& from, std::size_t at) { return static_cast<std::uint16_t>(from[at] << 8U | from[at + 1]); }

  void piece(std::uint8_t protocol, std::size_t offset, bool more, std::uint16_t identification, const Bytes& part) {
    Ip header{ends_.source, ends_.destination, protocol};
    if (v4_) {
      header.fragment = static_cast<std::uint16_t>(offset / 8 | (more ? 0x2000U : 0U));
      header.identification = identification;
    } else {
      header.options = Bytes{protocol, 0} + number16(offset | (more ? 1U : 0U)) + number32(identification);
      header.protocol = 44;
    }
    send(header, part);
  }

  /// Options and extension headers, and headers that contradict themselves.
  void odd_ip() {
    // Long enough that a length too small leaves the number in it.
    Bytes segment = tcp(ends_, 40'000, 80, 2, sequence(), mark() + Bytes(20, 0));
    Ip header{ends_.source, ends_.destination, 6};
    if (dice_.one_in(6)) {  // an upper header that ends early
      header.protocol = dice_.any<std::uint8_t>({6, 17, 1, 58, 132});
      return send(header, mark());
    }
    if (v4_) {
      switch (dice_.below(6)) {
        case 0: header.options = {1, 1, 1, 0}; break;
        case 1: header.options = {0x94, 4, 0, 0}; break;                                  // router alert
        case 2: header.options = {0x83, 7, 4, 10, 0, 0, 9, 0}; break;                     // loose source route
        case 3: header.length_error = static_cast<int>(dice_.below(3)) * 20 - 20; break;  // cut, or longer than the frame
        case 4: header.header_words = dice_.any<std::uint8_t>({4, 15, 0}); break;
        default: header.version = dice_.any<std::uint8_t>({5, 6, 0});
      }
    } else {
      const auto next = [&](std::uint8_t kind, const Bytes& rest) {
        header.options = Bytes{header.protocol} + rest + header.options;
        header.protocol = kind;
      };
      switch (dice_.below(7)) {
        case 0: next(0, {0, 1, 4, 0, 0, 0, 0}); break;   // hop by hop
        case 1: next(60, {0, 1, 4, 0, 0, 0, 0}); break;  // destination options
        case 2: next(43, {0, 0, 0, 0, 0, 0, 0}); break;  // routing
        case 3:
          for (std::size_t count = 1 + dice_.below(6); count > 0; --count) next(60, {0, 1, 4, 0, 0, 0, 0});
          break;
        case 4:  // an atomic fragment, which is lost if it is small, see above
          segment = tcp(ends_, 40'000, 80, 2, sequence(), mark() + Bytes(1280, 0));
          next(44, Bytes{0, 0, 0} + number32(next_id_));
          break;
        case 5: next(51, {1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1}); break;  // authentication header
        default: header.length_error = static_cast<int>(dice_.below(3)) * 20 - 20;
      }
    }
    send(header, segment);
  }

  Dice& dice_;
  std::uint32_t first_ = 1;
  std::vector<Frame>* frames_ = nullptr;
  std::uint32_t next_id_ = 1;
  std::size_t port_ = 0;
  bool v4_ = true;
  bool begins_ = false;
  MacAddress source_mac_, target_mac_;
  Ends ends_;
  std::vector<std::uint16_t> tags_;
};

/// The answer to a frame: addresses and ports swapped, and SYN answered by SYN and ACK. Plain TCP and UDP only.
std::optional<Frame> answer_to(const Frame& frame, std::uint32_t id) {
  const Bytes& b = frame.bytes;
  if (b.size() < 14 + 28 + kMarkerSize) return std::nullopt;
  const bool v4 = b[12] == 0x08 && b[13] == 0x00 && b[14] == 0x45 && (b[20] & 0x3fU) == 0 && b[21] == 0;
  const bool v6 = b[12] == 0x86 && b[13] == 0xdd && b[14] == 0x60;
  if (!v4 && !v6) return std::nullopt;
  const std::uint8_t protocol = v4 ? b[23] : b[20];
  const std::size_t upper = v4 ? 34 : 54;
  if ((protocol != 6 && protocol != 17) || b.size() < upper + 20) return std::nullopt;
  const auto port =
      std::ranges::find_if(kPorts, [&](const Port& one) { return std::ranges::equal(parse_mac(one.mac)->bytes, std::span(b).first(6)); });
  if (port == kPorts.end()) return std::nullopt;
  const std::size_t width = v4 ? 4 : 16;
  const auto at = [&](std::size_t offset) {
    IpAddress one{.family = v4 ? Family::ipv4 : Family::ipv6, .bytes = {}};
    std::copy_n(b.begin() + static_cast<std::ptrdiff_t>(offset), width, one.bytes.begin());
    return one;
  };
  const Ends ends{at(v4 ? 30 : 38), at(v4 ? 26 : 22)};
  const auto number = [&](std::size_t offset) { return static_cast<std::uint16_t>(b[offset] << 8U | b[offset + 1]); };
  const Bytes inside = protocol == 6 ? tcp(ends, number(upper + 2), number(upper), b[upper + 13] == 2 ? 0x12 : 0x10,
                                           kFirstSequence + id * kSequenceStep, marker(id))
                                     : udp(ends, number(upper + 2), number(upper), marker(id));
  MacAddress to;
  std::copy_n(b.begin() + 6, 6, to.bytes.begin());
  return Frame{
      .id = id,
      .port = static_cast<std::size_t>(port - kPorts.begin()),
      .bytes = ethernet(to, *parse_mac(port->mac), {}, v4 ? 0x0800 : 0x86dd, ip({ends.source, ends.destination, protocol}, inside))};
}

}  // namespace

std::vector<Frame> random_frames(Dice& dice, std::size_t count, std::uint32_t first) {
  std::vector<Frame> frames;
  Maker maker(dice, first);
  while (frames.size() < count) {
    if (!frames.empty() && dice.one_in(4)) {
      if (auto answer = answer_to(frames[frames.size() - 1 - dice.below(std::min<std::size_t>(frames.size(), 6))],
                                  first + static_cast<std::uint32_t>(frames.size()))) {
        frames.push_back(std::move(*answer));
        continue;
      }
    }
    maker.make(frames);
  }
  std::erase_if(frames, [](const Frame& frame) { return frame.id == 0; });
  return frames;
}

std::vector<std::uint32_t> ids_in(std::span<const std::uint8_t> bytes) {
  static const Bytes word = marker(0);
  std::vector<std::uint32_t> ids;
  for (std::size_t at = 0; at + kMarkerSize <= bytes.size(); ++at)
    if (std::ranges::equal(bytes.subspan(at, 4), std::span(word).first(4)))
      ids.push_back(std::uint32_t{bytes[at + 4]} << 24U | std::uint32_t{bytes[at + 5]} << 16U | std::uint32_t{bytes[at + 6]} << 8U |
                    bytes[at + 7]);
  return ids;
}

std::vector<Frame> random_frames_of_host(Dice& dice, std::size_t count, std::uint32_t first) {
  std::vector<Frame> frames;
  for (std::uint32_t id = first; frames.size() < count; ++id) {
    const bool v4 = dice.one_in(2);
    const Bridge& own = dice.one_of(kBridges);
    const Port& to = dice.one_of(kPorts);
    Ends ends{address(v4 ? own.ip : own.ip6), address(v4 ? to.ip : to.ip6)};
    if (dice.one_in(4)) ends.destination = address(v4 ? "192.0.2.7" : "2001:db8::7");
    const auto port = dice.any<std::uint16_t>({80, 22, 443, 53, 445, 8006, 60000, 5405, 1900, 0, 3128});
    const auto from = dice.any<std::uint16_t>({53, 67, 1000, static_cast<std::uint16_t>(20'000 + id % 40'000)});
    std::uint8_t protocol = dice.any<std::uint8_t>({6, 6, 6, 17, 17, 1, 132, 47});
    if (protocol == 1 && !v4) protocol = 58;
    const Bytes inside = protocol == 6                     ? tcp(ends, from, port, 2, kFirstSequence + id * kSequenceStep, marker(id))
                         : protocol == 1 || protocol == 58 ? icmp(ends, v4 ? 8 : 128, 0, number32(id) + marker(id))
                         : protocol == 47                  ? Bytes(8, 0) + marker(id)
                                                           : udp(ends, from, port, marker(id), protocol);
    frames.push_back(
        {.id = id,
         .port = kFromHost,
         .bytes = ethernet(mac(to.mac), mac(own.mac), {}, v4 ? 0x0800 : 0x86dd, ip({ends.source, ends.destination, protocol}, inside))});
  }
  return frames;
}

std::string describe(const Frame& frame) {
  std::string text = fmt::format("frame {} by {}:", frame.id, frame.port == kFromHost ? "the host" : kPorts.at(frame.port).name);
  for (const std::uint8_t byte : frame.bytes) text += fmt::format(" {:02x}", byte);
  return text + "\n";
}

}  // namespace drawbridge::packets
