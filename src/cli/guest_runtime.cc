#include "cli/guest_runtime.h"

#include "cli/container_run.h"
#include "hypervisor/live_cards.h"

namespace drawbridge::cli {

GuestRuntime runtime_of(Context& context, const store::GuestFile& file) {
  GuestRuntime runtime;
  const auto files = hypervisor::run_files(context.system.root(), file.vmid);
  if (file.kind == guest::Kind::lxc) {
    runtime.pid = find_container(context, file.vmid).value_or(0);
  } else if (const auto process = hypervisor::GuestProcess::find(files)) {
    runtime.pid = process->pid();
  }
  if (!runtime.runs()) return runtime;
  if (const auto record = context.system.files().read(files.record))
    runtime.running = guest::make_guest(guest::parse_document(*record, files.record), file.vmid, file.kind, file.node);
  return runtime;
}

void look_inside(Context& context, guest::Vmid vmid, GuestRuntime& runtime) {
  constexpr std::chrono::seconds kPatience{1};
  if (!runtime.runs()) return;
  auto qmp = hypervisor::Qmp::connect(hypervisor::run_files(context.system.root(), vmid).qmp, kPatience);
  if (!qmp) return context.console.detail("QEMU was not asked: " + qmp.error().what);
  if (auto cards = hypervisor::plugged_cards(*qmp)) runtime.plugged = std::move(*cards);
}

std::optional<hypervisor::GuestProcess> find_process(Context& context, guest::Vmid vmid) {
  return hypervisor::GuestProcess::find(hypervisor::run_files(context.system.root(), vmid));
}

namespace {

Result<void> add_bridges(Context& context, hypervisor::RunContext& made) {
  const auto snapshot = TRY(context.system.snapshot());
  for (const auto& [name, link] : snapshot.links)
    if (link.kind == "bridge") made.bridge_mtus[name] = link.mtu;
  return {};
}

}  // namespace

Result<hypervisor::RunContext> run_context(Context& context, guest::Vmid vmid) {
  auto made = TRY(hypervisor::probe_host(context.system.files(), context.system.root(), vmid));
  TRY_VOID(add_bridges(context, made));
  return made;
}

Result<hypervisor::RunContext> live_context(Context& context, guest::Vmid vmid, hypervisor::Qmp& qmp) {
  hypervisor::RunContext made;
  made.version = TRY(hypervisor::running_version(qmp));
  made.vhost_net = hypervisor::has_vhost_net();
  made.files = hypervisor::run_files(context.system.root(), vmid);
  TRY_VOID(add_bridges(context, made));
  return made;
}

Result<std::unique_ptr<doors::FileLock>> lock_runtime(Context& context, guest::Vmid vmid) {
  constexpr std::chrono::seconds kPatience{30};
  return context.system.files().lock(hypervisor::run_files(context.system.root(), vmid).lock, kPatience);
}

std::string card_state(const GuestRuntime& runtime, const guest::Settings& current, std::uint8_t slot) {
  if (!runtime.runs()) return "";
  if (!runtime.running) return "not known";
  const auto find = [slot](const guest::Settings& settings) {
    const auto at = settings.nics.find(slot);
    return at == settings.nics.end() ? std::nullopt : std::optional(at->second);
  };
  const auto running = find(runtime.running->settings);
  if (!running || (runtime.plugged && !runtime.plugged->contains(slot))) return "not plugged";
  const auto plan = hypervisor::plan_card(running, find(current), true);
  if (plan.kind != hypervisor::CardPlan::Kind::nothing) return "other settings";
  return running->is_link_down() ? "link down" : "up";
}

}  // namespace drawbridge::cli
