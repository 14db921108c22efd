#include "api/step.h"

#include <algorithm>

namespace drawbridge::api {
namespace {

std::vector<Step> make_all() {
  std::vector<Step> all;
  for (auto part : {network_steps(), guest_steps(), firewall_steps(), cluster_steps(), access_steps()})
    for (auto& step : part) all.push_back(std::move(step));
  std::ranges::sort(all, {}, &Step::key);
  return all;
}

}  // namespace

const std::vector<Step>& all_steps() {
  static const std::vector<Step> kAll = make_all();
  return kAll;
}

const Step* find_step(std::string_view key) {
  const auto& all = all_steps();
  const auto at = std::ranges::lower_bound(all, key, {}, &Step::key);
  return at != all.end() && at->key == key ? &*at : nullptr;
}

}  // namespace drawbridge::api
