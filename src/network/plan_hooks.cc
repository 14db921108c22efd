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

/// What happens to one link.
struct Happenings {
  std::size_t first = 0;    ///< operation about it
  std::size_t end = 0;      ///< behind the last one; 0: none
  bool configured = false;  ///< made, raised, or its addresses change: up-side hooks run
  bool taken_down = false;
};

bool configures(const Operation& operation) {
  if (const auto* up = std::get_if<SetUp>(&operation)) return up->up;
  return std::holds_alternative<CreateLink>(operation) || std::holds_alternative<AddAddress>(operation) ||
         std::holds_alternative<RemoveAddress>(operation);
}

bool takes_down(const Operation& operation) {
  const auto* up = std::get_if<SetUp>(&operation);
  return up != nullptr && !up->up;
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
    if (!has_any()) return;
    for (std::size_t i = 0; i < kernel_.size(); ++i) note(i);
    note_what_went_along();
    for (const auto& entry : planner_.entries()) {
      const auto hooks = hooks_of(*entry.name);
      if (!hooks.empty()) place(*entry.name, hooks);
    }
    merge();
  }

 private:
  bool has_any() const {
    return std::ranges::any_of(planner_.entries(), [](const Entry& entry) {
      return (entry.wanted != nullptr && !entry.wanted->hooks.empty()) || (entry.before != nullptr && !entry.before->hooks.empty());
    });
  }

  void note_about(const std::string& link, std::size_t at) {
    auto& happens = happenings_[link];
    if (happens.end == 0) happens.first = at;
    happens.end = at + 1;
  }

  void note(std::size_t at) {
    const auto& operation = kernel_[at].operation;
    const Route* route = nullptr;
    if (const auto* set = std::get_if<SetRoute>(&operation)) route = &set->route;
    if (const auto* removed = std::get_if<RemoveRoute>(&operation)) route = &removed->route;
    if (route != nullptr) {
      for (const auto& hop : route->nexthops) note_about(hop.link, at);
      return;
    }
    const auto name = operation_object(operation);
    note_about(name, at);
    auto& happens = happenings_[name];
    happens.configured = happens.configured || configures(operation);
    happens.taken_down = happens.taken_down || takes_down(operation);
  }

  /// A link that goes with another is deleted by the other's operation.
  void note_what_went_along() {
    std::map<std::string_view, std::size_t> deletions;
    for (std::size_t i = 0; i < kernel_.size(); ++i)
      if (const auto* deleted = std::get_if<DeleteLink>(&kernel_[i].operation)) deletions.emplace(deleted->name, i);
    for (const auto& [name, root] : planner_.goes_with) {
      const auto deletion = deletions.find(root);
      if (deletion == deletions.end()) continue;
      const auto at = deletion->second;
      auto& happens = happenings_[name];
      happens.first = happens.end == 0 ? at : std::min(happens.first, at);
      happens.end = std::max(happens.end, at + 1);
    }
  }

  const Happenings& happens_to(const std::string& name) const {
    static const Happenings kNothing;
    const auto found = happenings_.find(name);
    return found == happenings_.end() ? kNothing : found->second;
  }

  LinkHooks hooks_of(const std::string& name) {
    LinkHooks hooks;
    add_down_side(name, hooks);
    add_up_side(name, hooks);
    return hooks;
  }

  void add_down_side(const std::string& name, LinkHooks& hooks) {
    const DesiredLink* before = planner_.wanted_before(name);
    if (before == nullptr || planner_.kept.contains(name) || planner_.desired().dormant.contains(name)) return;
    const DesiredLink* wanted = planner_.wanted(name);
    const bool gone = wanted == nullptr && happens_to(name).end != 0;
    const bool down = gone || happens_to(name).taken_down || (planner_.remade.contains(name) && planner_.now.links.contains(name));
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
    const bool configured = happens_to(name).configured;
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
    const auto& happens = happens_to(name);
    const bool none = happens.end == 0;
    const std::size_t start = none ? kernel_.size() : happens.first;
    const std::size_t end = none ? kernel_.size() : happens.end;
    auto& before = slots_[{start, 1}];
    before.insert(before.end(), hooks.before.begin(), hooks.before.end());
    auto& after = slots_[{end, none ? 1 : 0}];
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
  std::vector<PlannedOperation>& kernel_;
  std::map<std::string, Happenings, std::less<>> happenings_;
  /// By operation in front of which they stand; what ends there (0) comes before what starts there (1).
  std::map<std::pair<std::size_t, int>, std::vector<PlannedOperation>> slots_;
};

}  // namespace

void plan_hooks(Planner& planner) { HookPlanner(planner).run(); }

}  // namespace drawbridge::network
