// What this host offers to a VM: KVM, vhost, the firmware, QEMU's version.
#pragma once

#include <string>

#include "base/result.h"
#include "doors/files.h"
#include "hypervisor/qmp.h"
#include "hypervisor/run_context.h"

namespace drawbridge::hypervisor {

/// True if KVM runs code here, found by running a few bytes of it for at most 1.5 s: a /dev/kvm that opens may still hang.
bool kvm_runs_code();

/// kvm_runs_code, remembered for this boot in `root`/run/drawbridge/accelerator.
Accelerator probe_accelerator(doors::Files& files, const std::string& root);

/// All of a context but the bridges' MTUs. Errors: not_found if QEMU is not installed; unsupported if it does not say its version.
Result<RunContext> probe_host(doors::Files& files, const std::string& root, guest::Vmid vmid);

/// True if the kernel moves the packets of virtio cards itself.
bool has_vhost_net();

/// The version of the QEMU at the other end. Errors: those of Qmp::execute; unsupported if it does not say it.
Result<QemuVersion> running_version(Qmp& qmp);

}  // namespace drawbridge::hypervisor
