// What guests' ports have beside other ports: limits of their speed, and stations that the bridge need not learn.
#include <algorithm>

#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

using Stations = std::vector<PortFdbEntry>;

/// Sorted, as those at present are: a trunk has its guest in each of its VLANs.
std::optional<Target<Stations>> wanted_stations(const One& one) {
  auto wanted =
      target(one.wanted.port_fdb, one.before == nullptr ? nullptr : &one.before->port_fdb, [] { return std::optional(Stations{}); });
  if (wanted) std::ranges::sort(wanted->value);
  return wanted;
}

/// At present. Copied: planning changes them.
Stations stations_of(const One& one) {
  const auto range = one.planner.port_fdb_of(one.name);
  return {range.begin(), range.end()};
}

bool is_in(const Stations& sorted, const PortFdbEntry& entry) { return std::ranges::binary_search(sorted, entry); }

}  // namespace

void plan_rate(const One& one) {
  const auto rate = target(one.wanted.rate, one.before == nullptr ? nullptr : &one.before->rate, [] { return std::optional(RateLimit{}); });
  if (rate && one.link().rate != rate->value) one.planner.emit(SetRateLimit{one.name, rate->value}, *rate->where);
}

void plan_lost_stations(const One& one) {
  const auto wanted = wanted_stations(one);
  if (!wanted) return;
  for (const auto& entry : stations_of(one))
    if (!is_in(wanted->value, entry)) one.planner.emit(RemovePortFdb{entry}, *wanted->where);
}

void plan_new_stations(const One& one) {
  const auto wanted = wanted_stations(one);
  if (!wanted) return;
  const auto present = stations_of(one);
  for (const auto& entry : wanted->value)
    if (!is_in(present, entry)) one.planner.emit(AddPortFdb{entry}, *wanted->where);
}

}  // namespace drawbridge::network
