#include "hypervisor/machine_type.h"

#include "base/text.h"

namespace drawbridge::hypervisor {
namespace {

std::optional<QemuVersion> read_version(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() < 2) return std::nullopt;
  const auto major = parse_number<unsigned>(parts[0]);
  const auto minor = parse_number<unsigned>(parts[1]);
  if (!major || !minor) return std::nullopt;
  return QemuVersion{*major, *minor};
}

std::string version_text(QemuVersion version) { return std::to_string(version.major) + "." + std::to_string(version.minor); }

}  // namespace

Result<MachineType> machine_type(const std::string& text, QemuVersion qemu, const SourceLocation& where) {
  MachineType type;
  type.version = qemu;
  if (text.empty() || text == "pc" || text == "q35") {
    type.q35 = text == "q35";
    if (type.q35) type.name = text;
    type.pins_host_mtu = type.version > QemuVersion{10, 0};
    return type;
  }
  // "+pveN" numbers the defaults of another distribution; the type itself is the one before it.
  type.name = text.substr(0, text.find("+pve"));
  const bool is_pc = type.name.starts_with("pc-i440fx-");
  type.q35 = type.name.starts_with("pc-q35-");
  const auto version = is_pc || type.q35 ? read_version(std::string_view(type.name).substr(type.name.rfind('-') + 1)) : std::nullopt;
  if (!version)
    return fail(Errc::invalid_input, "machine: '" + printable(text) + "' is no type of machine that is run here", where,
                "write pc, q35, or one with a version: pc-q35-" + version_text(qemu));
  if (*version > qemu)
    return fail(Errc::invalid_input, "machine: the QEMU here is " + version_text(qemu) + " and knows no " + type.name, where,
                "take a version up to " + version_text(qemu) + ", or install a newer QEMU");
  type.version = *version;
  const std::string_view revision = std::string_view(text).substr(type.name.size());
  type.pins_host_mtu = *version > QemuVersion{10, 0} || (*version == QemuVersion{10, 0} && !revision.empty() && revision != "+pve0");
  return type;
}

Result<QemuVersion> parse_qemu_version(const std::string& text) {
  const auto words = split_words(text);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "version") continue;
    if (const auto version = read_version(words[i + 1])) return *version;
  }
  return fail(Errc::unsupported, "QEMU does not say its version: '" + printable(text) + "'");
}

}  // namespace drawbridge::hypervisor
