// Who would still get in? Sessions of administrators go through the rules as they are and as they would be, and who is cut off is told
// which line does it, and what would let him in. Pure.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firewall/policy.h"
#include "firewall/resolve.h"
#include "rules/without_line.h"

namespace drawbridge::firewall {

/// A TCP connection to the node, there already or about to be made.
struct Session {
  IpAddress peer;
  std::uint16_t peer_port = 0;
  IpAddress local;
  std::uint16_t local_port = 0;
  std::string device;  ///< by which it comes in
  bool operator==(const Session&) const = default;
};

/// The ports by which a node is administered: SSH and the web interface.
inline constexpr std::uint16_t kSshPort = 22;
inline constexpr std::uint16_t kWebPort = 8006;
bool is_management_port(std::uint16_t port);

/// An address of the node and its device.
struct LocalAddress {
  IpAddress address;
  std::string device;
};
/// What somebody in each network of administrators would begin: a session to each management port of the node's addresses there.
std::vector<Session> imagined_sessions(std::span<const Prefix> local_networks, std::span<const LocalAddress> own);

/// The files of the datacenter and the node; guests' don't bear on who reaches the node.
struct HostDocuments {
  Document datacenter;
  Document node;
};

/// A session that gets in before a change and not after it.
struct CutSession {
  Session session;
  SourceLocation by;  ///< the line that stops it; without a file: nobody's, for instance the policy
  std::string cure;   ///< commands and lines that let it in again
};

struct LockoutQuestion {
  HostDocuments before;
  HostDocuments after;
  std::shared_ptr<const Surroundings> surroundings;
  NodeFacts facts;                                                  ///< without cards
  std::uint64_t now = 0;                                            ///< Unix time
  std::vector<rules::LineGivenUp> left_out_before, left_out_after;  ///< what the kernel refuses
};
/// Those of the sessions, in their order, that the change would keep from being begun anew.
std::vector<CutSession> find_cuts(const LockoutQuestion& question, std::span<const Session> sessions);

/// A session that somebody has.
struct Login {
  Session session;
  bool is_root = false;  ///< it is known that somebody is root here through it; a connection alone proves nothing
};
/// All through whom somebody is root here from afar are cut off, and there was one: nobody is left who could undo the change. Connections
/// of others don't count: else anybody outside could keep rules from being tightened by being connected.
bool is_nobody_left(std::span<const Login> logins, std::span<const CutSession> cuts);

/// The change turns the filtering of the node's own traffic on.
bool turns_on(const LockoutQuestion& question);

}  // namespace drawbridge::firewall
