// A Linux that is enough to try a VM's cards: Debian's kernel, and a first root of busybox and the modules of the cards.
#pragma once

#include <string>

namespace drawbridge::lab {

struct TinyLinux {
  std::string kernel;
  std::string initrd;
  std::string why_not;  ///< why there is none here, or empty

  /// For the key args.
  std::string args() const {
    return "-kernel " + kernel + " -initrd " + initrd +
           " -append 'console=ttyS0 quiet panic=-1 8250.nr_uarts=2 i8042.noaux random.trust_cpu=on no_timer_check tsc=reliable nowatchdog "
           "mitigations=off nokaslr audit=0 selinux=0 apparmor=0 cryptomgr.notests rcupdate.rcu_expedited=1 raid=noautodetect' -no-reboot";
  }
};

/// What runs in it.
struct TinyLinuxOptions {
  std::string script = {};  ///< a command of busybox that runs before all else, or empty
  bool agent = false;       ///< QEMU's guest agent: Debian's, with the libraries that this machine has
};

/// Twice a second it prints a line on its first serial port: "cards:", its address, of each of its cards name, MAC, "up" or "down"
/// (the carrier), MTU and number of queues, and "pong" if 192.0.2.1 answers. With "ping=A,B" on the kernel's command line it tells "A:yes"
/// or "A:no" of each instead, and looks for everybody at its first card, as if all were its neighbours. The address is on its first card:
/// the first one of a seed for cloud-init, if it has one, else 192.0.2.7/24. At the power button it shuts down. Files are written into
/// `folder`.
TinyLinux make_tiny_linux(const std::string& folder, const TinyLinuxOptions& options = {});

}  // namespace drawbridge::lab
