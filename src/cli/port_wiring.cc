#include "cli/port_wiring.h"

#include "base/text.h"
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

Result<void> carry_out(Context& context, const network::Plan& plan) {
  std::vector<network::Operation> operations;
  for (const auto& planned : plan.operations) operations.push_back(planned.operation);
  if (operations.empty()) return {};
  auto* kernel = TRY(context.system.kernel());
  const auto ran = kernel->execute(operations);
  if (ran.error) return fail(*ran.error);
  return {};
}

Result<guest::Wiring> wiring_of(const PortRequest& request, const guest::NodeNetwork& node) {
  auto port = TRY(guest::port_of(request.nic, request.vmid, request.where, node));
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
    const auto wired = wire_port(context_, {vmid, after, {}});
    if (wired) {
      context_.console.diagnose(*wired);
      return {};
    }
    Error error = wired.error();
    if (const auto back = wire_port(context_, {vmid, before, {}}); !back)
      error.what += "; and its port can't be wired as before: " + back.error().what;
    return fail(std::move(error));
  }

 private:
  Context& context_;
};

}  // namespace

Result<Diagnostics> wire_port(Context& context, const PortRequest& request) {
  const Node before = TRY(look(context));
  const guest::NodeNetwork network(before.now, before.policies);
  const auto wiring = TRY(wiring_of(request, network));
  if (network.find(wiring.device) == nullptr)
    return fail(Errc::not_found, "there is no device " + wiring.device, request.where, "it comes when the guest starts");
  const auto plan = guest::plan_port(wiring, network);
  TRY_VOID(carry_out(context, plan));
  const Node after = TRY(look(context));
  const guest::NodeNetwork result(after.now, after.policies);
  const auto left = guest::plan_port(TRY(wiring_of(request, result)), result);
  if (!left.empty())
    return fail(Errc::conflict, "the port " + wiring.device + " is not as it should be, though the kernel took it: " +
                                    std::string(network::operation_name(left.operations.front().operation)) + " is still to do");
  Diagnostics warnings = wiring.warnings;
  warnings.insert(warnings.end(), plan.warnings.begin(), plan.warnings.end());
  return warnings;
}

Result<void> unwire_port(Context& context, const std::string& device, const SourceLocation& where) {
  const Node node = TRY(look(context));
  return carry_out(context, guest::plan_unplug(device, where, guest::NodeNetwork(node.now, node.policies)));
}

std::unique_ptr<hypervisor::PortWiring> port_wiring(Context& context) { return std::make_unique<LiveWiring>(context); }

}  // namespace drawbridge::cli
