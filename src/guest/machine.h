// The settings that a runner of guests needs, as values. Only as much of each grammar is understood as running it takes; the
// rest of a value is kept as text.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "guest/guest.h"

namespace drawbridge::guest {

/// A drive: scsiN, virtioN, ideN, sataN, and cdrom, which is ide2.
struct Disk {
  std::string bus;  ///< "scsi", "virtio", "ide", "sata"
  unsigned index = 0;
  std::string file;  ///< an absolute path, STORAGE:VOLUME, or "none" (an empty drive)
  bool cdrom = false;
  std::map<std::string, std::string, std::less<>> options;  ///< the other properties: "format", "cache", "size"…
  SourceLocation where;
  bool operator==(const Disk&) const = default;
};

/// "order=2,up=30,down=60"; nullopt: not said. Seconds.
struct Startup {
  std::optional<unsigned> order;
  std::optional<unsigned> up;
  std::optional<unsigned> down;
  bool operator==(const Startup&) const = default;
};

/// A VM. Members hold the usual value where the file says nothing; empty texts are "not said".
struct Machine {
  std::string name;
  std::uint64_t memory_mib = 512;
  unsigned cores = 1;
  unsigned sockets = 1;
  std::string cpu;                      ///< the type of CPU ("host", "kvm64"…)
  std::string ostype;                   ///< "l26", "win11", "other"…
  std::string machine;                  ///< "q35", "pc-i440fx-9.0"…
  bool uefi = false;                    ///< bios=ovmf
  std::vector<std::string> boot_order;  ///< devices by key; empty: not said
  std::vector<Disk> disks;              ///< by bus and index
  std::string scsihw;
  std::string args;                         ///< handed to QEMU
  std::map<unsigned, std::string> serials;  ///< "socket" or a device's path
  std::string vga;                          ///< the type
  bool onboot = false;
  Startup startup;
  std::set<std::string> hotplug;  ///< "network", "disk", "usb"…
  bool agent = false;
  std::map<std::uint8_t, Nic> nics;
  std::map<std::uint8_t, AddressSettings> ip_configs;
};

struct ReadMachine {
  Machine machine;
  Diagnostics diagnostics;  ///< values with errors are left out of the machine
};

/// `settings` as guest.settings, or next_settings(guest) for its next start.
ReadMachine read_machine(const Settings& settings);

/// Checks one value by its key; nothing for keys whose values are nobody's business here. `start` is where the value begins.
/// Cards and ipconfigs are checked as well.
Diagnostics check_value(Kind kind, const std::string& key, const std::string& text, const SourceLocation& start);

/// True if a guest of the kind may have the key, as far as is known here.
bool is_known_key(Kind kind, std::string_view key);
/// The known keys, numbered ones with their first number ("net0", "scsi0"), alphabetically.
std::vector<std::string> known_keys(Kind kind);

}  // namespace drawbridge::guest
