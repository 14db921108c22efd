// Drives on the command line: by path, with the usual properties.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "guest/property_string.h"
#include "hypervisor/command_words.h"
#include "hypervisor/properties.h"

namespace drawbridge::hypervisor {
namespace {

constexpr unsigned kOnLsi = 7;  ///< drives of one LSI controller
constexpr unsigned kFixedVirtio = 6;
constexpr unsigned kFirstVirtioSlot = 0xA;

std::string disk_key(const guest::Disk& disk) { return disk.bus + std::to_string(disk.index); }
bool is_empty_drive(const guest::Disk& disk) { return disk.cdrom && disk.file == "none"; }

std::string option_of(const guest::Disk& disk, std::string_view key) {
  const auto found = disk.options.find(key);
  return found == disk.options.end() ? std::string() : found->second;
}

std::string format_of(const guest::Disk& disk) {
  const std::string said = option_of(disk, "format");
  if (!said.empty()) return said;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kEndings{
      {{".qcow2", "qcow2"}, {".vmdk", "vmdk"}, {".qed", "qed"}}};
  // A raw image is never asked what it is: whoever writes to it could make it say "qcow2, backed by /etc/shadow".
  for (const auto& [ending, format] : kEndings)
    if (disk.file.ends_with(ending)) return std::string(format);
  return "raw";
}

/// Properties that QEMU's drive takes as they are.
constexpr std::array<std::string_view, 6> kDriveKeys{"aio", "cache", "detect_zeroes", "discard", "rerror", "werror"};
/// Those that change nothing about how the VM runs.
constexpr std::array<std::string_view, 6> kKeptKeys{"backup", "media", "replicate", "shared", "size", "format"};
constexpr std::array<std::string_view, 4> kUsedKeys{"ro", "serial", "snapshot", "ssd"};

bool is_on(const guest::Disk& disk, std::string_view key) { return guest::parse_switch(option_of(disk, key)).value_or(false); }

void warn_of_properties(CommandParts& parts, const guest::Disk& disk) {
  for (const auto& [key, value] : disk.options) {
    const auto has = [&](const auto& keys) { return std::ranges::find(keys, key) != keys.end(); };
    if (!has(kDriveKeys) && !has(kKeptKeys) && !has(kUsedKeys))
      parts.warn(disk.where, disk_key(disk) + ": the drive runs without " + printable(key),
                 "Drawbridge keeps this property, but does nothing with it");
  }
}

/// The path that QEMU opens, or nothing: an error has been said.
std::optional<std::string> path_of(CommandParts& parts, const guest::Disk& disk) {
  if (is_seed(disk)) {
    parts.has_seed = true;
    return parts.context.files.seed;
  }
  if (disk.file == "cdrom") return "/dev/cdrom";
  if (disk.file.starts_with('/')) return disk.file;
  parts.error(disk.where, "drive-unsupported",
              disk_key(disk) + ": '" + printable(disk.file) + "' is a volume of a storage, which Drawbridge can't open",
              "name the image by its path: " + disk_key(disk) + "=/var/lib/images/disk.qcow2");
  return std::nullopt;
}

void add_drive(CommandParts& parts, const guest::Disk& disk, const std::string& path) {
  Properties drive("if", "none");
  drive.set("id", "drive-" + disk_key(disk));
  drive.set("file", path);
  drive.set("format", disk.cdrom ? "raw" : format_of(disk));
  if (disk.cdrom) drive.set("media", "cdrom");
  if (disk.cdrom || is_on(disk, "ro")) drive.set("readonly", true);
  if (is_on(disk, "snapshot")) drive.set("snapshot", true);
  for (const std::string_view key : kDriveKeys) {
    const std::string value = option_of(disk, key);
    if (value.empty()) continue;
    drive.set(key == "detect_zeroes" ? "detect-zeroes" : std::string(key), value == "1" && key == "detect_zeroes" ? "on" : value);
  }
  // The first property of a drive is not one whose key may be left out.
  parts.add("-drive", "if=" + drive.text());
}

/// Where the device is plugged in.
void set_seat(const CommandParts& parts, const guest::Disk& disk, Properties& device) {
  if (disk.bus == "virtio") {
    if (disk.index >= kFixedVirtio) return;
    device.set("bus", "pci.0");
    device.set("addr", fmt::format("0x{:x}", kFirstVirtioSlot + disk.index));
  } else if (disk.bus == "ide") {
    device.set("bus", fmt::format("ide.{}", parts.type.q35 ? disk.index : disk.index / 2));
    device.set("unit", std::uint64_t{parts.type.q35 ? 0 : disk.index % 2});
  } else if (disk.bus == "sata") {
    device.set("bus", fmt::format("ahci0.{}", disk.index));
  } else {
    const bool lsi = parts.machine.scsihw.empty() || parts.machine.scsihw.starts_with("lsi");
    const bool single = parts.machine.scsihw == "virtio-scsi-single";
    const unsigned controller = single ? disk.index : lsi ? disk.index / kOnLsi : 0;
    device.set("bus", fmt::format("scsihw{}.0", controller));
    device.set("scsi-id", std::uint64_t{single ? 0 : lsi ? disk.index % kOnLsi : disk.index});
  }
}

std::string driver_of(const guest::Disk& disk) {
  if (disk.bus == "virtio") return "virtio-blk-pci";
  return (disk.bus == "scsi" ? "scsi" : "ide") + std::string(disk.cdrom ? "-cd" : "-hd");
}

void add_device(CommandParts& parts, const guest::Disk& disk) {
  Properties device("driver", driver_of(disk));
  device.set("id", disk_key(disk));
  set_seat(parts, disk, device);
  if (!is_empty_drive(disk)) device.set("drive", "drive-" + disk_key(disk));
  if (is_on(disk, "ssd") && disk.bus != "virtio") device.set("rotation_rate", std::uint64_t{1});
  if (const std::string serial = option_of(disk, "serial"); !serial.empty()) device.set("serial", serial);
  if (const auto index = parts.boot_index(disk_key(disk))) device.set("bootindex", std::uint64_t{*index});
  parts.add("-device", device.text());
}

/// QEMU's name of the SCSI controller, or "" if there is none of the kind.
std::string_view scsi_controller(std::string_view hardware) {
  if (hardware.empty() || hardware == "lsi") return "lsi53c895a";
  if (hardware == "lsi53c810") return "lsi53c810";
  if (hardware == "virtio-scsi-pci" || hardware == "virtio-scsi-single") return "virtio-scsi-pci";
  if (hardware == "megasas" || hardware == "pvscsi") return hardware;
  return {};
}

void add_controllers(CommandParts& parts) {
  std::set<unsigned> scsi;
  const std::string& hardware = parts.machine.scsihw;
  const bool lsi = hardware.empty() || hardware.starts_with("lsi");
  const bool sata = std::ranges::any_of(parts.machine.disks, [](const guest::Disk& disk) { return disk.bus == "sata"; });
  if (sata) parts.add("-device", "ahci,id=ahci0,bus=pci.0,addr=0x7");
  for (const guest::Disk& disk : parts.machine.disks)
    if (disk.bus == "scsi") scsi.insert(hardware == "virtio-scsi-single" ? disk.index : lsi ? disk.index / kOnLsi : 0);
  const auto driver = scsi_controller(hardware);
  if (driver.empty() && !scsi.empty())
    return parts.error(parts.where("scsihw"), "controller-unknown", "scsihw: '" + printable(hardware) + "' is no controller",
                       "write virtio-scsi-single, virtio-scsi-pci, lsi, lsi53c810, megasas or pvscsi");
  for (const unsigned number : scsi)
    parts.add("-device", fmt::format("{},id=scsihw{}", driver, number) + (number == 0 ? ",bus=pci.0,addr=0x5" : ""));
}

}  // namespace

bool is_seed(const guest::Disk& disk) {
  const auto colon = disk.file.find(':');
  if (disk.file.starts_with('/') || colon == std::string::npos) return false;
  std::string_view volume = std::string_view(disk.file).substr(colon + 1);
  volume = volume.substr(volume.rfind('/') + 1);
  volume = volume.substr(0, volume.find('.'));
  return volume == "cloudinit" || (volume.starts_with("vm-") && volume.ends_with("-cloudinit"));
}

void add_disks(CommandParts& parts) {
  add_controllers(parts);
  for (const guest::Disk& disk : parts.machine.disks) {
    warn_of_properties(parts, disk);
    guest::Disk seated = disk;
    seated.cdrom = disk.cdrom || is_seed(disk);
    if (!is_empty_drive(seated)) {
      const auto path = path_of(parts, seated);
      if (!path) continue;
      add_drive(parts, seated, *path);
    }
    if (seated.cdrom && seated.bus == "virtio")
      parts.error(disk.where, "drive-unsupported", disk_key(disk) + ": virtio has no CD drives", "use ide, sata or scsi");
    else
      add_device(parts, seated);
  }
}

}  // namespace drawbridge::hypervisor
