// What the parts of build_program share: words for conditions, and the program in the making.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "firewall/policy.h"
#include "rules/program.h"

namespace drawbridge::firewall {

// Conditions.
rules::Condition is(rules::Field field, std::uint64_t number);
rules::Condition is(rules::Field field, rules::NumberSet set);
rules::Condition is_not(rules::Field field, rules::NumberSet set);
rules::Condition in_table(rules::Field field, std::string_view table, rules::NameField side);
rules::Condition in_state(std::initializer_list<rules::ConnectionState> states);
rules::Condition on(rules::NameField field, rules::Names names);
rules::NumberSet numbers(std::initializer_list<std::uint16_t> numbers);
rules::NumberSet network(std::string_view prefix);
/// UDP of the family from one port to another.
std::vector<rules::Condition> udp(Family family, std::uint16_t from, std::uint16_t to);

/// A rule that nobody wrote; `reason` must be a literal.
rules::Rule built_in(std::vector<rules::Condition> conditions, rules::Action action, std::string_view reason,
                     std::optional<rules::Log> log = std::nullopt);

/// What accepting means for frames into a guest: `ips` hands them to a queue.
rules::Action accept_in(const GuestOptions& options);
/// Of lists in which that differs; empty without `ips`.
std::string queue_suffix(const GuestOptions& options);

/// Whose rules are written, and what becomes of them there.
struct Side {
  Direction direction = Direction::in;
  guest::Vmid vmid = 0;  ///< 0: of the host or a network
  std::string chain;     ///< in the log
  rules::Action accept = rules::Accept{};
  std::optional<std::uint8_t> slot;  ///< of a guest's card: its rules and those for all cards
};

class Builder {
 public:
  Builder(rules::Program program, const Policy& policy, const NodeFacts& facts);

  void add_everything();
  void replace_guests(std::set<guest::Vmid> guests, bool cards_changed);
  rules::Program take() && { return std::move(program_); }

 private:
  void add_sharers(std::set<guest::Vmid>& guests);
  void remove_guests(const std::set<guest::Vmid>& guests);
  // build_lists.cc: lists that are the same for many.
  void add_shared_lists();
  void add_smurfs(std::vector<rules::Rule>& to, bool at_bridge) const;
  void add_flags(std::vector<rules::Rule>& to) const;
  void add_blacklist(std::vector<rules::Rule>& to, const std::string& chain);
  void add_discovery(std::vector<rules::Rule>& to, std::vector<std::uint16_t> types, const rules::Action& accept) const;
  void add_policy(std::vector<rules::Rule>& to, Verdict policy, const Side& side, std::optional<LogLevel> level, bool at_bridge,
                  std::string_view reason) const;
  std::string shared(const std::string& name, std::vector<rules::Rule> rules);

  // build_rules.cc: what people wrote.
  void add_rules(std::vector<rules::Rule>& to, const std::vector<RuleLine>& lines, const Side& side);
  void add_rule(std::vector<rules::Rule>& to, const Rule& rule, const Side& side);
  void add_group(std::vector<rules::Rule>& to, const GroupUse& use, const Side& side);
  std::optional<std::vector<rules::Condition>> interface_conditions(const std::string& interface, const Side& side) const;
  rules::Origin origin_of(const Place& place);
  rules::SetName set_of(const AddressSetPointer& set);

  // build_gate.cc: frames, before anything else is asked.
  void add_gate_stages();
  std::string gate_out(const GuestOptions& options, bool is_trunk, bool is_filtered);
  std::string gate_in(const GuestOptions& options, bool is_trunk);
  void add_zone(const NodeFacts::Card& card);
  void add_zone_stage();

  // build_guest.cc
  void add_guest_stages();
  void add_card(const NodeFacts::Card& card);
  void add_filter(const NodeFacts::Card& card, const Guest& guest);
  std::string start_out(const GuestOptions& options);
  std::string start_in(const GuestOptions& options);
  void add_guest_list(const NodeFacts::Card& card, const Guest& guest, Direction direction);
  void add_early(const NodeFacts::Card& card, const std::string& list);
  std::string early_of(const std::string& list);
  bool rejects(const std::string& list) const;

  // build_host.cc
  void add_host();
  void add_host_in();
  void add_host_out();
  void add_cluster(std::vector<rules::Rule>& to, Direction direction) const;
  void add_forward();
  void add_vnets();
  void add_raw();

  void put(const std::string& name, std::vector<rules::Rule> rules);
  void stage(rules::Stage stage, const std::string& name, std::vector<rules::Rule> rules);

  rules::Program program_;
  const Policy& policy_;
  const NodeFacts& facts_;
  bool had_files_;
  std::unordered_map<std::string, std::uint32_t> file_numbers_;
};

/// Bridges by whose port a card's frames pass: its own, and where that is not VLAN-aware the tag's.
std::vector<std::string> bridges_of(const guest::Nic& nic);
std::uint8_t syslog_level(LogLevel level);
std::string_view word_of_verdict(Verdict verdict);

}  // namespace drawbridge::firewall
