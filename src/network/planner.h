// The parts of make_plan. Each looks at the difference between the state so far and what is desired, and emits operations; every
// operation is applied to the state at once, so that later parts see what it took along. Private to plan*.cc.
//
// An unchanged configuration is the usual one, so nothing is copied and no index is built before there is something to do.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "network/kernel_model.h"
#include "network/plan.h"

namespace drawbridge::network {

using Names = std::set<std::string, std::less<>>;

/// What the sides say of one name that the files speak of, or spoke of.
struct Entry {
  const std::string* name = nullptr;
  const DesiredLink* wanted = nullptr;  ///< nullptr: not asked for
  const DesiredLink* before = nullptr;  ///< nullptr: not asked for by the previous files
  const Link* start = nullptr;          ///< nullptr: not there at the start
  std::span<const Address> addresses;   ///< at the start
};

/// Who stands on whom at the start.
class StackIndex {
 public:
  explicit StackIndex(const Snapshot& now);
  /// Ports of a master, by name.
  std::vector<const Link*> ports_of(std::string_view master) const { return of(ports_, master); }
  /// The VLANs, macvlans and VXLANs that go with a link, by name.
  std::vector<const Link*> uppers_of(std::string_view lower) const { return of(uppers_, lower); }

 private:
  using Pairs = std::vector<std::pair<std::string_view, const Link*>>;
  static std::vector<const Link*> of(const Pairs& pairs, std::string_view key);
  Pairs ports_;
  Pairs uppers_;
};

struct Planner {
  Planner(const Snapshot& snapshot, const Desired& wanted, const Desired& before);

  const Snapshot& now;
  Plan plan;
  Names missing;      ///< physical links that are not there
  Names refused;      ///< names taken by a link of another kind, or that would have to be made anew under somebody else's feet
  Names doomed;       ///< links that will be deleted, or go with one that will
  Names remade;       ///< those of them that are made again
  Names kept;         ///< links that should be deleted but are in use
  Names raise_again;  ///< links that the plan took down for a change, whatever the files say of them
  /// For a link that goes by itself when another is deleted: that other one.
  std::map<std::string, std::string, std::less<>> goes_with;

  /// The state after the operations so far.
  const Snapshot& state() const { return model_ ? model_->state() : now; }
  const Desired& desired() const { return *desired_; }    ///< names are the kernel's
  const Desired& previous() const { return *previous_; }  ///< likewise
  /// The names of both, sorted.
  const std::vector<Entry>& entries() const { return entries_; }
  const StackIndex& stack() const;

  /// Plans the operation, whatever the model says of it: the kernel will tell.
  void emit(Operation operation, const SourceLocation& why);
  /// Plans it only if the model takes it.
  bool try_emit(Operation operation, const SourceLocation& why);
  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint = {});
  /// Runs `part`; true if it would plan or say anything. Nothing of it stays. Only while no operation is planned.
  template <class Part>
  bool would_act(const Part& part) {
    probing_ = true;
    acted_ = false;
    part();
    probing_ = false;
    return acted_;
  }

  const Link* find(std::string_view name) const;
  const DesiredLink* wanted(std::string_view name) const;
  const DesiredLink* wanted_before(std::string_view name) const;
  /// In `previous`, and neither wanted nor dormant now.
  bool is_dropped(std::string_view name) const;
  /// Not there at the start, or made anew.
  bool is_new(const std::string& name) const { return doomed.contains(name) || !now.links.contains(name); }
  /// At present.
  std::span<const Address> addresses_of(std::string_view link) const;
  std::span<const Address> addresses_of(const Entry& entry) const { return model_ ? addresses_of(*entry.name) : entry.addresses; }
  std::span<const BridgeVlan> vlans_of(std::string_view link) const;
  std::span<const FdbEntry> fdb_of(std::string_view link) const;
  std::span<const PortFdbEntry> port_fdb_of(std::string_view link) const;
  bool has_client(const DhcpClient& client) const;
  /// A link of the files, other than `link`, that asks for the address; nullptr: none.
  const Asked<Address>* asked_elsewhere(const IpAddress& address, std::string_view link) const;

  /// The names that `refused` holds are left alone: dormant, and no longer desired.
  void leave_refused_alone();

 private:
  void merge_entries();

  const Desired* desired_;
  const Desired* previous_;
  std::optional<Desired> own_desired_;  ///< where names had to be translated, or links were refused
  std::optional<Desired> own_previous_;
  std::vector<Entry> entries_;
  std::optional<KernelModel> model_;
  mutable std::optional<StackIndex> stack_;
  mutable std::optional<std::vector<std::pair<IpAddress, const Asked<Address>*>>> asked_addresses_;
  bool probing_ = false;
  bool acted_ = false;
};

/// `desired` with the kernel's names in place of altnames; nullopt: it has no others.
std::optional<Desired> with_kernel_names(const Snapshot& now, const Desired& desired);

/// The links of `desired` with what stands below first: a raw device before its VLAN, a port before its master. Links that stand on
/// each other in a circle come in any order. With a planner, a port comes before the master that it had at
/// the start, too.
std::vector<const DesiredLink*> lower_first(const Desired& desired, const Planner* planner = nullptr);
/// The names of the links below: parent and device.
std::vector<std::string_view> lowers_of(const DesiredLink& link);

/// What the operation interrupts, in words; empty: nothing. The planner's state is before it.
std::string risk_of(const Planner& planner, const Operation& operation);

// In the order in which they run.
void plan_names(Planner& planner);  ///< missing NICs, names taken
void plan_fates(Planner& planner);  ///< what is to be deleted, made anew or kept
void plan_stopped_clients(Planner& planner);
void plan_new_links(Planner& planner);  ///< after the deletion of what is in their way
void plan_released_ports(Planner& planner);
void plan_bond_modes(Planner& planner);
void plan_links(Planner& planner);             ///< attributes, masters, up
void plan_lost_ports(Planner& planner);        ///< ports that a remade master lost
void plan_addresses_to_add(Planner& planner);  ///< those that can stand beside what goes
void plan_addresses_to_remove(Planner& planner);
void plan_deleted_links(Planner& planner);
void plan_addresses_left(Planner& planner);  ///< those that had to wait, and those that the kernel took along
void plan_dropped_links(Planner& planner);   ///< physical links that no file speaks of any more
void plan_bridge_macs(Planner& planner);     ///< once all cards have theirs
void plan_routes(Planner& planner);
void plan_started_clients(Planner& planner);
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
