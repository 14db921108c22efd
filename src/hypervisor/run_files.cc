#include "hypervisor/run_files.h"

namespace drawbridge::hypervisor {

RunFiles run_files(const std::string& root, guest::Vmid vmid) {
  RunFiles files;
  const std::string run = root + "/run/drawbridge";
  files.folder = run + "/guests";
  files.stem = files.folder + "/" + std::to_string(vmid);
  files.lock = files.stem + ".lock";
  files.pid = files.stem + ".pid";
  files.qmp = files.stem + ".qmp";
  files.log = files.stem + ".log";
  files.vnc = files.stem + ".vnc";
  files.agent = files.stem + ".qga";
  files.seed = files.stem + ".seed.iso";
  files.record = files.stem + ".running";
  files.ifup = run + "/bin/qemu-ifup";
  files.ifdown = run + "/bin/qemu-ifdown";
  return files;
}

}  // namespace drawbridge::hypervisor
