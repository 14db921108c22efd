// Where a running VM keeps what lives as long as it runs: <root>/run/drawbridge/guests/VMID.*
#pragma once

#include <string>

#include "guest/nic.h"

namespace drawbridge::hypervisor {

struct RunFiles {
  std::string folder;
  std::string lock;    ///< held while the VM is started, changed or stopped; stays when the VM is gone
  std::string pid;     ///< written by QEMU
  std::string qmp;     ///< socket of its control protocol
  std::string log;     ///< what QEMU said on its standard streams
  std::string vnc;     ///< socket of its screen
  std::string agent;   ///< socket of the guest agent
  std::string seed;    ///< image for cloud-init
  std::string record;  ///< the settings that the VM runs with, as a configuration file
  std::string ifup;    ///< what QEMU runs when it has made a tap
  std::string ifdown;  ///< … before it lets it go

  std::string serial(unsigned number) const { return stem + ".serial" + std::to_string(number); }
  std::string stem;  ///< of the names above
};

/// `root` is a prefix without a slash at its end, or empty.
RunFiles run_files(const std::string& root, guest::Vmid vmid);

}  // namespace drawbridge::hypervisor
