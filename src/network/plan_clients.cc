// DHCP clients: stopped before anything else happens to their link, so that what they release is not what the files ask for; started
// when the link is as it should be.
#include <algorithm>
#include <array>

#include "network/planner.h"

namespace drawbridge::network {
namespace {

constexpr std::array<Family, 2> kFamilies{Family::ipv4, Family::ipv6};

const std::optional<Asked<bool>>& asked_client(const DesiredLink& link, Family family) {
  return family == Family::ipv4 ? link.dhcp4 : link.dhcp6;
}

bool is_asked_for(const DesiredLink* link, Family family) {
  if (link == nullptr) return false;
  const auto& asked = asked_client(*link, family);
  return asked && asked->value;
}

/// Why a client that runs has to end; nullptr: it goes on.
const SourceLocation* reason_to_stop(const Planner& planner, const DhcpClient& client) {
  const DesiredLink* wanted = planner.wanted(client.link);
  const DesiredLink* before = planner.wanted_before(client.link);
  // Its link goes, if only to come back: the lease is given back in time.
  if (planner.doomed.contains(client.link)) return wanted != nullptr ? &wanted->where : before != nullptr ? &before->where : nullptr;
  if (wanted == nullptr) {
    const bool ours = is_asked_for(before, client.family) && planner.is_dropped(client.link) && !planner.kept.contains(client.link);
    return ours ? &asked_client(*before, client.family)->where : nullptr;
  }
  const auto& asked = asked_client(*wanted, client.family);
  if (asked) return asked->value ? nullptr : &asked->where;
  return is_asked_for(before, client.family) ? &asked_client(*before, client.family)->where : nullptr;
}

}  // namespace

void plan_stopped_clients(Planner& planner) {
  for (const auto& client : planner.now.dhcp_clients)
    if (const auto* why = reason_to_stop(planner, client)) planner.emit(StopDhcp{client}, *why);
}

void plan_started_clients(Planner& planner) {
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || planner.missing.contains(*entry.name)) continue;
    for (const auto family : kFamilies) {
      if (!is_asked_for(entry.wanted, family)) continue;
      const DhcpClient client{*entry.name, family};
      if (!planner.has_client(client)) planner.emit(StartDhcp{client}, asked_client(*entry.wanted, family)->where);
    }
  }
}

}  // namespace drawbridge::network
