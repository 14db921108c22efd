#include "cli/hook_name.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "guest/device_name.h"

namespace drawbridge::cli {
namespace {

bool is_qemu_script(const std::string& program_name) { return program_name == "qemu-ifup" || program_name == "qemu-ifdown"; }

Result<std::vector<std::string>> qemu_words(const std::string& program_name, const std::vector<std::string>& words) {
  const std::string device = words.size() == 1 ? words.front() : "";
  const auto owner = guest::parse_device_name(device);
  if (!owner || owner->kind != guest::Kind::qemu)
    return fail(Errc::invalid_input, program_name + ": '" + printable(join(words, " ")) + "' is not the tap of a VM's card", {},
                "QEMU calls it, with ifname=tap<VMID>i<N>");
  const bool up = program_name == "qemu-ifup";
  std::vector<std::string> command{up ? "plug" : "unplug", std::to_string(owner->vmid), "net" + std::to_string(owner->slot)};
  if (up) command.push_back(device);
  return command;
}

/// A domain may be called "--json".
std::vector<std::string> other_words(const std::string& program_name, const std::vector<std::string>& words) {
  std::vector<std::string> command{"hook", "--", program_name};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

}  // namespace

bool is_hook_name(const std::string& program_name) {
  constexpr std::array<std::string_view, 3> kOthers{"lxc-ifup", "lxc-ifdown", "libvirt-hook"};
  return is_qemu_script(program_name) || std::ranges::find(kOthers, program_name) != kOthers.end();
}

Result<std::vector<std::string>> hook_words(const std::string& program_name, const std::vector<std::string>& words, const std::string& root,
                                            const std::string& node) {
  std::vector<std::string> command;
  if (!root.empty()) command.insert(command.end(), {"--root", root});
  if (!node.empty()) command.insert(command.end(), {"--node", node});
  command.emplace_back("guest");
  const auto verb = is_qemu_script(program_name) ? TRY(qemu_words(program_name, words)) : other_words(program_name, words);
  command.insert(command.end(), verb.begin(), verb.end());
  return command;
}

}  // namespace drawbridge::cli
