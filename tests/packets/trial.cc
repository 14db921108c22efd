#include "trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

#include "firewall/build.h"
#include "frame_bytes.h"
#include "rules/parse_frame.h"

namespace drawbridge::packets {
namespace {

using rules::Field;
using rules::NameField;
using rules::Packet;
using rules::Reject;
using rules::Stage;
using rules::Verdict;

constexpr std::size_t kLink = 14;

std::size_t network_at(std::span<const std::uint8_t> frame) {
  std::size_t at = 12;
  while (at + 4 < frame.size() && (frame[at] == 0x81 || frame[at] == 0x88) && (frame[at + 1] == 0 || frame[at + 1] == 0xa8)) at += 4;
  return at + 2;
}

std::size_t marker_at(std::span<const std::uint8_t> bytes, std::uint32_t id) {
  const Bytes wanted = marker(id);
  const auto found = std::ranges::search(bytes, wanted);
  return static_cast<std::size_t>(found.begin() - bytes.begin());
}

/// IPv4 with an offset or more to come, or an IPv6 fragment header: conntrack puts them together first.
bool is_piece(std::span<const std::uint8_t> frame) {
  const std::size_t at = network_at(frame);
  if (at + 40 > frame.size()) return false;
  if (frame[at - 2] == 0x08 && frame[at - 1] == 0) return (frame[at + 6] & 0x3fU) != 0 || frame[at + 7] != 0;
  return frame[at - 2] == 0x86 && frame[at + 6] == 44;
}

rules::Number type_of(rules::Number address, bool v4) {
  if (!v4) {
    if (address >> 120U == 0xff) return 5;
    const IpAddress ip = rules::ip_of(address, Family::ipv6);
    return ip == *parse_ip(kBridges[0].ip6) || ip == *parse_ip(kBridges[1].ip6) ? 2 : 1;
  }
  const auto number = static_cast<std::uint32_t>(address);
  if (number >> 28U == 0xe) return 5;
  if (number >> 24U == 0 || number == 0xffffffff || number == 0x0a0000ff || number == 0x0a0100ff) return 3;
  return number == 0x0a000001 || number == 0x0a010001 || number >> 24U == 127 ? 2 : 1;
}

void see_types(Packet& packet) {
  const bool v4 = packet[Field::ipv4_source].has_value();
  const auto source = packet[v4 ? Field::ipv4_source : Field::ipv6_source],
             destination = packet[v4 ? Field::ipv4_destination : Field::ipv6_destination];
  if (source) packet[Field::source_type] = type_of(*source, v4);
  if (destination) packet[Field::destination_type] = type_of(*destination, v4);
}

/// By the static entries of the bridges: nullopt if nobody has the address.
std::optional<std::size_t> port_of(rules::Number mac) {
  for (std::size_t at = 0; at < kPorts.size(); ++at)
    if (rules::number_of(*parse_mac(kPorts.at(at).mac)) == mac) return at;
  return std::nullopt;
}

/// Ports of a bridge to which it gives a frame for that address.
std::vector<std::size_t> ports_for(std::string_view bridge, rules::Number mac, std::optional<std::size_t> from) {
  std::vector<std::size_t> ports;
  if (mac == rules::number_of(*parse_mac(bridge == kBridges[0].name ? kBridges[0].mac : kBridges[1].mac))) return ports;
  const auto owner = port_of(mac);
  const bool known = owner && kPorts.at(*owner).bridge == bridge;
  for (std::size_t at = 0; at < kPorts.size(); ++at)
    if (kPorts.at(at).bridge == bridge && at != from && (!known || at == *owner)) ports.push_back(at);
  return ports;
}

class Comparison {
 public:
  Comparison(const Judges& judges, const Frame& frame, const Seen& seen, const Options& options, Tally& tally)
      : judges_(judges), frame_(frame), seen_(seen), options_(options), tally_(tally) {}

  std::string run() {
    follow();
    for (std::size_t at = 0; at < kPorts.size(); ++at) {
      const auto seen = seen_.arrivals.find(at);
      const int count = seen == seen_.arrivals.end() ? 0 : seen->second;
      if (count != expected_[at]) dispute_ += fmt::format("{} arrivals at {}, judged {}\n", count, kPorts.at(at).name, expected_[at]);
      tally_.arrivals += static_cast<std::uint64_t>(count);
    }
    const bool answered = !seen_.answers.empty();
    if (answer_ && !answered && must_answer_) dispute_ += fmt::format("no answer, judged {}\n", static_cast<int>(*answer_));
    if (answered && (!answer_ || *answer_ != seen_.answers.front().second))
      dispute_ += fmt::format("an answer {} at {}, judged {}\n", static_cast<int>(seen_.answers.front().second),
                              kPorts.at(seen_.answers.front().first).name, answer_ ? static_cast<int>(*answer_) : -1);
    if (answered) ++tally_.answered;
    return dispute_.empty() ? "" : dispute_ + story_ + describe(frame_);
  }

 private:
  const Sighting* sighting(Point point) const {
    for (const Sighting* one : seen_.sightings)
      if (one->point == point) return one;
    return nullptr;
  }

  rules::Decision ask(Stage stage, Packet& packet) {
    auto decision = judges_.ask(stage, packet, dispute_);
    packet[Field::connection_mark] = decision.mark;
    story_ += describe(judges_.program(), stage, decision) + "\n";
    return decision;
  }
  bool passes(std::initializer_list<Stage> stages, Packet& packet) {
    for (const Stage stage : stages)
      if (ask(stage, packet).verdict != Verdict::accept) return false;
    return true;
  }

  /// What the host was seen to send.
  void follow_from_host() {
    const Sighting* leaving = sighting(Point::leaving);
    const Sighting* left = sighting(Point::left);
    if (leaving == nullptr) {
      if (left != nullptr) dispute_ += "it left the host without having been at its door\n";
      return;
    }
    ++tally_.sent;
    Packet packet = rules::parse_frame(frame_.bytes);
    packet[Field::connection_state] = leaving->state;
    packet[Field::packet_type] = 0;
    packet[NameField::out_port] = leaving->out;
    see_types(packet);
    story_ += describe(packet);
    const bool passed = passes({Stage::helpers, Stage::host_out, Stage::bridge_out}, packet);
    if (passed != (left != nullptr)) dispute_ += passed ? "it did not leave the host\n" : "it left the host\n";
    if (passed) go_down(packet, leaving->out);
  }

  void follow() {
    if (frame_.port == kFromHost) return follow_from_host();
    const Port& port = kPorts.at(frame_.port);
    Packet packet = rules::parse_frame(frame_.bytes, rules::Padding::seen);
    packet[NameField::in_port] = std::string(port.name);
    packet[NameField::in_bridge] = std::string(port.bridge);
    story_ += describe(packet);
    const Sighting* tracked = sighting(Point::tracked);
    if (ask(Stage::frame_gate, packet).verdict != Verdict::accept) {
      ++tally_.gated;
      if (tracked != nullptr) dispute_ += "it passed the gate\n";
      return follow_host(packet);
    }
    if (tracked == nullptr) {
      if (!is_piece(frame_.bytes)) dispute_ += "it did not pass the gate\n";
      return follow_host(packet);
    }
    Packet known = rules::parse_frame(is_piece(frame_.bytes) ? tracked->link + tracked->payload : frame_.bytes);
    known.names = packet.names;
    known[Field::connection_state] = tracked->state;
    story_ += fmt::format("  conntrack says {}\n", tracked->state);
    if (frame_.begins_connection && tracked->state != 8) dispute_ += fmt::format("conntrack says {} of a new connection\n", tracked->state);
    if (tracked->state == 2 || tracked->state == 4) ++tally_.known;
    ask(Stage::zones, known);
    if (!passes({Stage::raw, Stage::helpers}, known)) return follow_host(known);
    for (const Stage stage : {Stage::guest_out, Stage::guest_in_early}) {
      const auto decision = ask(stage, known);
      if (decision.verdict == Verdict::reject) expect_answer(decision, known);
      if (decision.verdict != Verdict::accept) return follow_host(known);
    }
    passed_ = true;
    for (const std::size_t to : ports_for(port.bridge, *known[Field::ether_destination], frame_.port)) {
      Packet forwarded = known;
      if (reaches(to, forwarded, true)) ++expected_[to];
    }
    follow_host(known);
  }

  bool reaches(std::size_t to, Packet& packet, bool bridged) {
    packet[NameField::out_port] = std::string(kPorts.at(to).name);
    packet[NameField::out_bridge] = std::string(kPorts.at(to).bridge);
    if (bridged && ask(Stage::vnet, packet).verdict != Verdict::accept) return false;
    packet[NameField::in_port].reset();
    packet[NameField::in_bridge].reset();
    return passes({Stage::frame_gate_in, Stage::guest_in}, packet);
  }

  /// What the host's stack was seen to have of it.
  void follow_host(const Packet& bridged) {
    const auto inside = [&](const Sighting& at) {
      Packet packet = rules::parse_frame(Bytes(frame_.bytes.begin(), frame_.bytes.begin() + 12) + number16(at.ether_type) + at.payload);
      packet[Field::connection_state] = at.state;
      packet[Field::connection_mark] = bridged[Field::connection_mark];
      if (packet[Field::packet_type] == rules::Number{3}) packet[Field::packet_type] = 0;
      if (!at.in.empty()) packet[NameField::in_port] = at.in;
      see_types(packet);
      return packet;
    };
    const Sighting* entering = sighting(Point::entering);
    const Sighting* entered = sighting(Point::entered);
    const Sighting* routed = sighting(Point::routed);
    if ((entering != nullptr || routed != nullptr) && !passed_) dispute_ += "the host has it\n";
    if (entering != nullptr) {
      Packet packet = inside(*entering);
      story_ += describe(packet);
      bool in = true;
      for (const Stage stage : {Stage::bridge_in, Stage::host_in}) {
        const auto decision = in ? ask(stage, packet) : rules::Decision{};
        if (in && decision.verdict == Verdict::reject) expect_answer(decision, packet);
        in = in && decision.verdict == Verdict::accept;
      }
      if (in != (entered != nullptr)) dispute_ += entered == nullptr ? "it did not get into the host\n" : "it got into the host\n";
      if (entered != nullptr) ++tally_.entered;
    } else if (entered != nullptr) {
      dispute_ += "it got into the host without having been at its door\n";
    }
    if (routed == nullptr) return;
    ++tally_.routed;
    Packet packet = inside(*routed);
    packet[NameField::out_port] = routed->out;
    story_ += describe(packet);
    const auto decision = ask(Stage::forward, packet);
    if (decision.verdict == Verdict::reject) expect_answer(decision, packet);
    packet[Field::hop_limit] = *packet[Field::hop_limit] - 1;
    if (decision.verdict == Verdict::accept) go_down(packet, routed->out);
  }

  void go_down(Packet packet, const std::string& bridge) {
    const bool v4 = packet[Field::ipv4_destination].has_value();
    const IpAddress to = rules::ip_of(*packet[v4 ? Field::ipv4_destination : Field::ipv6_destination], v4 ? Family::ipv4 : Family::ipv6);
    if (to.is_link_local()) return;  // the host has no neighbour there
    // Machines without an entry of their own are behind the gateway.
    std::string_view mac = kPorts[5].mac;
    for (const Port& port : kPorts)
      if (*parse_ip(v4 ? port.ip : port.ip6) == to) mac = port.mac;
    packet[Field::ether_source] = rules::number_of(*parse_mac(bridge == kBridges[0].name ? kBridges[0].mac : kBridges[1].mac));
    packet[Field::ether_destination] = rules::number_of(*parse_mac(mac));
    packet[Field::packet_type] = 0;
    packet[Field::source_type].reset();
    packet[Field::destination_type].reset();
    for (const std::size_t port : ports_for(bridge, *packet[Field::ether_destination], std::nullopt)) {
      Packet forwarded = packet;
      if (reaches(port, forwarded, false)) ++expected_[port];
    }
  }

  void expect_answer(const rules::Decision& decision, const Packet& packet) {
    answer_ = decision.with;
    // The kernel tells nobody about groups' frames, later fragments, resets, segments that are cut, and what it thinks has a wrong checksum
    // (nf_reject_verify_csum); and the host, what has no way back.
    static const rules::NumberSet told = rules::NumberSet::of_each(std::array<std::uint16_t, 7>{6, 17, 33, 47, 50, 132, 136});
    const bool single = packet[Field::packet_type] != rules::Number{1} && packet[Field::packet_type] != rules::Number{2};
    const bool whole = packet[Field::protocol] != rules::Number{6} || packet[Field::tcp_flags].has_value();
    const bool reset = (packet[Field::tcp_flags].value_or(0) & 4U) != 0;
    // See start_in of the builder.
    const bool to_bridge = !port_of(*packet[Field::ether_destination]);
    must_answer_ = !(to_bridge && options_.routed_may_be_invalid) && single && whole &&
                   packet[Field::connection_state] != rules::Number{1} && packet[Field::protocol] &&
                   told.contains(*packet[Field::protocol]) && !is_piece(frame_.bytes) && !reset && packet[NameField::in_bridge] &&
                   !packet[Field::vlan_id] && packet[Field::is_fragment] != rules::Number{1};
  }

  const Judges& judges_;
  const Frame& frame_;
  const Seen& seen_;
  const Options& options_;
  Tally& tally_;
  std::map<std::size_t, int> expected_;
  std::optional<Reject::With> answer_;
  bool must_answer_ = false;
  bool passed_ = false;  ///< the bridge's prerouting
  std::string dispute_, story_;
};

/// The frame itself, not a packet that quotes it: its number is where it was, behind all tags or some of them.
bool is_itself(const Frame& frame, std::span<const std::uint8_t> packet) {
  const std::size_t there = marker_at(packet, frame.id);
  for (std::size_t network = kLink; network <= network_at(frame.bytes); network += 4)
    if (network + there == marker_at(frame.bytes, frame.id)) return true;
  return false;
}

}  // namespace

std::optional<Answer> answer_in(std::span<const std::uint8_t> packet) {
  if (packet.size() < 40) return std::nullopt;
  const bool v4 = packet[0] >> 4U == 4;
  const std::size_t upper = v4 ? std::size_t{packet[0] & 0xfU} * 4 : 40;
  const std::uint8_t protocol = v4 ? packet[9] : packet[6];
  if (packet.size() < upper + 8) return std::nullopt;
  const auto rest = packet.subspan(upper);
  if (protocol == 6 && rest.size() >= 20 && (rest[13] & 4U) != 0) {
    const std::size_t at = (rest[13] & 16U) != 0 ? 8 : 4;
    const std::uint32_t number =
        std::uint32_t{rest[at]} << 24U | std::uint32_t{rest[at + 1]} << 16U | std::uint32_t{rest[at + 2]} << 8U | rest[at + 3];
    return Answer{(number - kFirstSequence) / kSequenceStep, Reject::With::tcp_reset};
  }
  const auto ids = ids_in(rest);
  if (ids.empty()) return std::nullopt;
  if (v4 && protocol == 1 && rest[0] == 3 && rest[1] == 3) return Answer{ids.front(), Reject::With::port_unreachable};
  if (v4 && protocol == 1 && rest[0] == 3 && rest[1] == 10) return Answer{ids.front(), Reject::With::host_prohibited};
  if (!v4 && protocol == 58 && rest[0] == 1 && rest[1] == 4) return Answer{ids.front(), Reject::With::port_unreachable};
  if (!v4 && protocol == 58 && rest[0] == 1 && rest[1] == 1) return Answer{ids.front(), Reject::With::admin_prohibited};
  return std::nullopt;
}

Disputes compare(const Judges& judges, const std::vector<Frame>& frames, const Observed& observed, const Options& options, Tally& tally) {
  std::map<std::uint32_t, Seen> seen;
  std::map<std::uint32_t, const Frame*> by_id;
  for (const Frame& frame : frames) by_id[frame.id] = &frame;
  for (const Sighting& sighting : observed.sightings)
    for (const std::uint32_t id : ids_in(sighting.payload))
      if (by_id.contains(id) && (is_piece(by_id.at(id)->bytes) || is_itself(*by_id.at(id), sighting.payload)))
        seen[id].sightings.push_back(&sighting);
  for (const Arrival& arrival : observed.arrivals) {
    const auto packet = std::span(arrival.bytes).subspan(network_at(arrival.bytes));
    const auto answer = answer_in(packet);
    bool itself = false;
    // Pieces may arrive put together.
    for (const std::uint32_t id : ids_in(packet)) {
      const auto frame = by_id.find(id);
      if (frame == by_id.end() || !(is_piece(frame->second->bytes) ? !answer : is_itself(*frame->second, packet))) continue;
      itself = true;
      ++seen[id].arrivals[arrival.port];
    }
    if (!itself && answer) seen[answer->id].answers.emplace_back(arrival.port, answer->with);
  }
  Disputes disputes;
  for (const Frame& frame : frames) {
    ++tally.pairs;
    const std::string dispute = Comparison(judges, frame, seen[frame.id], options, tally).run();
    if (!dispute.empty()) disputes[frame.id] = dispute;
  }
  return disputes;
}

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string format(const Tally& tally) {
  return fmt::format(
      "{} pairs: {} dropped at the gate, {} arrivals, {} into the host, {} sent by it, {} routed, {} rejections told, {} of known "
      "connections",
      tally.pairs, tally.gated, tally.arrivals, tally.entered, tally.sent, tally.routed, tally.answered, tally.known);
}

Result<Disputes> try_out(Wire& wire, const Files& judged, const Files& installed, const std::vector<Frame>& frames, Tally& tally) {
  static const firewall::NodeFacts facts = facts_of_scene();
  const auto policy = policy_of(judged).policy;
  const auto program = firewall::build_program(policy, facts);
  const auto ruleset = TRY(nftables::compile(program));
  const auto other = TRY(nftables::compile(firewall::build_program(policy_of(installed).policy, facts)));
  const bool same = format_files(judged) == format_files(installed);
  TRY_VOID(wire.install(other));
  const auto lifted = TRY(wire.installed());
  TRY_VOID(wire.forget_connections());
  std::vector<Frame> from_ports;
  std::vector<Bytes> from_host;
  for (const Frame& frame : frames) {
    if (frame.port == kFromHost) {
      from_host.emplace_back(frame.bytes.begin() + kLink, frame.bytes.end());
    } else {
      from_ports.push_back(frame);
    }
  }
  auto observed = TRY(wire.send(from_ports));
  if (!from_host.empty()) {
    auto more = TRY(wire.send_from_host(from_host));
    std::ranges::move(more.arrivals, std::back_inserter(observed.arrivals));
    std::ranges::move(more.sightings, std::back_inserter(observed.sightings));
  }
  const Options options{.routed_may_be_invalid = !policy.node.options.enable || policy.node.options.allow_invalid};
  std::vector<const nftables::Ruleset*> rulesets{&ruleset};
  if (same) rulesets.push_back(&lifted);
  return compare(Judges(program, rulesets), frames, observed, options, tally);
}

namespace {

/// Without frames and lines that the dispute doesn't need; each attempt is a ruleset in the kernel, so that there are few.
std::string smallest(Wire& wire, Files files, std::vector<Frame> frames, std::uint32_t id) {
  int left = 150;
  const auto persists = [&](const Files& some, const std::vector<Frame>& few) {
    Tally ignored;
    const auto disputes = --left >= 0 ? try_out(wire, some, some, few, ignored) : Result<Disputes>(Disputes());
    return disputes && disputes->contains(id);
  };
  std::vector<Frame> alone;
  for (const Frame& frame : frames)
    if (frame.id == id) alone.push_back(frame);
  if (persists(files, alone)) frames = alone;
  for (std::size_t file = 0; file < files.size(); ++file) {
    for (std::size_t at = 0; at < files[file].text.size();) {
      const std::size_t end = files[file].text.find('\n', at) + 1;
      Files fewer = files;
      fewer[file].text.erase(at, end - at);
      if (policy_of(fewer).complaints.empty() && persists(fewer, frames)) {
        files = std::move(fewer);
      } else {
        at = end;
      }
    }
  }
  Tally ignored;
  const auto disputes = try_out(wire, files, files, frames, ignored);
  std::string text = fmt::format("smallest, with {} frames:\n", frames.size()) + format_files(files);
  return disputes && disputes->contains(id) ? text + disputes->at(id) : text;
}

}  // namespace

Case random_case(std::uint64_t seed, std::uint32_t first_id) {
  constexpr std::size_t kFrames = 200;
  Dice dice(seed);
  Case made{.files = random_files(dice), .frames = {}};
  made.frames = random_frames(dice, kFrames, first_id);
  for (Frame& frame : random_frames_of_host(dice, kFrames / 8, first_id + 2 * kFrames)) made.frames.push_back(std::move(frame));
  return made;
}

std::string try_seed(Wire& wire, std::uint64_t seed, Tally& tally) {
  const Case made = random_case(seed, static_cast<std::uint32_t>(tally.pairs) + 1);
  const auto disputes = try_out(wire, made.files, made.files, made.frames, tally);
  if (!disputes) return disputes.error().what + "\n" + format_files(made.files);
  if (disputes->empty()) return "";
  std::string text = fmt::format("{} of {} frames:\n", disputes->size(), made.frames.size());
  for (const auto& [id, dispute] : *disputes) text += fmt::format("  {}: {}\n", id, dispute.substr(0, dispute.find('\n')));
  text += disputes->begin()->second + smallest(wire, made.files, made.frames, disputes->begin()->first);
  return text;
}

}  // namespace drawbridge::packets
