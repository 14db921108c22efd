// guest hook: what LXC and libvirt call when they have made a guest's device, or are done with it.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cli/guest_desk.h"
#include "cli/port_wiring.h"
#include "cli/verbs.h"
#include "guest/hook_steps.h"

namespace drawbridge::cli {
namespace {

Result<std::string> standard_input() {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() <= guest::kLargestDomainXml) {
    const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0) break;
    if (got < 0 && errno != EINTR) return fail_errno(errno, "standard input can't be read");
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

guest::Environment lxc_environment() {
  guest::Environment environment;
  for (const char* name : {"LXC_NAME", "LXC_HOOK_SECTION", "LXC_HOOK_TYPE", "LXC_NET_TYPE", "LXC_NET_PEER", "LXC_CONFIG_FILE"})
    if (const char* value = std::getenv(name)) environment[name] = value;
  return environment;
}

Result<guest::Inventory> guests_here(Context& context) {
  return store::read_inventory(context.system.files(), context.system.root(), TRY(node_name(context)));
}

Exit carry_out(Context& context, const guest::HookStep& step) {
  if (step.action == guest::PortAction::unplug) {
    const auto unwired = unwire_port(context, step.device, step.where);
    return unwired ? Exit::done : context.console.fail(unwired.error());
  }
  const auto wired = wire_port(context, {step.vmid, step.nic, step.where, step.device});
  if (!wired) return context.console.fail(wired.error());
  context.console.diagnose(*wired);
  return Exit::done;
}

/// LXC's own configuration of the container; what can't be read says nothing.
std::optional<MacAddress> mac_of(Context& context, const guest::Environment& environment, const std::string& device) {
  const auto path = environment.find("LXC_CONFIG_FILE");
  if (path == environment.end()) return std::nullopt;
  const auto text = context.system.files().read(path->second);
  if (text) return guest::lxc_card_mac(*text, device);
  context.console.note("without LXC's configuration: " + text.error().what);
  return std::nullopt;
}

Exit answer_lxc(Context& context, guest::PortAction action, const std::vector<std::string>& words) {
  const auto environment = lxc_environment();
  const auto call = guest::read_lxc_call(action, words, environment);
  if (!call) return context.console.fail(call.error());
  const auto inventory = guests_here(context);
  if (!inventory) return context.console.fail(inventory.error());
  const auto step = guest::lxc_step(*call, mac_of(context, environment, call->device), *inventory);
  return step ? carry_out(context, *step) : context.console.fail(step.error());
}

/// Those whose devices are there already; the others' turn comes at "started".
Result<void> drop_absent(Context& context, std::vector<guest::HookStep>& steps) {
  const auto now = TRY(context.system.snapshot());
  std::erase_if(steps, [&](const guest::HookStep& step) { return !now.links.contains(step.device); });
  return {};
}

Exit answer_domain(Context& context, const guest::LibvirtCall& call, std::string_view xml) {
  const auto interfaces = guest::read_domain_interfaces(xml, "domain.xml");
  if (!interfaces) return context.console.fail(interfaces.error());
  const auto inventory = guests_here(context);
  if (!inventory) return context.console.fail(inventory.error());
  auto work = guest::libvirt_steps(call, *interfaces, *inventory);
  if (!work) return context.console.fail(work.error());
  for (const auto& note : work->notes) context.console.note(note);
  if (call.too_early)
    if (const auto dropped = drop_absent(context, work->steps); !dropped) return context.console.fail(dropped.error());
  Exit worst = Exit::done;
  for (const auto& step : work->steps)
    if (const Exit exit = carry_out(context, step); worst == Exit::done) worst = exit;
  return worst;
}

/// Standard output stays empty: what a hook prints there may replace the domain's XML.
Exit answer_libvirt(Context& context, const std::vector<std::string>& words) {
  const auto call = guest::read_libvirt_call(words);
  if (!call) return context.console.fail(call.error());
  const auto xml = standard_input();
  if (!call->action) return Exit::done;
  const Exit exit = xml ? answer_domain(context, *call, *xml) : context.console.fail(xml.error());
  return call->must_succeed ? Exit::done : exit;
}

}  // namespace

Exit guest_hook(Context& context) {
  const std::string name = context.arguments().value("HOOK").value_or("");
  const auto& words = context.arguments().list("WORD");
  if (name == "lxc-ifup") return answer_lxc(context, guest::PortAction::plug, words);
  if (name == "lxc-ifdown") return answer_lxc(context, guest::PortAction::unplug, words);
  return answer_libvirt(context, words);
}

}  // namespace drawbridge::cli
