// Does KVM run code? Asked once a boot.
#include "base/text.h"
#include "hypervisor/host_probe.h"
#include "lab/cache_folder.h"
#include "lab/machine.h"

namespace drawbridge::lab {
namespace {

std::string boot_id() { return read_whole_file("/proc/sys/kernel/random/boot_id").value_or("").substr(0, 36); }
std::string answer_path() { return cache_folder().value_or("/nonexistent") + "/accelerator"; }

}  // namespace

Accelerator probe_accelerator() {
  const std::string known = replace_all(read_whole_file(answer_path()).value_or(""), '\n', ' ');
  const auto words = split_words(known);
  // A machine that was up while KVM was not set up asks again after its next boot.
  if (words.size() == 2 && words[0] == boot_id()) return words[1] == "kvm" ? Accelerator::kvm : Accelerator::tcg;
  const Accelerator found = hypervisor::kvm_runs_code() ? Accelerator::kvm : Accelerator::tcg;
  remember_accelerator(found);
  return found;
}

void remember_accelerator(Accelerator found) {
  // Not to remember it costs the next start a moment, no more.
  static_cast<void>(replace_file(answer_path(), boot_id() + (found == Accelerator::kvm ? " kvm\n" : " tcg\n")));
}

}  // namespace drawbridge::lab
