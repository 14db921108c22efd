// Hooks, put between the operations once those are known. A line runs because of what happens to its link, never because of an
// apply as such: up-side lines when the link is made, raised or gets other addresses, or when they are new themselves; down-side
// lines of the files before when the link goes, or when they are taken out.
#include <algorithm>

#include "network/planner.h"

namespace drawbridge::network {
namespace {

bool is_up_side(HookPhase phase) { return phase == HookPhase::pre_up || phase == HookPhase::up || phase == HookPhase::post_up; }

PlannedOperation to_operation(const std::string& link, const DesiredHook& hook) {
  return {RunHook{link, hook.phase, hook.command, hook.environment}, hook.where, false, {}};
}

bool has_hook(const DesiredLink* link, const DesiredHook& hook) {
  return link != nullptr && std::ranges::any_of(link->hooks, [&](const DesiredHook& other) {
           return other.phase == hook.phase && other.command == hook.command;
         });
}

/// The links that an operation is about.
bool is_about(const Operation& operation, const std::string& name) {
  if (const auto* route = std::get_if<SetRoute>(&operation))
    return std::ranges::any_of(route->route.nexthops, [&](const Nexthop& hop) { return hop.link == name; });
  if (const auto* route = std::get_if<RemoveRoute>(&operation))
    return std::ranges::any_of(route->route.nexthops, [&](const Nexthop& hop) { return hop.link == name; });
  return operation_object(operation) == name;
}

/// What makes up-side hooks run: the link is made, raised, or its addresses change.
bool configures(const Operation& operation, const std::string& name) {
  if (operation_object(operation) != name) return false;
  if (const auto* up = std::get_if<SetUp>(&operation)) return up->up;
  return std::holds_alternative<CreateLink>(operation) || std::holds_alternative<AddAddress>(operation) ||
         std::holds_alternative<RemoveAddress>(operation);
}

bool takes_down(const Operation& operation, const std::string& name) {
  const auto* up = std::get_if<SetUp>(&operation);
  return up != nullptr && !up->up && up->link == name;
}

/// The hooks of one link, by the place where they belong.
struct LinkHooks {
  std::vector<PlannedOperation> before;  ///< pre-down and down, then pre-up
  std::vector<PlannedOperation> after;   ///< post-down, then up and post-up
  bool empty() const { return before.empty() && after.empty(); }
};

class HookPlanner {
 public:
  explicit HookPlanner(Planner& planner) : planner_(planner), kernel_(planner.plan.operations) {}

  void run() {
    std::set<std::string> names;
    for (const auto& [name, link] : planner_.desired.links) names.insert(name);
    for (const auto& [name, link] : planner_.previous.links) names.insert(name);
    for (const auto& name : names) {
      const auto hooks = hooks_of(name);
      if (!hooks.empty()) place(name, hooks);
    }
    merge();
  }

 private:
  LinkHooks hooks_of(const std::string& name) {
    LinkHooks hooks;
    add_down_side(name, hooks);
    add_up_side(name, hooks);
    return hooks;
  }

  template <class Predicate>
  bool any(const Predicate& predicate) const {
    return std::ranges::any_of(kernel_, [&](const PlannedOperation& planned) { return predicate(planned.operation); });
  }

  void add_down_side(const std::string& name, LinkHooks& hooks) {
    const DesiredLink* before = planner_.wanted_before(name);
    if (before == nullptr || planner_.kept.contains(name) || planner_.desired.dormant.contains(name)) return;
    const DesiredLink* wanted = planner_.wanted(name);
    const bool gone = wanted == nullptr && any([&](const Operation& o) { return is_about(o, name); });
    const bool down = gone || any([&](const Operation& o) { return takes_down(o, name); });
    std::vector<const DesiredHook*> run;
    for (const auto& hook : before->hooks)
      if (!is_up_side(hook.phase) && (down || (wanted != nullptr && !has_hook(wanted, hook)))) run.push_back(&hook);
    std::ranges::stable_sort(run, {}, [](const DesiredHook* hook) { return hook->phase; });
    for (const auto* hook : run) (hook->phase == HookPhase::post_down ? hooks.after : hooks.before).push_back(to_operation(name, *hook));
    if (!run.empty()) add_undo(name, before->hooks, true, down ? nullptr : wanted);
  }

  void add_up_side(const std::string& name, LinkHooks& hooks) {
    const DesiredLink* wanted = planner_.wanted(name);
    if (wanted == nullptr || (wanted->up && !wanted->up->value)) return;
    const bool configured = any([&](const Operation& o) { return configures(o, name); });
    const DesiredLink* before = planner_.wanted_before(name);
    std::vector<const DesiredHook*> run;
    for (const auto& hook : wanted->hooks)
      if (is_up_side(hook.phase) && (configured || (before != nullptr && !has_hook(before, hook)))) run.push_back(&hook);
    std::ranges::stable_sort(run, {}, [](const DesiredHook* hook) { return hook->phase; });
    for (const auto* hook : run) (hook->phase == HookPhase::pre_up ? hooks.before : hooks.after).push_back(to_operation(name, *hook));
    if (!run.empty()) add_undo(name, wanted->hooks, false, configured ? nullptr : before);
  }

  /// The lines of one side; where only new or vanished lines ran, only those that `other` lacks as well.
  void add_undo(const std::string& name, const std::vector<DesiredHook>& hooks, bool up_side, const DesiredLink* other) {
    for (const auto& hook : hooks)
      if (is_up_side(hook.phase) == up_side && !has_hook(other, hook)) planner_.plan.undo_hooks.push_back(to_operation(name, hook));
  }

  /// Before the link's first operation and after its last; at the end if it has none.
  void place(const std::string& name, const LinkHooks& hooks) {
    const auto about = [&](const PlannedOperation& planned) { return is_about(planned.operation, name); };
    const auto first = std::ranges::find_if(kernel_, about);
    std::size_t start = kernel_.size();
    std::size_t end = kernel_.size();
    if (first != kernel_.end()) {
      start = static_cast<std::size_t>(first - kernel_.begin());
      for (std::size_t i = start; i < kernel_.size(); ++i)
        if (about(kernel_[i])) end = i + 1;
    }
    auto& before = slots_[{start, 1}];
    before.insert(before.end(), hooks.before.begin(), hooks.before.end());
    auto& after = slots_[{end, first == kernel_.end() ? 1 : 0}];
    after.insert(after.end(), hooks.after.begin(), hooks.after.end());
  }

  void merge() {
    std::vector<PlannedOperation> merged;
    auto slot = slots_.begin();
    for (std::size_t i = 0; i <= kernel_.size(); ++i) {
      for (; slot != slots_.end() && slot->first.first == i; ++slot) std::ranges::move(slot->second, std::back_inserter(merged));
      if (i < kernel_.size()) merged.push_back(std::move(kernel_[i]));
    }
    planner_.plan.operations = std::move(merged);
  }

  Planner& planner_;
  std::vector<PlannedOperation> kernel_;
  /// By operation in front of which they stand; what ends there (0) comes before what starts there (1).
  std::map<std::pair<std::size_t, int>, std::vector<PlannedOperation>> slots_;
};

}  // namespace

void plan_hooks(Planner& planner) { HookPlanner(planner).run(); }

}  // namespace drawbridge::network
