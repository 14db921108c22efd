#include "interfaces/alignment.h"

#include <algorithm>

namespace drawbridge::interfaces {
namespace {

constexpr std::size_t kMostCells = 1'000'000;

std::vector<Step> align_by_place(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::vector<Step> steps;
  const std::size_t both = std::min(from.size(), to.size());
  steps.reserve(std::max(from.size(), to.size()));
  for (std::size_t i = 0; i < both; ++i) steps.push_back({from[i] == to[i] ? Step::Kind::keep : Step::Kind::replace, i, i});
  for (std::size_t i = both; i < from.size(); ++i) steps.push_back({Step::Kind::remove, i, both});
  for (std::size_t i = both; i < to.size(); ++i) steps.push_back({Step::Kind::insert, both, i});
  return steps;
}

// cost[i][j]: the fewest changes that turn from[i..] into to[j..].
std::vector<std::vector<std::uint32_t>> costs(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::vector<std::vector<std::uint32_t>> cost(from.size() + 1, std::vector<std::uint32_t>(to.size() + 1));
  for (std::size_t i = from.size() + 1; i-- > 0;)
    for (std::size_t j = to.size() + 1; j-- > 0;) {
      if (i == from.size() || j == to.size())
        cost[i][j] = static_cast<std::uint32_t>(from.size() - i + to.size() - j);
      else
        cost[i][j] = std::min({cost[i + 1][j] + 1, cost[i][j + 1] + 1, cost[i + 1][j + 1] + (from[i] == to[j] ? 0 : 1)});
    }
  return cost;
}

}  // namespace

std::vector<Step> align(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  if (from.size() * to.size() > kMostCells) return align_by_place(from, to);
  const auto cost = costs(from, to);
  std::vector<Step> steps;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < from.size() || j < to.size()) {
    const bool both = i < from.size() && j < to.size();
    if (both && from[i] == to[j] && cost[i][j] == cost[i + 1][j + 1])
      steps.push_back({Step::Kind::keep, i++, j++});
    else if (both && cost[i][j] == cost[i + 1][j + 1] + 1)
      steps.push_back({Step::Kind::replace, i++, j++});
    else if (i < from.size() && cost[i][j] == cost[i + 1][j] + 1)
      steps.push_back({Step::Kind::remove, i++, j});
    else
      steps.push_back({Step::Kind::insert, i, j++});
  }
  return steps;
}

}  // namespace drawbridge::interfaces
