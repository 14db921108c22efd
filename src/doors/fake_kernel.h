// The kernel of the tests: a Snapshot in memory, changed by network/kernel_model as the real one would be, with faults to order.
// It is held against the real kernel by doors/kernel_contract.h.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "doors/kernel.h"
#include "network/kernel_model.h"
#include "network/link_defaults.h"

namespace drawbridge::doors {

/// Thrown by FakeKernel where a power cut was ordered. Production code has no reason to catch it; tests do, and start anew.
struct PowerCut {
  std::size_t before_operation = 0;
};

class FakeKernel final : public Kernel {
 public:
  /// What happens to the operations behind a refused one: the door promises neither.
  enum class AfterRefusal : std::uint8_t { stop, go_on };

  FakeKernel() = default;
  explicit FakeKernel(network::Snapshot state) : state_(std::move(state)) {}

  Result<network::Snapshot> snapshot() override {
    if (snapshot_error_) return fail(*snapshot_error_);
    auto told = state_;
    // The model knows more than a kernel tells.
    for (auto& [name, link] : told.links) {
      link.port.erase(network::kOriginalMtu);
      link.data.erase(network::kDrawnMac);
      const auto primary = link.data.find("primary");
      if (link.kind == "bond" && primary != link.data.end() && !is_port(primary->second, name)) link.data.erase("primary");
    }
    return told;
  }

  Execution execute(std::span<const network::Operation> operations) override {
    Execution execution;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      ++execution.attempted;
      auto outcome = run_one(operations[i]);
      if (outcome || execution.failed) continue;
      execution.failed = i;
      execution.error = std::move(outcome.error());
      if (after_refusal_ == AfterRefusal::stop) break;
    }
    return execution;
  }

  // ---- Faults. Operations are counted from 0 over all calls of execute().

  /// The operation is refused with this errno and changes nothing.
  void refuse_operation(std::size_t position, int os_errno) { refusals_[position] = os_errno; }
  /// PowerCut is thrown when this operation is about to run; it and later ones don't.
  void cut_power_before(std::size_t position) {
    call_before(position, [position] { throw PowerCut{position}; });
  }
  /// Calls `action` just before the operation: another program that interferes, or a process that ends itself.
  void call_before(std::size_t position, std::function<void()> action) { actions_[position] = std::move(action); }
  void set_after_refusal(AfterRefusal behaviour) { after_refusal_ = behaviour; }
  /// Every snapshot() fails with `error` until nullopt is set.
  void fail_snapshots(std::optional<Error> error) { snapshot_error_ = std::move(error); }
  /// Forgets all faults and restarts the count: the machine has been repaired, or rebooted with its state kept.
  void clear_faults() {
    refusals_.clear();
    actions_.clear();
    snapshot_error_.reset();
    count_ = 0;
  }

  /// The state, to look at and to change behind everybody's back.
  network::Snapshot& state() { return state_; }
  const network::Snapshot& state() const { return state_; }
  /// Operations that took effect, in order, over all calls.
  const std::vector<network::Operation>& executed() const { return executed_; }
  /// Operations attempted since the start or clear_faults().
  std::size_t count() const { return count_; }

 private:
  Result<void> run_one(const network::Operation& operation) {
    const std::size_t position = count_++;
    if (const auto action = actions_.find(position); action != actions_.end()) action->second();
    if (const auto refusal = refusals_.find(position); refusal != refusals_.end())
      return fail_errno(refusal->second, network::operation_name(operation) + " " + network::operation_object(operation));
    if (std::holds_alternative<network::RunHook>(operation)) return fail(Errc::bug, "a hook is no kernel operation");
    auto outcome = network::apply_to_model(state_, operation);
    if (outcome) executed_.push_back(operation);
    return outcome;
  }

  bool is_port(const network::AttributeValue& port, const std::string& master) const {
    const auto* name = std::get_if<std::string>(&port);
    const auto found = name == nullptr ? state_.links.end() : state_.links.find(*name);
    return found != state_.links.end() && found->second.master == master;
  }

  network::Snapshot state_;
  std::map<std::size_t, int> refusals_;
  std::map<std::size_t, std::function<void()>> actions_;
  std::optional<Error> snapshot_error_;
  AfterRefusal after_refusal_ = AfterRefusal::stop;
  std::vector<network::Operation> executed_;
  std::size_t count_ = 0;
};

}  // namespace drawbridge::doors
