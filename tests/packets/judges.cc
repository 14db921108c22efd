#include "judges.h"

#include <fmt/format.h>

#include "nftables/evaluate.h"
#include "nftables/place.h"
#include "rules/field.h"

namespace drawbridge::packets {
namespace {

using rules::Field;
using rules::NameField;

std::string fate_of(const rules::Decision& decision, const rules::Packet& packet) {
  if (decision.verdict == rules::Verdict::accept) return "accept";
  if (decision.verdict == rules::Verdict::drop) return "drop";
  const bool v4 = packet[Field::ip_version] == rules::Number{4};
  switch (*decision.with) {
    case rules::Reject::With::tcp_reset: return packet[Field::protocol] == rules::Number{6} ? "reset" : "drop";
    case rules::Reject::With::port_unreachable: return "port unreachable";
    case rules::Reject::With::host_prohibited: return v4 ? "host prohibited" : "administratively prohibited";
    case rules::Reject::With::admin_prohibited: return "administratively prohibited";
  }
  return "";
}

std::string fate_of(const nftables::Outcome& outcome) {
  using Fate = nftables::Outcome::Fate;
  if (outcome.fate == Fate::accept) return "accept";
  if (outcome.fate == Fate::drop) return "drop";
  if (outcome.with.type == nftables::RejectWith::Type::tcp_reset) return "reset";
  if (outcome.with.type == nftables::RejectWith::Type::icmp) return "host prohibited";
  return outcome.with.code == 1 ? "port unreachable" : "administratively prohibited";
}

/// The stage's hook at which the packet is, by the devices it knows.
const nftables::StageHook& hook_of(rules::Stage stage, const rules::Packet& packet) {
  const auto hooks = nftables::hooks_of(stage);
  for (const auto& hook : hooks) {
    const bool bridge = hook.place.family == nftables::TableFamily::bridge;
    if (hooks.size() == 1 ||
        (bridge == packet[NameField::in_bridge].has_value() && hook.place.in == packet[NameField::in_port].has_value()))
      return hook;
  }
  return hooks.front();
}

}  // namespace

void Judges::compare(rules::Stage stage, const rules::Packet& packet, const rules::Decision& decision, std::string& dispute) const {
  const auto& hook = hook_of(stage, packet);
  rules::Decision possible = decision;
  if (!hook.place.rejects && possible.verdict == rules::Verdict::reject) possible.verdict = rules::Verdict::drop;
  const std::string said = fate_of(possible, packet);
  const bool passes = possible.verdict == rules::Verdict::accept;
  for (std::size_t at = 0; at < rulesets_.size(); ++at) {
    const auto outcome = nftables::evaluate(*rulesets_[at], hook.place.family, nftables::chain_of(stage), packet);
    const std::string done = fate_of(outcome);
    const bool same = outcome.mark == decision.mark && outcome.label == decision.label && outcome.zone == decision.zone &&
                      outcome.helper == decision.helper;
    if (said == done && (!passes || same)) continue;
    dispute +=
        fmt::format("{}\n  ruleset {} says {} by \"{}\", mark {} zone {} helper '{}'; the program mark {} zone {} helper '{}'\n{}",
                    describe(program_, stage, decision), at + 1, done, outcome.comment, rules::format_number(outcome.mark), outcome.zone,
                    outcome.helper, rules::format_number(decision.mark), decision.zone, decision.helper, describe(packet));
  }
}

rules::Decision Judges::ask(rules::Stage stage, const rules::Packet& packet, std::string& dispute) const {
  if (!program_.stages.contains(stage)) {
    rules::Decision nothing;
    nothing.mark = packet[Field::connection_mark].value_or(0);
    return nothing;
  }
  auto decision = rules::evaluate(program_, stage, packet);
  compare(stage, packet, decision, dispute);
  if (decision.verdict == rules::Verdict::reject && !hook_of(stage, packet).place.rejects) decision.verdict = rules::Verdict::drop;
  return decision;
}

firewall::Journey Judges::travel(const firewall::Zone& from, const firewall::Zone& to, const rules::Packet& packet,
                                 const firewall::NodeFacts& facts, std::string& dispute) const {
  auto journey = firewall::travel(program_, from, to, packet, facts);
  for (const auto& leg : journey.legs) compare(leg.stage, leg.packet, leg.decision, dispute);
  return journey;
}

std::string describe(const rules::Program& program, rules::Stage stage, const rules::Decision& decision) {
  std::string text = fmt::format("  at {}: {}", word_of(stage), word_of(decision.verdict));
  if (!decision.by) return text + " (nothing decided)";
  const auto& list = *program.lists.at(decision.by->list);
  return text + fmt::format(" by {} rule {}: {}", decision.by->list, decision.by->rule + 1,
                            rules::format_rule(list.rules.at(decision.by->rule), program));
}

std::string describe(const rules::Packet& packet) {
  std::string text = "   ";
  for (std::size_t at = 0; at < rules::kFields; ++at)
    if (const auto& value = packet.numbers.at(at))
      text += fmt::format(" {}={:#x}{:016x}", word_of(static_cast<Field>(at)), static_cast<std::uint64_t>(*value >> 64U),
                          static_cast<std::uint64_t>(*value));
  for (std::size_t at = 0; at < rules::kNameFields; ++at)
    if (const auto& name = packet.names.at(at)) text += fmt::format(" {}={}", word_of(static_cast<NameField>(at)), *name);
  return text + "\n";
}

}  // namespace drawbridge::packets
