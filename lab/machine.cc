#include "lab/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

std::string kernel_words(const MachinePlan& plan) {
  // panic=-1 ends QEMU at once (-no-reboot), so a dead kernel is seen at once. The others keep an emulated machine from waiting for
  // hardware that is not there, and from protecting secrets that it does not have.
  const std::string words =
      "quiet panic=-1 console=ttyS0 8250.nr_uarts=1 i8042.noaux i8042.nokbd random.trust_cpu=on no_timer_check tsc=reliable nowatchdog "
      "mitigations=off nokaslr audit=0 selinux=0 apparmor=0 cryptomgr.notests rcupdate.rcu_expedited=1 raid=noautodetect";
  // Without ACPI the kernel finds one processor only, and is up after three fifths of the work.
  return plan.processors == 1 ? words + " acpi=off" : words;
}

void keep_open(int fd) { fcntl(fd, F_SETFD, 0); }

}  // namespace

std::vector<std::string> machine_words(MachinePlan plan) {
  const bool kvm = plan.accelerator == Accelerator::kvm, counting = plan.accelerator == Accelerator::counting;
  if (counting) plan.processors = 1;
  std::vector<std::string> words{"qemu-system-x86_64",
                                 "-name",
                                 "drawbridge-lab",
                                 "-machine",
                                 "pc,usb=off,vmport=off,smbus=off",
                                 "-accel",
                                 kvm        ? "kvm"
                                 : counting ? "tcg,thread=single"
                                            : "tcg,thread=multi",
                                 "-cpu",
                                 kvm ? "host" : "max",
                                 "-smp",
                                 std::to_string(plan.processors),
                                 "-m",
                                 std::to_string(plan.memory_mib),
                                 "-nodefaults",
                                 "-no-user-config",
                                 "-no-reboot",
                                 "-display",
                                 "none",
                                 "-kernel",
                                 plan.kernel.image,
                                 "-initrd",
                                 plan.initramfs,
                                 "-append",
                                 kernel_words(plan),
                                 "-chardev",
                                 fmt::format("socket,id=console,fd={}", plan.console_fd),
                                 "-serial",
                                 "chardev:console",
                                 "-device",
                                 "virtio-serial-pci",
                                 "-chardev",
                                 fmt::format("socket,id=channel,fd={}", plan.channel_fd),
                                 "-device",
                                 "virtserialport,chardev=channel,name=drawbridge.lab",
                                 "-fsdev",
                                 "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
                                 "-device",
                                 "virtio-9p-pci,fsdev=root,mount_tag=root"};
  if (counting) words.insert(words.end(), {"-icount", "shift=0,sleep=off"});
  return words;
}

Result<Machine> start_machine(MachinePlan plan) {
  FdPair channel = TRY(make_socket_pair());
  FdPair console = TRY(make_socket_pair());
  plan.channel_fd = channel.second.get();
  plan.console_fd = console.second.get();
  const std::vector<std::string> words = machine_words(plan);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) {
    die_with(parent);
    // Ctrl-C is for the lab to handle: it ends the machine when it is done with it.
    setpgid(0, 0);
    keep_open(plan.channel_fd);
    keep_open(plan.console_fd);
    const int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0) dup2(nothing, 0);
    dup2(plan.console_fd, 1);
    dup2(plan.console_fd, 2);
    exec_words(words);
    const std::string_view why = "qemu-system-x86_64 can't be started; install qemu-system-x86\n";
    const auto told = write(plan.console_fd, why.data(), why.size());
    _exit(told < 0 ? 126 : 127);
  }
  set_nonblocking(channel.first.get());
  set_nonblocking(console.first.get());
  return Machine{pid, std::move(channel.first), std::move(console.first)};
}

}  // namespace drawbridge::lab
