// The order in which links are made and changed: what stands below first. Files may stack a hundred thousand links, so there is no
// recursion here.
#include <algorithm>

#include "network/link_rules.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

/// For each link the links that have to come before it.
class LowerIndex {
 public:
  LowerIndex(const Desired& desired, const Planner* planner) {
    links_.reserve(desired.links.size());
    for (const auto& [name, link] : desired.links) links_.push_back(&link);
    lowers_.resize(links_.size());
    for (std::size_t i = 0; i < links_.size(); ++i) {
      for (const auto name : lowers_of(*links_[i]))
        if (const auto lower = find(name)) lowers_[i].push_back(*lower);
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const auto& master = links_[i]->master;
      const bool port = master && !master->value.empty();
      if (port && links_[i]->guest) add_lower(i, master->value);
      if (port && !links_[i]->guest) add_port(master->value, i);
      if (planner == nullptr || planner->is_new(links_[i]->name)) continue;
      const auto present = planner->now.links.find(links_[i]->name);
      // It leaves before its old master is looked at: a bridge that loses a port may change its MTU.
      const auto& old_master = present->second.master;
      if (!old_master.empty() && (!master || master->value != old_master)) add_port(old_master, i);
    }
  }

  std::vector<const DesiredLink*> ordered() {
    seen_.assign(links_.size(), false);
    for (std::size_t i = 0; i < links_.size(); ++i) visit(i);
    return std::move(ordered_);
  }

 private:
  struct Step {
    std::size_t link;
    std::size_t next;  ///< among its lowers
  };

  std::optional<std::size_t> find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(links_, name, {}, [](const DesiredLink* link) -> std::string_view { return link->name; });
    if (at == links_.end() || (*at)->name != name) return std::nullopt;
    return static_cast<std::size_t>(at - links_.begin());
  }

  /// A guest moves once its new bridge is complete.
  void add_lower(std::size_t link, std::string_view below) {
    if (const auto lower = find(below)) lowers_[link].push_back(*lower);
  }

  void add_port(std::string_view master, std::size_t port) {
    if (const auto upper = find(master)) lowers_[*upper].push_back(port);
  }

  void visit(std::size_t first) {
    if (seen_[first]) return;
    seen_[first] = true;
    std::vector<Step> open{{first, 0}};
    while (!open.empty()) {
      auto& step = open.back();
      if (step.next == lowers_[step.link].size()) {
        ordered_.push_back(links_[step.link]);
        open.pop_back();
        continue;
      }
      const auto lower = lowers_[step.link][step.next++];
      if (seen_[lower]) continue;
      seen_[lower] = true;
      open.push_back({lower, 0});
    }
  }

  std::vector<const DesiredLink*> links_;  ///< by name
  std::vector<std::vector<std::size_t>> lowers_;
  std::vector<bool> seen_;
  std::vector<const DesiredLink*> ordered_;
};

}  // namespace

std::vector<std::string_view> lowers_of(const DesiredLink& link) {
  std::vector<std::string_view> lowers;
  if (link.parent && !link.parent->value.empty() && link.kind != "veth") lowers.emplace_back(link.parent->value);
  for (const auto& [name, asked] : link.data) {
    if (!names_link(link.kind, name) || names_port(link.kind, name)) continue;
    const auto* target = std::get_if<std::string>(&asked.value);
    if (target != nullptr && !target->empty()) lowers.emplace_back(*target);
  }
  return lowers;
}

std::vector<const DesiredLink*> lower_first(const Desired& desired, const Planner* planner) {
  return LowerIndex(desired, planner).ordered();
}

}  // namespace drawbridge::network
