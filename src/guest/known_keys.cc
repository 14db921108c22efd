// The keys of guests' files. Others may be there and are kept; the list is for catching slips of the finger.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "guest/machine.h"

namespace drawbridge::guest {
namespace {

struct KnownKey {
  std::string_view name;
  unsigned count = 0;  ///< 0: not numbered; else numbers from 0 to count - 1
};

constexpr std::array kVmKeys{
    KnownKey{"acpi"},
    KnownKey{"affinity"},
    KnownKey{"agent"},
    KnownKey{"allow-ksm"},
    KnownKey{"amd-sev"},
    KnownKey{"arch"},
    KnownKey{"args"},
    KnownKey{"audio0"},
    KnownKey{"autostart"},
    KnownKey{"balloon"},
    KnownKey{"bios"},
    KnownKey{"boot"},
    KnownKey{"bootdisk"},
    KnownKey{"cdrom"},
    KnownKey{"cicustom"},
    KnownKey{"cipassword"},
    KnownKey{"citype"},
    KnownKey{"ciupgrade"},
    KnownKey{"ciuser"},
    KnownKey{"cores"},
    KnownKey{"cpu"},
    KnownKey{"cpulimit"},
    KnownKey{"cpuunits"},
    KnownKey{"description"},
    KnownKey{"efidisk0"},
    KnownKey{"freeze"},
    KnownKey{"hookscript"},
    KnownKey{"hostpci", 16},
    KnownKey{"hotplug"},
    KnownKey{"hugepages"},
    KnownKey{"ide", 4},
    KnownKey{"intel-tdx"},
    KnownKey{"ipconfig", 32},
    KnownKey{"ivshmem"},
    KnownKey{"keephugepages"},
    KnownKey{"keyboard"},
    KnownKey{"kvm"},
    KnownKey{"localtime"},
    KnownKey{"lock"},
    KnownKey{"machine"},
    KnownKey{"memory"},
    KnownKey{"meta"},
    KnownKey{"migrate_downtime"},
    KnownKey{"migrate_speed"},
    KnownKey{"name"},
    KnownKey{"nameserver"},
    KnownKey{"net", 32},
    KnownKey{"numa"},
    KnownKey{"numa", 8},
    KnownKey{"onboot"},
    KnownKey{"ostype"},
    KnownKey{"parallel", 3},
    KnownKey{"parent"},
    KnownKey{"protection"},
    KnownKey{"reboot"},
    KnownKey{"rng0"},
    KnownKey{"sata", 6},
    KnownKey{"scsi", 31},
    KnownKey{"scsihw"},
    KnownKey{"searchdomain"},
    KnownKey{"serial", 4},
    KnownKey{"shares"},
    KnownKey{"smbios1"},
    KnownKey{"smp"},
    KnownKey{"sockets"},
    KnownKey{"spice_enhancements"},
    KnownKey{"sshkeys"},
    KnownKey{"startdate"},
    KnownKey{"startup"},
    KnownKey{"tablet"},
    KnownKey{"tags"},
    KnownKey{"tdf"},
    KnownKey{"template"},
    KnownKey{"tpmstate0"},
    KnownKey{"unused", 256},
    KnownKey{"usb", 14},
    KnownKey{"vcpus"},
    KnownKey{"vga"},
    KnownKey{"virtio", 16},
    KnownKey{"virtiofs", 10},
    KnownKey{"vmgenid"},
    KnownKey{"vmstatestorage"},
    KnownKey{"watchdog"},
};

constexpr std::array kContainerKeys{
    KnownKey{"arch"},     KnownKey{"cmode"},        KnownKey{"console"},     KnownKey{"cores"},    KnownKey{"cpulimit"},
    KnownKey{"cpuunits"}, KnownKey{"debug"},        KnownKey{"description"}, KnownKey{"dev", 256}, KnownKey{"entrypoint"},
    KnownKey{"env"},      KnownKey{"features"},     KnownKey{"hookscript"},  KnownKey{"hostname"}, KnownKey{"lock"},
    KnownKey{"memory"},   KnownKey{"mp", 256},      KnownKey{"nameserver"},  KnownKey{"net", 32},  KnownKey{"onboot"},
    KnownKey{"ostype"},   KnownKey{"parent"},       KnownKey{"protection"},  KnownKey{"rootfs"},   KnownKey{"searchdomain"},
    KnownKey{"startup"},  KnownKey{"swap"},         KnownKey{"tags"},        KnownKey{"template"}, KnownKey{"timezone"},
    KnownKey{"tty"},      KnownKey{"unprivileged"}, KnownKey{"unused", 256},
};

bool matches(const KnownKey& known, std::string_view key) {
  if (known.count == 0) return key == known.name;
  if (!key.starts_with(known.name)) return false;
  const auto number = parse_number<unsigned>(key.substr(known.name.size()));
  return number && *number < known.count && std::to_string(*number) == key.substr(known.name.size());
}

template <std::size_t Count>
std::vector<std::string> names(const std::array<KnownKey, Count>& keys) {
  std::vector<std::string> all;
  for (const KnownKey& known : keys) all.push_back(std::string(known.name) + (known.count > 0 ? "0" : ""));
  return all;
}

}  // namespace

bool is_known_key(Kind kind, std::string_view key) {
  const auto known = [&](const KnownKey& one) { return matches(one, key); };
  if (kind == Kind::qemu) return std::ranges::any_of(kVmKeys, known);
  return is_raw_key(key) || std::ranges::any_of(kContainerKeys, known);
}

std::vector<std::string> known_keys(Kind kind) { return kind == Kind::qemu ? names(kVmKeys) : names(kContainerKeys); }

}  // namespace drawbridge::guest
