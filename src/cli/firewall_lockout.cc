#include "cli/firewall_lockout.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/firewall_desk.h"
#include "cli/guest_desk.h"
#include "cli/service.h"
#include "daemon/client.h"
#include "firewall/lockout.h"
#include "kernel/tcp_sessions.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

using firewall::CutSession;
using firewall::Session;

std::vector<Session> open_sessions(std::span<const firewall::LocalAddress> own) {
  std::vector<Session> sessions;
  auto kernel = kernel::TcpSessions::open();
  const auto all = kernel ? kernel->established() : Result<std::vector<doors::Session>>(fail(kernel.error()));
  if (!all) return sessions;
  for (const auto& session : *all)
    if (firewall::is_management_port(session.local_port)) sessions.push_back(with_device(session, own));
  return sessions;
}

/// Takes the documents that bear on the node itself; true: some do.
bool replace(firewall::HostDocuments& documents, std::span<const FirewallWrite> writes) {
  bool any = false;
  for (const auto& write : writes) {
    for (auto* document : {&documents.datacenter, &documents.node}) {
      if (*document->path != *write.after.path) continue;
      *document = write.after;
      any = true;
    }
  }
  return any;
}

Result<std::optional<firewall::LockoutQuestion>> question_of(Context& context, std::span<const FirewallWrite> writes) {
  const auto node = TRY(node_name(context));
  auto inputs = TRY(read_firewall_inputs(context, node));
  firewall::LockoutQuestion question;
  question.before = {std::move(inputs.documents.datacenter), std::move(inputs.documents.node)};
  question.after = question.before;
  if (!replace(question.after, writes)) return std::nullopt;
  question.surroundings = std::move(inputs.surroundings);
  question.facts = facts_of_node(node, look_at_node(context, node), {}, {});
  question.now = unix_time(context.system.clock());
  return question;
}

Diagnostic finding(const CutSession& cut, std::string code, std::string message) {
  return {cut.by, Severity::warning, std::move(code), std::move(message), cut.cure, {}};
}

/// Addresses of the node that no management port can be reached at any more.
Diagnostics closed_addresses(std::span<const Session> imagined, std::span<const CutSession> cuts) {
  Diagnostics found;
  for (std::size_t i = 0; i + 1 < imagined.size(); i += 2) {  // two ports each
    const auto first = std::ranges::find(cuts, imagined[i], &CutSession::session);
    if (first == cuts.end() || std::ranges::find(cuts, imagined[i + 1], &CutSession::session) == cuts.end()) continue;
    found.push_back(
        finding(*first, "management-closed",
                fmt::format("with this, administrators could not reach this node at {} any more", format_ip(first->session.local))));
  }
  return found;
}

bool has_managers(const firewall::LockoutQuestion& question) {
  const auto set = firewall::resolve_datacenter(question.after.datacenter, question.surroundings).value->datacenter.management;
  return set && !(set->ipv4.is_empty() && set->ipv6.is_empty());
}

Error refusal(const CutSession& cut, std::string what) {
  return {Errc::conflict, std::move(what), cut.by, cut.cure + "; or say --force", 0};
}

std::string asking_text(const Session& session) {
  return fmt::format("with this, {} could not reach port {} of this node any more, and that is the session that asks",
                     format_ip(session.peer), session.local_port);
}

/// Everybody who is to be looked at, in three parts.
struct Sessions {
  std::optional<Session> asking;
  std::vector<Session> open;
  std::vector<Session> imagined;
};

Sessions gather(Context& context, const firewall::LockoutQuestion& question) {
  const auto snapshot = context.system.snapshot();
  const auto own = snapshot ? own_addresses(*snapshot) : std::vector<firewall::LocalAddress>();
  Sessions sessions;
  if (const auto asking = asking_session()) sessions.asking = with_device(*asking, own);
  if (is_live(context)) sessions.open = open_sessions(own);
  std::erase_if(sessions.open, [&](const Session& session) { return session == sessions.asking; });
  const auto before = firewall::resolve_datacenter(question.before.datacenter, question.surroundings).value;
  sessions.imagined = firewall::imagined_sessions(before->datacenter.local_networks, own);
  return sessions;
}

}  // namespace

bool is_live(Context& context) { return context.system.root().empty() || daemon::is_served(service_socket(context.system.root())); }

Result<LockoutLook> look_for_lockout(Context& context, std::span<const FirewallWrite> writes) {
  const auto question = TRY(question_of(context, writes));
  LockoutLook look;
  if (!question) return look;
  look.turns_on = firewall::turns_on(*question);
  const bool force = context.arguments().has("force");
  const auto sessions = gather(context, *question);
  if (sessions.asking) {
    for (const auto& cut : find_cuts(*question, {&*sessions.asking, 1})) {
      if (!force && !look.refusal) look.refusal = refusal(cut, asking_text(cut.session));
      look.warnings.push_back(finding(cut, "session-cut", asking_text(cut.session)));
    }
  }
  for (const auto& cut : find_cuts(*question, sessions.open))
    look.warnings.push_back(finding(cut, "session-cut",
                                    fmt::format("with this, {} could not reach port {} of this node any more, where it is connected now",
                                                format_ip(cut.session.peer), cut.session.local_port)));
  const auto closed = closed_addresses(sessions.imagined, find_cuts(*question, sessions.imagined));
  if (look.turns_on && !closed.empty() && !force && !look.refusal)
    look.refusal = Error{Errc::conflict, closed.front().message, closed.front().where, closed.front().hint + "; or say --force", 0};
  look.warnings.insert(look.warnings.end(), closed.begin(), closed.end());
  if (look.turns_on && !has_managers(*question))
    look.warnings.push_back({{*question->after.datacenter.path, 0, 0},
                             Severity::warning,
                             "no-administrators",
                             "nobody counts as an administrator: from afar, only rules let somebody reach this node",
                             "give the alias local_network or the set management; \"drawbridge firewall localnet\" shows what was found",
                             {}});
  return look;
}

}  // namespace drawbridge::cli
