#include "firewall/lockout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "firewall/build.h"
#include "firewall/edit.h"
#include "firewall/journey.h"
#include "rules/packet_description.h"

namespace drawbridge::firewall {
namespace {

constexpr MacAddress kPeer{{0x02, 0, 0, 0, 0, 0xfe}};
constexpr MacAddress kNode{{0x02, 0, 0, 0, 0, 0x01}};
constexpr std::array kManagementPorts{kSshPort, kWebPort};

struct World {
  Policy policy;
  rules::Program program;
};

World make_world(const HostDocuments& documents, const LockoutQuestion& question, std::span<const rules::LineGivenUp> left_out) {
  World world;
  world.policy = resolve({documents.datacenter, documents.node, {}, {}}, question.surroundings).value;
  auto& options = world.policy.datacenter.options;
  options.enable = is_on(options, question.now);
  world.program = without_lines(build_program(world.policy, question.facts), left_out);
  return world;
}

rules::Packet first_packet(const Session& session) {
  rules::PacketDescription packet;
  packet.source = session.peer;
  packet.destination = session.local;
  packet.ether_source = kPeer;
  packet.ether_destination = kNode;
  packet.content = rules::Tcp{.source_port = session.peer_port, .destination_port = session.local_port};
  return packet_of(packet);
}

Journey way_in(const World& world, const LockoutQuestion& question, const Session& session) {
  return travel(world.program, {"eth0", session.device, kPeer}, {}, first_packet(session), question.facts);
}

bool gets_in(const World& world, const LockoutQuestion& question, const Session& session) {
  return way_in(world, question, session).verdict == rules::Verdict::accept;
}

/// The datacenter's file with the peer among the administrators; nullopt: he is already.
std::optional<Document> with_manager(const Document& datacenter, const std::string& peer) {
  Result<Document> document = datacenter;
  if (!find_section(datacenter, SectionKind::ipset, "management"))
    document = create_section(datacenter, SectionKind::ipset, "management", "");
  if (document) document = add_entry(*document, "management", {peer, false, ""});
  if (!document) return std::nullopt;
  return std::move(*document);
}

/// Proposals are tried before they are made.
bool cures(const LockoutQuestion& question, const HostDocuments& documents, const Session& session) {
  return gets_in(make_world(documents, question, {}), question, session);
}

std::string cure_of(const LockoutQuestion& question, const Session& session, const SourceLocation& by) {
  const std::string peer = format_ip(session.peer);
  if (const auto datacenter = with_manager(question.after.datacenter, peer);
      datacenter && cures(question, {*datacenter, question.after.node}, session)) {
    const bool has_set = find_section(question.after.datacenter, SectionKind::ipset, "management").has_value();
    return fmt::format(
        "let it in first: {}\"drawbridge firewall ipset datacenter add management {}\" (in cluster.fw: the line \"{}\" below "
        "\"[IPSET management]\")",
        has_set ? "" : "\"drawbridge firewall ipset datacenter create management\", then ", peer, peer);
  }
  const std::string rule = fmt::format("IN ACCEPT -source {} -p tcp -dport {}", peer, session.local_port);
  if (const auto node = insert_rule(question.after.node, {}, 0, rule); node && cures(question, {question.after.datacenter, *node}, session))
    return fmt::format("let it in first: \"drawbridge firewall rules node add '{}' --pos 0\" (in host.fw: this rule before all others)",
                       rule);
  if (!by.file.empty()) return fmt::format("line {} of {} stops it before any rule could let it in", by.line, by.file);
  return "no rule could let it in: look at the options and the set \"blacklist\"";
}

/// Somebody else in the network.
std::optional<IpAddress> neighbour_in(const Prefix& network, const IpAddress& own) {
  IpAddress other = own;
  auto& last = other.bytes.at(other.width() / 8U - 1);
  for (const unsigned step : {1U, 2U, 3U}) {
    last = static_cast<std::uint8_t>(own.bytes.at(own.width() / 8U - 1) ^ step);
    if (contains(network, other) && other != network.address) return other;
  }
  return std::nullopt;
}

}  // namespace

bool is_management_port(std::uint16_t port) { return std::ranges::find(kManagementPorts, port) != kManagementPorts.end(); }

std::vector<Session> imagined_sessions(std::span<const Prefix> local_networks, std::span<const LocalAddress> own) {
  constexpr std::uint16_t kAnyPort = 50000;
  std::vector<Session> sessions;
  for (const Prefix& network : local_networks) {
    for (const LocalAddress& local : own) {
      const auto peer = contains(network, local.address) ? neighbour_in(network, local.address) : std::nullopt;
      if (!peer) continue;
      for (const auto port : kManagementPorts) sessions.push_back({*peer, kAnyPort, local.address, port, local.device});
    }
  }
  return sessions;
}

std::vector<CutSession> find_cuts(const LockoutQuestion& question, std::span<const Session> sessions) {
  std::vector<CutSession> cuts;
  const World before = make_world(question.before, question, question.left_out_before);
  const World after = make_world(question.after, question, question.left_out_after);
  for (const Session& session : sessions) {
    const auto journey = way_in(after, question, session);
    if (journey.verdict == rules::Verdict::accept || !gets_in(before, question, session)) continue;
    CutSession cut{session, {}, {}};
    if (const auto* rule = decider(journey, after.program); rule != nullptr && rule->origin.line != 0)
      cut.by = {after.program.files.at(rule->origin.file), rule->origin.line, 0};
    cut.cure = cure_of(question, session, cut.by);
    cuts.push_back(std::move(cut));
  }
  return cuts;
}

bool turns_on(const LockoutQuestion& question) {
  const auto filters = [&](const HostDocuments& documents) {
    const auto policy = resolve({documents.datacenter, documents.node, {}, {}}, question.surroundings).value;
    return is_on(policy.datacenter.options, question.now) && policy.node.options.enable;
  };
  return !filters(question.before) && filters(question.after);
}

bool is_nobody_left(std::span<const Login> logins, std::span<const CutSession> cuts) {
  const auto is_cut = [&](const Login& login) { return std::ranges::find(cuts, login.session, &CutSession::session) != cuts.end(); };
  return std::ranges::any_of(logins, [&](const Login& login) { return login.is_root && is_cut(login); }) &&
         std::ranges::all_of(logins, [&](const Login& login) { return !login.is_root || is_cut(login); });
}

}  // namespace drawbridge::firewall
