// Does KVM run code? Asked with a 64 KiB ROM whose reset vector leaves through QEMU's debug exit device.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/machine.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

constexpr std::chrono::milliseconds kProbeLimit{1500};
/// What `out 0xF4, 0x10` makes QEMU's exit status: value × 2 + 1.
constexpr int kRanCode = 33;

std::string probe_rom() {
  std::string rom(65536, '\x90');
  // At the reset vector, 16 bytes: mov ecx, 20000000; again: dec ecx; jnz again; mov al, 0x10; out 0xF4, al; hlt; hlt.
  // The loop takes some 10 ms on a processor, and half a minute where KVM is there but interprets instruction by instruction.
  rom.replace(0xFFF0, 16, std::string_view("\x66\xB9\x00\x2D\x31\x01\x66\x49\x75\xFC\xB0\x10\xE6\xF4\xF4\xF4", 16));
  return rom;
}

std::string boot_id() { return read_whole_file("/proc/sys/kernel/random/boot_id").value_or("").substr(0, 36); }
std::string answer_path() { return cache_folder().value_or("/nonexistent") + "/accelerator"; }

bool kvm_runs_code() {
  if (access("/dev/kvm", R_OK | W_OK) != 0) return false;
  const OwnedFd rom(memfd_create("probe", 0));
  const std::string bytes = probe_rom();
  if (!rom.is_open() || write(rom.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) return false;
  const auto ended = run_program(
      {"qemu-system-x86_64", "-machine", "pc", "-accel", "kvm", "-cpu", "host", "-m", "16", "-nodefaults", "-no-user-config", "-no-reboot",
       "-display", "none", "-bios", fmt::format("/proc/self/fd/{}", rom.get()), "-device", "isa-debug-exit,iobase=0xf4,iosize=4"},
      {.input = {}, .prepare = {}, .limit = kProbeLimit});
  return ended.has_value() && ended->status == kRanCode;
}

}  // namespace

Accelerator probe_accelerator() {
  const std::string known = replace_all(read_whole_file(answer_path()).value_or(""), '\n', ' ');
  const auto words = split_words(known);
  // A machine that was up while KVM was not set up asks again after its next boot.
  if (words.size() == 2 && words[0] == boot_id()) return words[1] == "kvm" ? Accelerator::kvm : Accelerator::tcg;
  const Accelerator found = kvm_runs_code() ? Accelerator::kvm : Accelerator::tcg;
  remember_accelerator(found);
  return found;
}

void remember_accelerator(Accelerator found) {
  // Not to remember it costs the next start a moment, no more.
  static_cast<void>(replace_file(answer_path(), boot_id() + (found == Accelerator::kvm ? " kvm\n" : " tcg\n")));
}

}  // namespace drawbridge::lab
