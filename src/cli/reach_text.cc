#include "cli/reach_text.h"

#include "network/risk.h"

namespace drawbridge::cli {

Reach reach_of(const network::Snapshot& now, const network::Plan& plan, const std::optional<doors::Session>& session) {
  if (plan.empty()) return {};
  const network::Snapshot after = network::outcome_of(now, plan);
  Reach reach{.changes = network::reach_summary(now, after), .risks = network::guest_risk(plan, now, after)};
  if (!session) return reach;
  const Diagnostics risks = network::session_risk(plan, now, after, {session->local, session->peer});
  reach.risks.insert(reach.risks.begin(), risks.begin(), risks.end());
  return reach;
}

std::string reach_text(const Reach& reach) {
  if (reach.changes.empty()) return "";
  std::string text = "\nThis node\n";
  for (const std::string& change : reach.changes) text.append("  ").append(change).append("\n");
  return text;
}

}  // namespace drawbridge::cli
