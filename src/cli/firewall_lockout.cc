#include "cli/firewall_lockout.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/firewall_desk.h"
#include "cli/firewall_world.h"
#include "cli/guest_desk.h"
#include "firewall/build.h"
#include "firewall/journey.h"
#include "rules/packet_description.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

/// By which device the session comes in; "vmbr0", if nobody knows.
std::string device_of(Context& context, const IpAddress& local) {
  if (const auto snapshot = context.system.snapshot())
    for (const auto& address : snapshot->addresses)
      if (address.address.address == local) return address.link;
  return "vmbr0";
}

rules::Packet first_packet(const doors::Session& session) {
  rules::PacketDescription packet;
  packet.source = session.peer;
  packet.destination = session.local;
  packet.ether_source = MacAddress{{0x02, 0, 0, 0, 0, 0xfe}};
  packet.ether_destination = MacAddress{{0x02, 0, 0, 0, 0, 1}};
  packet.content = rules::Tcp{.source_port = session.peer_port, .destination_port = session.local_port};
  return packet_of(packet);
}

/// nullopt: it gets in; else what stops it, as far as it is somebody's line.
struct Stopped {
  SourceLocation where;
};
std::optional<Stopped> stopped(const firewall::Policy& policy, const firewall::NodeFacts& facts, const firewall::Zone& from,
                               const rules::Packet& packet) {
  const auto program = firewall::build_program(policy, facts);
  const auto journey = travel(program, from, {}, packet, facts);
  if (journey.verdict == rules::Verdict::accept) return std::nullopt;
  Stopped found;
  if (const auto* rule = decider(journey, program); rule != nullptr && rule->origin.line != 0)
    found.where = {program.files.at(rule->origin.file), rule->origin.line, 0};
  return found;
}

void replace(firewall::Documents& documents, const firewall::Document& after) {
  const auto take = [&](firewall::Document& document) {
    if (*document.path == *after.path) document = after;
  };
  take(documents.datacenter);
  take(documents.node);
  for (auto& [vmid, document] : documents.guests) take(document);
  for (auto& [name, document] : documents.vnets) take(document);
}

}  // namespace

Result<void> check_lockout(Context& context, std::span<const FirewallWrite> writes) {
  const auto session = asking_session();
  if (!session || writes.empty() || context.arguments().has("force")) return {};
  const auto world = TRY(read_firewall_world(context));
  const auto node = TRY(node_name(context));
  auto inputs = TRY(read_firewall_inputs(context, node));
  for (const auto& write : writes) replace(inputs.documents, write.after);
  const auto after = firewall::resolve(inputs.documents, inputs.surroundings).value;
  const firewall::Zone from{"eth0", device_of(context, session->local), MacAddress{{0x02, 0, 0, 0, 0, 0xfe}}};
  const auto packet = first_packet(*session);
  const auto cut = stopped(after, world.facts, from, packet);
  if (!cut || stopped(world.policy, world.facts, from, packet)) return {};
  const std::string peer = format_ip(session->peer);
  return fail(Errc::conflict,
              fmt::format("with this, {} could not reach port {} of this node any more, and that is the session that asks", peer,
                          session->local_port),
              cut->where,
              fmt::format("let it in first: \"drawbridge firewall ipset datacenter create management\" if there is none, then \"drawbridge "
                          "firewall ipset datacenter add management {}\"; or say --force",
                          peer));
}

}  // namespace drawbridge::cli
