#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "lab/scenario_run.h"

namespace drawbridge::lab {
namespace {

constexpr const char* kWrong = "   <-- not as expected";

std::string flow_line(const FlowSeen& seen) {
  const std::string measured =
      fmt::format("{} of {} lost, within {} ms of {} ms allowed", seen.lost, seen.sent, seen.outage.count(), seen.flow.outage.count());
  return fmt::format("flow {} to {} {}: {}{}\n", seen.flow.from, seen.flow.to, format_ip(seen.flow.target),
                     seen.steady ? measured : "was not steady before", as_expected(seen) ? "" : kWrong);
}

std::string command_line(const CommandSeen& seen) {
  std::string text =
      fmt::format("$ {}{}\n", join(seen.command.words, " "), seen.command.in == kNode ? "" : fmt::format("   (in {})", seen.command.in));
  const bool good = as_expected(seen);
  // Of a good one what was waited for, of any other all it said.
  for (const auto line : split(seen.output, '\n')) {
    if (!line.empty() && (!good || (!seen.command.says.empty() && line.contains(seen.command.says)))) text += fmt::format("  {}\n", line);
  }
  if (good) return text;
  return text + fmt::format("  exit status {}, expected: {}{}{}\n", seen.exit, seen.command.exit,
                            seen.command.says.empty() ? "" : fmt::format(" and \"{}\"", seen.command.says), kWrong);
}

std::string rate_line(const RateSeen& seen) {
  const auto limit = static_cast<double>(seen.check.bytes_per_second);
  return fmt::format("rate {} to {} {}: {:.0f} bytes/s, {:+.1f} % of the limit{}\n", seen.check.from, seen.check.to,
                     protocol_name(seen.check.protocol), seen.bytes_per_second, (seen.bytes_per_second / limit - 1) * 100,
                     as_expected(seen) ? "" : kWrong);
}

std::string findings_text(const std::vector<std::string>& findings) { return findings.empty() ? "none" : join(findings, ", "); }

boost::json::array words(const std::vector<std::string>& all) { return boost::json::array(all.begin(), all.end()); }

boost::json::object state_json(const StateSeen& seen) {
  boost::json::array cuts, commands, flows, rates;
  for (const CommandSeen& one : seen.commands) {
    commands.push_back(boost::json::object{{"command", words(one.command.words)},
                                           {"in", one.command.in},
                                           {"exit", one.exit},
                                           {"output", one.output},
                                           {"ok", as_expected(one)},
                                           {"where", format_location(one.command.where)}});
  }
  for (const RateSeen& one : seen.rates) {
    rates.push_back(boost::json::object{{"from", one.check.from},
                                        {"to", one.check.to},
                                        {"protocol", protocol_name(one.check.protocol)},
                                        {"bytes_per_second", one.bytes_per_second},
                                        {"limit", one.check.bytes_per_second},
                                        {"ok", as_expected(one)},
                                        {"where", format_location(one.check.where)}});
  }
  for (const CutSeen& cut : seen.cuts)
    cuts.push_back(boost::json::object{{"cable", format_cable(cut.cable)}, {"frames", cut.frames}, {"ok", as_expected(cut)}});
  for (const FlowSeen& flow : seen.flows) {
    flows.push_back(boost::json::object{{"from", flow.flow.from},
                                        {"to", flow.flow.to},
                                        {"target", format_ip(flow.flow.target)},
                                        {"steady", flow.steady},
                                        {"sent", flow.sent},
                                        {"lost", flow.lost},
                                        {"outage_ms", flow.outage.count()},
                                        {"allowed_ms", flow.flow.outage.count()},
                                        {"ok", as_expected(flow)},
                                        {"where", format_location(flow.flow.where)}});
  }
  const boost::json::object findings{
      {"expected", words(seen.expected_findings)}, {"seen", words(seen.findings)}, {"ok", seen.findings == seen.expected_findings}};
  return boost::json::object{{"name", seen.name},
                             {"change", seen.change},
                             {"ok", as_expected(seen)},
                             {"cuts", cuts},
                             {"commands", commands},
                             {"flows", flows},
                             {"traffic", boost::json::parse(format_json(seen.traffic))},
                             {"rates", rates},
                             {"findings", findings}};
}

}  // namespace

std::string format_state(const StateSeen& seen) {
  std::string text = fmt::format("== {}{}\n", seen.name, seen.change.empty() ? "" : " (" + seen.change + ")");
  for (const CutSeen& cut : seen.cuts)
    text += fmt::format("{} carried {} frames in the second before{}\n", format_cable(cut.cable), cut.frames,
                        as_expected(cut) ? "" : "; no flow ran through it" + std::string(kWrong));
  for (const CommandSeen& command : seen.commands) text += command_line(command);
  for (const FlowSeen& flow : seen.flows) text += flow_line(flow);
  text += format_table(seen.traffic);
  for (const RateSeen& rate : seen.rates) text += rate_line(rate);
  text += "findings: " + findings_text(seen.findings);
  if (seen.findings != seen.expected_findings) text += "; expected: " + findings_text(seen.expected_findings) + kWrong;
  return text + "\n";
}

std::string format_states_json(const std::vector<StateSeen>& all) {
  boost::json::array states;
  for (const StateSeen& one : all) states.push_back(state_json(one));
  return boost::json::serialize(states);
}

}  // namespace drawbridge::lab
