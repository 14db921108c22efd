#include "cli/qemu_script.h"

#include "base/text.h"
#include "guest/device_name.h"

namespace drawbridge::cli {

bool is_qemu_script(const std::string& program_name) { return program_name == "qemu-ifup" || program_name == "qemu-ifdown"; }

Result<std::vector<std::string>> qemu_script_words(const std::string& program_name, const std::vector<std::string>& words,
                                                   const std::string& root, const std::string& node) {
  const std::string device = words.size() == 1 ? words.front() : "";
  const auto owner = guest::parse_device_name(device);
  if (!owner || owner->kind != guest::Kind::qemu)
    return fail(Errc::invalid_input, program_name + ": '" + printable(join(words, " ")) + "' is not the tap of a VM's card", {},
                "QEMU calls it, with ifname=tap<VMID>i<N>");
  std::vector<std::string> command;
  if (!root.empty()) command.insert(command.end(), {"--root", root});
  if (!node.empty()) command.insert(command.end(), {"--node", node});
  const bool up = program_name == "qemu-ifup";
  command.insert(command.end(), {"guest", up ? "plug" : "unplug", std::to_string(owner->vmid), "net" + std::to_string(owner->slot)});
  if (up) command.push_back(device);
  return command;
}

}  // namespace drawbridge::cli
