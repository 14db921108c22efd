// The parts of make_plan. Each looks at the difference between the state so far and what is desired, and emits operations; every
// operation is applied to the state at once, so that later parts see what it took along. Private to plan*.cc.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "network/plan.h"

namespace drawbridge::network {

using Names = std::set<std::string, std::less<>>;

struct Planner {
  const Snapshot& now;
  Snapshot state;
  Desired desired;   ///< names are the kernel's
  Desired previous;  ///< likewise
  Plan plan;
  Names missing;  ///< physical links that are not there
  Names refused;  ///< names taken by a link of another kind
  Names doomed;   ///< links that will be deleted
  Names kept;     ///< links that should be deleted but are in use

  /// Plans the operation, whatever the model says of it: the kernel will tell.
  void emit(Operation operation, const SourceLocation& why);
  /// Plans it only if the model takes it.
  bool try_emit(Operation operation, const SourceLocation& why);
  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint = {});

  const Link* find(const std::string& name) const;
  const DesiredLink* wanted(const std::string& name) const;
  const DesiredLink* wanted_before(const std::string& name) const;
  /// In `previous`, and neither wanted nor dormant now.
  bool is_dropped(const std::string& name) const;
};

/// What the operation interrupts, in words; empty: nothing. `state` is before it.
std::string risk_of(const Planner& planner, const Operation& operation);

// In the order in which they run.
void plan_names(Planner& planner);  ///< kernel names for altnames; missing NICs, names taken; what to delete or keep
void plan_new_links(Planner& planner);
void plan_released_ports(Planner& planner);
void plan_links(Planner& planner);             ///< attributes, masters, up
void plan_addresses_to_add(Planner& planner);  ///< those that can stand beside what goes
void plan_addresses_to_remove(Planner& planner);
void plan_deleted_links(Planner& planner);
void plan_addresses_left(Planner& planner);  ///< those that had to wait, and those that the kernel took along
void plan_dropped_links(Planner& planner);   ///< physical links that no file speaks of any more
void plan_bridge_macs(Planner& planner);     ///< once all cards have theirs
void plan_routes(Planner& planner);
void plan_hooks(Planner& planner);  ///< puts hooks between the operations

// Addresses and routes compared as the planner does.

/// True if `present` is what `wanted` asks for, whoever set it.
bool satisfies(const Address& present, const Address& wanted, bool exact);
/// True if the kernel takes the two for the same address of the link.
bool is_same_address(const Address& a, const Address& b);
bool is_link_local6(const Address& address);
/// The same destination, table, metric and nexthops.
bool is_same_route(const Route& present, const Route& wanted, bool exact);
/// Made by the kernel or learned from the network: never planned, restored or compared.
bool is_kernel_route(const Route& route);
/// The kernel keeps one route per key (IPv4), or takes them for alternatives (IPv6).
bool has_same_key(const Route& a, const Route& b);

}  // namespace drawbridge::network
