#include "cli/connection_cutter.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_paths.h"
#include "firewall/cut.h"
#include "firewall/tightening.h"
#include "netfilter/connection_table.h"

namespace drawbridge::cli {
namespace {

/// Causes in one line of the log.
constexpr std::size_t kMostNamed = 8;

std::string tell(std::size_t removed, const std::vector<firewall::Cut>& cuts) {
  std::map<std::string, std::size_t> causes;
  for (const auto& cut : cuts) ++causes[cut.by];
  std::vector<std::pair<std::string, std::size_t>> sorted(causes.begin(), causes.end());
  std::ranges::stable_sort(sorted, std::greater(), &std::pair<std::string, std::size_t>::second);
  std::vector<std::string> words;
  for (const auto& [by, count] : sorted)
    if (words.size() < kMostNamed) words.push_back(std::to_string(count) + " by " + visible(by));
  if (sorted.size() > kMostNamed) words.push_back("and others");
  return std::string(removed == 1 ? "1 established connection is" : std::to_string(removed) + " established connections are") +
         " not allowed any more and " + (removed == 1 ? "was" : "were") + " cut: " + join(words, ", ");
}

}  // namespace

std::string keep_mark(const transaction::Paths& paths) { return firewall_state(paths) + "/keep-connections"; }

Result<std::string> cut_forbidden_connections(doors::Files& files, const transaction::Paths& paths, const rules::Program* before,
                                              const rules::Program& after, const firewall::NodeFacts& facts) {
  if (after.stages.empty()) return std::string();
  const auto tightening = before == nullptr ? firewall::Tightening{.everywhere = true} : firewall::find_tightening(*before, after);
  if (!tightening.is_any() || files.read(keep_mark(paths))) return std::string();
  auto table = TRY(netfilter::ConnectionTable::open());
  auto connections = TRY(table.read());
  std::erase_if(connections, [&](const rules::Connection& each) { return !tightening.concerns(each); });
  const auto cuts = firewall::forbidden_connections(before, after, facts, connections);
  std::vector<rules::Connection> forbidden;
  forbidden.reserve(cuts.size());
  for (const auto& cut : cuts) forbidden.push_back(connections[cut.connection]);
  const std::size_t removed = TRY(table.remove(forbidden));
  return removed == 0 ? std::string() : tell(removed, cuts);
}

}  // namespace drawbridge::cli
