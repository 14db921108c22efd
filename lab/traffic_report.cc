#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "lab/traffic.h"

namespace drawbridge::lab {
namespace {

using Row = std::array<std::string, 5>;

std::string seen_text(const Seen& seen) {
  std::string text = seen.passed ? "pass" : "block";
  if (!seen.passed && !seen.check.passes && !seen.proven) text = "nothing from this sender passed";
  if (!seen.detail.empty()) text += " (" + seen.detail + ")";
  return text + (as_expected(seen) ? "" : "   <-- not as expected");
}

}  // namespace

bool as_expected(const Seen& seen) { return seen.passed == seen.check.passes && (seen.passed || seen.proven); }

std::string format_table(const std::vector<Seen>& all) {
  std::vector<Row> rows{Row{"FROM", "TO", "WHAT", "EXPECTED", "SEEN"}};
  for (const Seen& seen : all) {
    rows.push_back(Row{seen.check.from, seen.check.to + " " + format_ip(seen.check.target), format_protocol(seen.check),
                       seen.check.passes ? "pass" : "block", seen_text(seen)});
  }
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row[4] + "\n";
  }
  const auto wrong = std::count_if(all.begin(), all.end(), [](const Seen& seen) { return !as_expected(seen); });
  return text +
         (wrong == 0 ? fmt::format("all {} as expected\n", all.size()) : fmt::format("{} of {} not as expected\n", wrong, all.size()));
}

std::string format_json(const std::vector<Seen>& all) {
  boost::json::array rows;
  for (const Seen& seen : all) {
    rows.push_back(boost::json::object{{"from", seen.check.from},
                                       {"to", seen.check.to},
                                       {"protocol", format_protocol(seen.check)},
                                       {"target", format_ip(seen.check.target)},
                                       {"expected", seen.check.passes ? "pass" : "block"},
                                       {"seen", seen.passed ? "pass" : "block"},
                                       {"proven", seen.proven},
                                       {"ok", as_expected(seen)},
                                       {"where", format_location(seen.check.where)}});
  }
  return boost::json::serialize(rows);
}

}  // namespace drawbridge::lab
