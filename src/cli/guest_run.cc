// guest start, guest stop.
#include <unistd.h>

#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/container_run.h"
#include "cli/guest_desk.h"
#include "cli/guest_editing.h"
#include "cli/guest_runtime.h"
#include "cli/verbs.h"
#include "guest/machine.h"
#include "hypervisor/qemu_command.h"
#include "hypervisor/runner.h"
#include "hypervisor/seed_texts.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kUsualStopSeconds = 60;

std::string own_path() {
  std::array<char, 4096> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return size < 0 ? std::string("drawbridge") : std::string(path.data(), static_cast<std::size_t>(size));
}

/// What is pending becomes what is, and each card has a MAC address that stays.
Result<void> settle_file(Context& context, Desk& desk, Diagnostics& warnings) {
  const auto applied = guest::apply_pending(desk.stored.document);
  auto settled = change_guest(applied, desk.stored.file, {}, desk.surroundings, false);
  for (const auto& finding : settled.diagnostics)
    if (finding.severity == Severity::error) return fail(Errc::invalid_input, finding.message, finding.where, finding.hint);
  warnings = settled.diagnostics;
  const std::string bytes = guest::print(settled.document);
  if (bytes != desk.stored.bytes)
    TRY_VOID(store::write_guest(context.system.files(), context.system.root(), desk.stored.file, bytes, desk.stored.digest));
  desk.stored.bytes = bytes;
  desk.stored.document = std::move(settled.document);
  for (const std::string& note : settled.notes) context.console.note(note);
  return {};
}

/// The current settings alone, as a file: what the VM runs with.
std::string record_of(const guest::Document& document) {
  std::string text;
  for (const auto& line : document.lines)
    if (line.section == 0 && line.kind == guest::LineKind::entry) text += line.key + ": " + line.value + "\n";
  return text;
}

hypervisor::StartRequest start_request(Context& context, const guest::Guest& guest, const std::string& record,
                                       const hypervisor::RunContext& host, const hypervisor::QemuCommand& command) {
  const std::string& root = context.system.root();
  hypervisor::StartRequest request;
  request.words = command.words;
  request.environment = {"DRAWBRIDGE_ROOT=" + root, "DRAWBRIDGE_NODE=" + guest.node};
  if (root.empty() && hypervisor::has_systemd()) request.scope = "drawbridge-guest-" + std::to_string(guest.vmid);
  request.program = own_path();
  for (const auto& [slot, nic] : guest.settings.nics)
    if (nic.is_link_down()) request.links_down.push_back("net" + std::to_string(slot));
  if (const auto patience = context.arguments().number("timeout")) request.patience = std::chrono::seconds(*patience);
  request.prepare = [&context, &guest, &record, &host, seed = command.has_seed]() -> Result<void> {
    if (seed) TRY_VOID(hypervisor::make_seed_image(hypervisor::seed_texts(guest, guest.settings), host.files.seed));
    return context.system.files().write(host.files.record, record, 0600);
  };
  return request;
}

Exit tell_start(Context& context, const guest::Guest& guest, pid_t pid, std::optional<bool> kvm, const Diagnostics& warnings) {
  context.console.diagnose(warnings);
  if (context.console.json()) {
    json::object document{{"vmid", guest.vmid}, {"node", guest.node}, {"status", "running"}, {"pid", pid}};
    if (kvm) document["accelerator"] = *kvm ? "kvm" : "tcg";
    document["warnings"] = json::parse(diagnostics_json(warnings));
    context.console.print_document(json::serialize(document));
  } else {
    context.console.note((kvm ? "VM " : "Container ") + std::to_string(guest.vmid) + " runs, as process " + std::to_string(pid) +
                         (kvm.value_or(true) ? "." : ", emulated."));
  }
  return Exit::done;
}

Exit start(Context& context, Desk& desk) {
  const auto vmid = desk.stored.file.vmid;
  Diagnostics warnings;
  if (const auto settled = settle_file(context, desk, warnings); !settled) return context.console.fail(settled.error());
  const auto guest = guest_of(desk);
  // Scripts that wire the ports read the guests' files; they must find them free.
  desk.lock.reset();
  if (has_errors(guest.diagnostics)) return context.console.fail(guest.diagnostics);
  if (guest.kind == guest::Kind::lxc) {
    const auto pid = start_container(context, guest, own_path(), record_of(desk.stored.document));
    return pid ? tell_start(context, guest, *pid, std::nullopt, warnings) : context.console.fail(pid.error());
  }
  const auto host = run_context(context, vmid);
  if (!host) return context.console.fail(host.error());
  const auto command = hypervisor::qemu_command(guest, guest.settings, *host);
  warnings.insert(warnings.end(), command.diagnostics.begin(), command.diagnostics.end());
  if (command.words.empty()) return context.console.fail(command.diagnostics);
  const std::string record = record_of(desk.stored.document);
  const auto request = start_request(context, guest, record, *host, command);
  const auto pid = hypervisor::start_guest(host->files, request);
  if (!pid) return context.console.fail(pid.error());
  const bool kvm = host->accelerator == hypervisor::Accelerator::kvm && guest.settings.text("kvm") != "0";
  return tell_start(context, guest, *pid, kvm, warnings);
}

std::uint64_t stop_seconds(Context& context, const std::optional<store::GuestFile>& file) {
  if (const auto said = context.arguments().number("timeout")) return *said;
  const auto stored = file ? std::optional(store::read_guest(context.system.files(), *file)) : std::nullopt;
  if (!stored || !*stored) return kUsualStopSeconds;
  const auto guest = guest::make_guest((*stored)->document, file->vmid, file->kind, file->node);
  return guest::read_machine(guest.settings).machine.startup.down.value_or(kUsualStopSeconds);
}

std::string_view stage_text(hypervisor::StopStage stage) {
  switch (stage) {
    case hypervisor::StopStage::powerdown: return "it shut down";
    case hypervisor::StopStage::quit: return "its power was cut";
    case hypervisor::StopStage::terminate: return "QEMU was told to end";
    case hypervisor::StopStage::kill: return "QEMU was killed";
  }
  return "";
}

std::string_view stage_word(hypervisor::StopStage stage) {
  constexpr std::array<std::string_view, 4> kWords{"powerdown", "quit", "terminate", "kill"};
  return kWords[static_cast<std::size_t>(stage)];
}

Exit tell_stopped(Context& context, guest::Vmid vmid, std::optional<hypervisor::StopStage> stage) {
  if (context.console.json()) {
    json::object document{{"vmid", vmid}, {"status", "stopped"}};
    document["how"] = stage ? json::value(stage_word(*stage)) : json::value(nullptr);
    context.console.print_document(json::serialize(document));
  } else {
    context.console.note("VM " + std::to_string(vmid) +
                         (stage ? " is stopped: " + std::string(stage_text(*stage)) + "." : " does not run."));
  }
  return Exit::done;
}

hypervisor::StopRequest stop_request(Context& context, const std::optional<store::GuestFile>& file) {
  hypervisor::StopRequest request;
  request.force = context.arguments().has("force");
  request.may_cut = !context.arguments().has("no-cut");
  request.patience = std::chrono::seconds(stop_seconds(context, file));
  request.tell = [&context](hypervisor::StopStage stage, std::chrono::seconds left) {
    const std::string words = stage == hypervisor::StopStage::powerdown ? "The guest shuts down" : "QEMU ends";
    context.console.ticker(words + "; " + std::to_string(left.count()) + " s left.");
  };
  return request;
}

Exit stop_lxc(Context& context, guest::Vmid vmid, const std::optional<store::GuestFile>& file, bool runs) {
  const bool force = context.arguments().has("force");
  const auto stopped = stop_container(context, vmid, force ? 0 : stop_seconds(context, file), !context.arguments().has("no-cut"));
  if (!stopped) return context.console.fail(stopped.error());
  if (context.console.json()) {
    json::object document{{"vmid", vmid}, {"status", "stopped"}};
    document["how"] = runs ? json::value(force ? "kill" : "shutdown") : json::value(nullptr);
    context.console.print_document(json::serialize(document));
  } else {
    context.console.note("Container " + std::to_string(vmid) + (runs ? " is stopped." : " does not run."));
  }
  return Exit::done;
}

}  // namespace

Exit guest_start(Context& context) {
  auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  const auto guest = guest_of(*desk);
  if (const auto locked = find_lock(context, guest)) return context.console.fail(*locked);
  const auto lock = lock_runtime(context, guest.vmid);
  if (!lock) return context.console.fail(lock.error());
  const bool container = guest.kind == guest::Kind::lxc;
  if (container ? find_container(context, guest.vmid).has_value() : find_process(context, guest.vmid).has_value())
    return context.console.fail(
        Error{Errc::conflict, (container ? "container " : "VM ") + std::to_string(guest.vmid) + " runs already", {}, {}, 0});
  return start(context, *desk);
}

Exit guest_stop(Context& context) {
  const auto vmid = vmid_argument_of(context);
  if (!vmid) return context.console.fail(vmid.error());
  // A VM whose file is gone must still be stoppable.
  const auto file = find_guest(context, *vmid);
  if (!file && context.arguments().has("kind")) return context.console.fail(file.error());
  if (!file && !find_process(context, *vmid) && !find_container(context, *vmid)) return context.console.fail(file.error());
  const auto lock = lock_runtime(context, *vmid);
  if (!lock) return context.console.fail(lock.error());
  if (const auto container = find_container(context, *vmid); container || (file && file->kind == guest::Kind::lxc)) {
    return stop_lxc(context, *vmid, file ? std::optional(*file) : std::nullopt, container.has_value());
  }
  const auto files = hypervisor::run_files(context.system.root(), *vmid);
  const auto process = find_process(context, *vmid);
  if (!process) {
    hypervisor::clean_up(files);
    return tell_stopped(context, *vmid, std::nullopt);
  }
  const auto stage = hypervisor::stop_guest(files, *process, stop_request(context, file ? std::optional(*file) : std::nullopt));
  if (!stage) return context.console.fail(stage.error());
  return tell_stopped(context, *vmid, *stage);
}

}  // namespace drawbridge::cli
