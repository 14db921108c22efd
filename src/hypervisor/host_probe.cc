// Does KVM run code? Asked with a 64 KiB ROM whose reset vector leaves through QEMU's debug exit device.
#include "hypervisor/host_probe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <array>

#include "base/text.h"
#include "hypervisor/descriptor.h"
#include "hypervisor/machine_type.h"
#include "hypervisor/program.h"

namespace drawbridge::hypervisor {
namespace {

constexpr const char* kProgram = "qemu-system-x86_64";
constexpr std::chrono::milliseconds kProbeLimit{1500};
constexpr std::chrono::seconds kVersionLimit{20};
/// What `out 0xF4, 0x10` makes QEMU's exit status: value × 2 + 1.
constexpr int kRanCode = 33;

std::string probe_rom() {
  std::string rom(65536, '\x90');
  // At the reset vector, 16 bytes: mov ecx, 20000000; again: dec ecx; jnz again; mov al, 0x10; out 0xF4, al; hlt; hlt.
  // The loop takes some 10 ms on a processor, and half a minute where KVM is there but interprets instruction by instruction.
  rom.replace(0xFFF0, 16, std::string_view("\x66\xB9\x00\x2D\x31\x01\x66\x49\x75\xFC\xB0\x10\xE6\xF4\xF4\xF4", 16));
  return rom;
}

struct Firmware {
  const char* code;
  const char* variables;
};
/// Where Debian's ovmf has it; with 4 MB first.
constexpr std::array kFirmware{Firmware{"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"},
                               Firmware{"/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"}};

}  // namespace

bool kvm_runs_code() {
  if (::access("/dev/kvm", R_OK | W_OK) != 0) return false;
  const Descriptor rom(::memfd_create("probe", MFD_CLOEXEC));
  const std::string bytes = probe_rom();
  if (!rom.is_open() || ::write(rom.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) return false;
  const auto ended = run_program(
      {kProgram, "-machine", "pc", "-accel", "kvm", "-cpu", "host", "-m", "16", "-nodefaults", "-no-user-config", "-no-reboot", "-display",
       "none", "-bios", fmt::format("/proc/self/fd/{}", rom.get()), "-device", "isa-debug-exit,iobase=0xf4,iosize=4"},
      kProbeLimit, {rom.get()});
  return ended.has_value() && ended->status == kRanCode;
}

Accelerator probe_accelerator(doors::Files& files, const std::string& root) {
  const std::string path = root + "/run/drawbridge/accelerator";
  const std::string boot = files.read("/proc/sys/kernel/random/boot_id").value_or("").substr(0, 36);
  const std::string known = files.read(path).value_or("");
  // A machine that was up while KVM was not set up asks again after its next boot.
  const auto words = split_words(std::string_view(known).substr(0, known.find('\n')));
  if (words.size() == 2 && words[0] == boot) return words[1] == "kvm" ? Accelerator::kvm : Accelerator::tcg;
  const Accelerator found = kvm_runs_code() ? Accelerator::kvm : Accelerator::tcg;
  // Not to remember it costs the next start a moment, no more.
  static_cast<void>(files.write(path, boot + (found == Accelerator::kvm ? " kvm\n" : " tcg\n")));
  return found;
}

Result<RunContext> probe_host(doors::Files& files, const std::string& root, guest::Vmid vmid) {
  RunContext context;
  context.program = kProgram;
  auto said = run_program({kProgram, "--version"}, kVersionLimit);
  if (!said && said.error().code == Errc::not_found) said.error().hint = "install the package qemu-system-x86";
  if (!said) return fail(std::move(said.error()));
  context.version = TRY(parse_qemu_version(said->output));
  context.accelerator = probe_accelerator(files, root);
  context.vhost_net = has_vhost_net();
  for (const auto& [code, variables] : kFirmware) {
    if (!context.firmware_code.empty() || ::access(code, R_OK) != 0 || ::access(variables, R_OK) != 0) continue;
    context.firmware_code = code;
    context.firmware_variables = variables;
  }
  context.files = run_files(root, vmid);
  return context;
}

bool has_vhost_net() { return ::access("/dev/vhost-net", R_OK | W_OK) == 0; }

Result<QemuVersion> running_version(Qmp& qmp) {
  const auto answer = TRY(qmp.execute("query-version"));
  const auto number = [&answer](const char* pointer) {
    boost::system::error_code error;
    const auto* value = answer.find_pointer(pointer, error);
    const auto* found = error || value == nullptr ? nullptr : value->if_int64();
    return found == nullptr ? -1 : *found;
  };
  const auto major = number("/qemu/major");
  const auto minor = number("/qemu/minor");
  if (major < 0 || minor < 0) return fail(Errc::unsupported, "QEMU does not say its version");
  return QemuVersion{static_cast<unsigned>(major), static_cast<unsigned>(minor)};
}

}  // namespace drawbridge::hypervisor
