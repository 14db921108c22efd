#include "rules/evaluate.h"

#include <algorithm>

namespace drawbridge::rules {
namespace {

/// Deeper than any program that check_program finds sound; one that isn't ends here.
constexpr std::size_t kDeepest = 32;

template <class Table>
const auto* find(const Table& table, const auto& key) {
  const auto found = table.find(key);
  return found == table.end() ? nullptr : &found->second;
}

bool is_called(std::string_view name, std::string_view pattern) {
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

/// The port's entry; nullptr: the packet has no such device, or the table has no entry.
const NumberSet* entry_of(const Program& program, const PortTable& table, const Packet& packet) {
  const auto& port = packet[table.side];
  const auto* entries = port ? find(program.port_tables, table.name) : nullptr;
  return entries ? find(*entries, *port) : nullptr;
}

bool is_ipv6_address(Field field) { return field == Field::ipv6_source || field == Field::ipv6_destination || field == Field::nd_target; }

struct ContainsNumber {
  const Program& program;
  const Packet& packet;
  Field field;
  Number number;

  bool operator()(const NumberSet& set) const { return set.contains(number); }
  bool operator()(const SetName& name) const {
    const auto* set = find(program.sets, name.name);
    return set && (is_ipv6_address(field) ? (*set)->ipv6 : (*set)->ipv4).contains(number);
  }
  bool operator()(const PortTable& table) const {
    const NumberSet* entry = entry_of(program, table, packet);
    return entry && entry->contains(number);
  }
};

bool holds(const Program& program, const Test& test, const Packet& packet) {
  const auto& value = packet[test.field];
  if (!value) return false;
  return std::visit(ContainsNumber{program, packet, test.field, *value & test.mask}, test.values) != test.negated;
}

bool holds(const NameTest& test, const Packet& packet) {
  const auto& name = packet[test.field];
  if (!name) return false;
  return std::ranges::any_of(test.names, [&](const std::string& pattern) { return is_called(*name, pattern); }) != test.negated;
}

/// How a list was left.
enum class Left : std::uint8_t { at_its_end, decided };

class Walk {
 public:
  Walk(const Program& program, Stage stage, const Packet& packet) : program_(program), stage_(stage), packet_(packet) {
    decision_.mark = packet[Field::connection_mark].value_or(0);
  }

  Decision go() && {
    if (const auto* list = find(program_.stages, stage_)) walk(*list, 0);
    return std::move(decision_);
  }

 private:
  Left walk(const std::string& name, std::size_t depth) {
    const auto* found = depth < kDeepest ? find(program_.lists, name) : nullptr;
    if (!found) return Left::at_its_end;
    for (std::size_t at = 0; at < (*found)->rules.size(); ++at) {
      const Rule& rule = (*found)->rules[at];
      const bool matched = std::ranges::all_of(rule.conditions, [&](const Condition& each) { return matches(program_, each, packet_); });
      if (!matched) continue;
      decision_.trace.push_back({stage_, name, at});
      if (std::holds_alternative<Return>(rule.action)) return Left::at_its_end;
      depth_ = depth;
      if (std::visit(*this, rule.action) == Left::decided) return Left::decided;
    }
    return Left::at_its_end;
  }

  Left decide(Verdict verdict, std::optional<Reject::With> with = std::nullopt) {
    decision_.verdict = verdict;
    decision_.with = with;
    decision_.by = decision_.trace.back();
    return Left::decided;
  }

 public:
  // What the actions do.
  Left operator()(const Continue&) { return Left::at_its_end; }
  Left operator()(const Return&) { return Left::at_its_end; }
  Left operator()(const Accept&) { return decide(Verdict::accept); }
  Left operator()(const Queue&) { return decide(Verdict::accept); }
  Left operator()(const Drop&) { return decide(Verdict::drop); }
  Left operator()(const Reject& reject) { return decide(Verdict::reject, reject.with); }
  Left operator()(const Jump& jump) { return walk(jump.list, depth_ + 1); }
  Left operator()(const Dispatch& dispatch) {
    const auto& port = packet_[dispatch.field];
    const auto* table = port ? find(program_.dispatch_tables, dispatch.table) : nullptr;
    const auto* list = table ? find(*table, *port) : nullptr;
    return list ? walk(*list, depth_ + 1) : Left::at_its_end;
  }
  Left operator()(const DispatchByMac& dispatch) {
    const auto& bridge = packet_[NameField::in_bridge];
    const auto& mac = packet_[Field::ether_destination];
    const auto* table = bridge && mac ? find(program_.mac_tables, dispatch.table) : nullptr;
    const auto* list = table ? find(*table, BridgeMac{*bridge, mac_of(*mac)}) : nullptr;
    return list ? walk(*list, depth_ + 1) : Left::at_its_end;
  }
  Left operator()(const MarkConnection& mark) {
    const NumberSet* guest = entry_of(program_, mark.guest, packet_);
    if (guest && guest->is_single()) decision_.mark = guest->intervals()[0].first;
    packet_[Field::connection_mark] = decision_.mark;
    return Left::at_its_end;
  }
  Left operator()(const LabelConnection& label) {
    const NumberSet* receiver = entry_of(program_, label.receiver, packet_);
    if (receiver && receiver->is_single()) decision_.label |= receiver->intervals()[0].first;
    return Left::at_its_end;
  }
  Left operator()(const SetZone& set) {
    if (decision_.zone != 0) return Left::at_its_end;
    if (const auto* zone = std::get_if<std::uint16_t>(&set.zone)) {
      decision_.zone = *zone;
    } else if (const NumberSet* entry = entry_of(program_, std::get<PortTable>(set.zone), packet_); entry && entry->is_single()) {
      decision_.zone = static_cast<std::uint16_t>(entry->intervals()[0].first);
    }
    return Left::at_its_end;
  }
  Left operator()(const SetHelper& set) {
    decision_.helper = set.helper;
    return Left::at_its_end;
  }

 private:
  const Program& program_;
  const Stage stage_;
  Packet packet_;
  Decision decision_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return "ACCEPT";
    case Verdict::drop: return "DROP";
    case Verdict::reject: return "REJECT";
  }
  return "DROP";
}

bool matches(const Program& program, const Condition& condition, const Packet& packet) {
  if (const auto* test = std::get_if<Test>(&condition)) return holds(program, *test, packet);
  return holds(std::get<NameTest>(condition), packet);
}

Decision evaluate(const Program& program, Stage stage, const Packet& packet) { return Walk(program, stage, packet).go(); }

}  // namespace drawbridge::rules
