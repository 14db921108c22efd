#include "cli/port_wiring.h"

#include "base/text.h"
#include "cli/port_keeper.h"
#include "cli/rules_before_ports.h"
#include "cli/unplugged_ports.h"
#include "engine/port_work.h"
#include "guest/device_name.h"
#include "guest/plan_port.h"

namespace drawbridge::cli {
namespace {

/// What a plan is made from.
struct Node {
  network::Snapshot now;
  guest::BridgePolicies policies;
};

Result<Node> look(Context& context) {
  Node node{TRY(context.system.snapshot()), {}};
  const auto source = TRY(context.system.running());
  const auto meaning = context.system.meaning(source, node.now);
  node.policies = guest::bridge_policies(meaning.model, meaning.resolved.desired);
  return node;
}

/// The service wires ports as well: one at a time.
Result<std::unique_ptr<doors::FileLock>> lock_ports(Context& context) {
  return context.system.files().lock(ports_lock(context.system.root()), std::chrono::seconds(10));
}

using StillToDo = std::function<network::Plan(const guest::NodeNetwork&)>;

/// Carries the plan out, proves it, or leads back to the old wiring.
Result<void> carry_out(Context& context, const Node& node, const network::Plan& plan, const StillToDo& still_to_do) {
  if (plan.empty()) return {};
  auto* kernel = TRY(context.system.kernel());
  auto outcome = engine::carry_out(*kernel, node.now, plan,
                                   [&](const network::Snapshot& now) { return still_to_do(guest::NodeNetwork(now, node.policies)); });
  if (!outcome.error) return {};
  outcome.error->what += outcome.not_undone ? "; nor could it be undone: " + outcome.not_undone->what : "; the port is as it was";
  return fail(std::move(*outcome.error));
}

Result<guest::Wiring> wiring_of(const PortRequest& request, const guest::NodeNetwork& node) {
  auto port = TRY(guest::port_of(request.nic, request.vmid, request.where, node, request.device));
  if (auto* wiring = std::get_if<guest::Wiring>(&port)) return std::move(*wiring);
  const auto as_error = [](Errc code, const Diagnostic& why) { return fail(code, why.message, why.where, why.hint); };
  if (const auto* waiting = std::get_if<guest::Waiting>(&port)) return as_error(Errc::not_found, waiting->why);
  if (const auto* other = std::get_if<guest::Unsupported>(&port)) return as_error(Errc::unsupported, other->why);
  return fail(Errc::invalid_input, "net" + std::to_string(request.nic.slot) + " names no bridge, so it has no port", request.where,
              "name one: bridge=vmbr0");
}

class LiveWiring final : public hypervisor::PortWiring {
 public:
  explicit LiveWiring(Context& context) : context_(context) {}

  Result<void> rewire(guest::Vmid vmid, const guest::Nic& before, const guest::Nic& after) override {
    const auto wired = wire_port(context_, {vmid, after, {}, {}});
    if (wired) {
      context_.console.diagnose(*wired);
      return {};
    }
    Error error = wired.error();
    if (const auto back = wire_port(context_, {vmid, before, {}, {}}); !back)
      error.what += "; and its port can't be wired as before: " + back.error().what;
    return fail(std::move(error));
  }

 private:
  Context& context_;
};

/// Rules find a card by its device's name: under another its frames would pass unasked.
Result<void> check_name(const PortRequest& request) {
  const auto name = guest::device_name(request.nic.kind, request.vmid, request.nic.slot);
  if (!request.nic.is_firewalled() || request.device.empty() || request.device == name) return {};
  return fail(Errc::unsupported,
              "net" + std::to_string(request.nic.slot) + " of guest " + std::to_string(request.vmid) + " has firewall=1, and device " +
                  request.device + " is not what the firewall's rules know it by",
              request.where, "call the device " + name + " (libvirt: <target dev='" + name + "'/>), or take firewall=1 off the card");
}

}  // namespace

Result<Diagnostics> wire_port(Context& context, const PortRequest& request) {
  TRY_VOID(check_name(request));
  TRY_VOID(wait_for_rules(context));
  const auto lock = TRY(lock_ports(context));
  const Node node = TRY(look(context));
  const guest::NodeNetwork network(node.now, node.policies);
  const auto wiring = TRY(wiring_of(request, network));
  if (network.find(wiring.device) == nullptr)
    return fail(Errc::not_found, "there is no device " + wiring.device, request.where, "it comes when the guest starts");
  TRY_VOID(forget_unplugged(context.system.files(), context.system.root(), wiring.device));
  const auto plan = guest::plan_port(wiring, network);
  TRY_VOID(carry_out(context, node, plan, [&](const guest::NodeNetwork& now) {
    const auto again = wiring_of(request, now);
    return again ? guest::plan_port(*again, now) : network::Plan{};
  }));
  Diagnostics warnings = wiring.warnings;
  warnings.insert(warnings.end(), plan.warnings.begin(), plan.warnings.end());
  return warnings;
}

Result<void> unwire_port(Context& context, const std::string& device, const SourceLocation& where) {
  const auto lock = TRY(lock_ports(context));
  const Node node = TRY(look(context));
  // Before it is one: the service sees the port go at once.
  if (const auto* link = node.now.find_link(device))
    TRY_VOID(mark_unplugged(context.system.files(), context.system.root(), device, link->index));
  const auto still_to_do = [&](const guest::NodeNetwork& now) { return guest::plan_unplug(device, where, now); };
  return carry_out(context, node, still_to_do(guest::NodeNetwork(node.now, node.policies)), still_to_do);
}

std::unique_ptr<hypervisor::PortWiring> port_wiring(Context& context) { return std::make_unique<LiveWiring>(context); }

}  // namespace drawbridge::cli
