#include "api/guest_needs.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "guest/guest.h"
#include "guest/nic_string.h"
#include "guest/property_string.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kZone = "/sdn/zones/localnetwork/";

struct Right {
  std::string_view privilege;
  std::vector<std::string_view> settings;  ///< names; those of numbered ones without the number
};

/// What is not here, only root@pam may set: args, hookscript, hostpci, parallel, lock, affinity…
const std::vector<Right>& vm_rights() {
  static const std::vector<Right> kRights{
      {"VM.Config.Disk",
       {"boot", "bootdisk", "cdrom", "efidisk0", "ide", "sata", "scsi", "tpmstate0", "unused", "virtio", "vmstatestorage"}},
      {"VM.Config.CPU", {"cores", "cpu", "cpulimit", "cpuunits", "numa", "smp", "sockets", "vcpus"}},
      {"VM.Config.Memory", {"allow-ksm", "balloon", "hugepages", "keephugepages", "memory", "shares"}},
      {"VM.Config.Network", {"net"}},
      {"VM.Config.Cloudinit",
       {"cicustom", "cipassword", "citype", "ciupgrade", "ciuser", "ipconfig", "nameserver", "searchdomain", "sshkeys"}},
      {"VM.Config.HWType",
       {"acpi", "arch", "audio0", "bios", "hotplug", "kvm", "machine", "rng0", "scsihw", "serial", "smbios1", "tablet", "usb", "vga",
        "watchdog"}},
      {"VM.Config.Options", {"agent",     "autostart",          "description",   "freeze",    "keyboard",
                             "localtime", "migrate_downtime",   "migrate_speed", "name",      "onboot",
                             "ostype",    "protection",         "reboot",        "startdate", "startup",
                             "tags",      "spice_enhancements", "tdf",           "template",  "vmgenid"}}};
  return kRights;
}

const std::vector<Right>& container_rights() {
  static const std::vector<Right> kRights{{"VM.Config.Disk", {"mp", "rootfs", "unused"}},
                                          {"VM.Config.CPU", {"cores", "cpulimit", "cpuunits"}},
                                          {"VM.Config.Memory", {"memory", "swap"}},
                                          {"VM.Config.Network", {"hostname", "nameserver", "net", "searchdomain"}},
                                          {"VM.Config.Options",
                                           {"arch", "cmode", "console", "description", "entrypoint", "env", "onboot", "ostype",
                                            "protection", "startup", "tags", "timezone", "tty"}},
                                          {"VM.Allocate", {"template"}}};
  return kRights;
}

/// "net3" to "net"; names whose digit belongs to them ("efidisk0") are listed with it.
std::string_view family_of(std::string_view setting) {
  const auto last = setting.find_last_not_of("0123456789");
  return last == std::string_view::npos ? setting : setting.substr(0, last + 1);
}

/// Empty: nobody but root@pam.
std::vector<std::string> privileges_for(guest::Kind kind, std::string_view setting) {
  for (const auto& [privilege, settings] : kind == guest::Kind::qemu ? vm_rights() : container_rights()) {
    const bool listed =
        std::ranges::find(settings, setting) != settings.end() || std::ranges::find(settings, family_of(setting)) != settings.end();
    if (!listed) continue;
    if (privilege == "VM.Config.Cloudinit") return {std::string(privilege), "VM.Config.Network"};
    return std::vector<std::string>(1, std::string(privilege));
  }
  return {};
}

/// The values a drive or a mount is about: bare items, file=, volume=. More than one is refused by the command; here all count.
std::vector<std::string_view> volumes_of(std::string_view value) {
  std::vector<std::string_view> volumes;
  for (const auto& item : guest::split_items(value))
    if (item.key.empty() || item.key == "file" || item.key == "volume") volumes.push_back(item.value);
  return volumes;
}

/// Each bare item, and each of the key, is one of `words`.
bool names_only(std::string_view value, std::string_view key, const std::set<std::string_view>& words) {
  return std::ranges::all_of(guest::split_items(value),
                             [&](const auto& item) { return (!item.key.empty() && item.key != key) || words.contains(item.value); });
}

class Needs {
 public:
  Needs(guest::Kind kind, std::string guest_path) : kind_(kind), guest_path_(std::move(guest_path)) {}

  void root_only() { add({"/", {}}); }

  /// The setting is touched at all.
  void touch(std::string_view setting) {
    auto privileges = privileges_for(kind_, setting);
    if (privileges.empty()) return root_only();
    add({guest_path_, std::move(privileges)});
  }

  /// It gets this value.
  void set(std::string_view setting, std::string_view value) {
    const std::string_view family = family_of(setting);
    const bool is_drive = kind_ == guest::Kind::qemu && (kDrives.contains(family) || kDrives.contains(setting));
    // The way back, to a container whose root is the host's, is root's alone.
    if (setting == "unprivileged" && value == "1") return add({guest_path_, {"VM.Config.Options"}});
    if (is_drive && is_cdrom(value))
      add({guest_path_, {"VM.Config.CDROM"}});
    else
      touch(setting);
    if (is_drive || (kind_ == guest::Kind::lxc && (family == "mp" || family == "rootfs" || family == "unused"))) use_volumes(value);
    if (family == "net") use_card(value);
    // Devices of the host.
    if (kind_ == guest::Kind::qemu && family == "serial" && value != "socket") root_only();
    if (kind_ == guest::Kind::qemu && family == "usb" && !names_only(value, "host", {"spice"})) root_only();
    if (setting == "rng0" && !names_only(value, "source", {"/dev/urandom", "/dev/random"})) root_only();
  }

  /// A card's place in the network, before and after: SDN.Use for its VLANs, or for the bridge if it names none.
  void use_card(std::string_view text) {
    const auto read = guest::parse_nic(text, kind_, 0, {"net", 1, 1});
    if (!read.nic) return;  // a new one is refused by the command
    if (read.nic->bridge.empty()) return;
    const std::string bridge = std::string(kZone) + read.nic->bridge;
    std::set<unsigned> vlans;
    if (read.nic->tag) vlans.insert(*read.nic->tag);
    for (const auto& range : read.nic->trunks)
      for (unsigned vlan = range.first; vlan <= range.last; ++vlan) vlans.insert(vlan);
    if (vlans.empty()) add({bridge, {"SDN.Use"}});
    for (const unsigned vlan : vlans) add({bridge + "/" + std::to_string(vlan), {"SDN.Use"}});
  }

  /// It had this value: a card leaves its place, a disk is no disc that anybody may change.
  void replace(std::string_view setting, std::string_view value) {
    if (guest::nic_slot(setting)) return use_card(value);
    const bool is_drive = kind_ == guest::Kind::qemu && kDrives.contains(family_of(setting));
    if (is_drive && !value.empty() && !is_cdrom(value)) touch(setting);
  }

  std::vector<Need> take() { return std::move(all_); }

 private:
  static bool is_cdrom(std::string_view value) {
    if (names_only(value, "file", {"none"})) return true;
    return std::ranges::any_of(guest::split_items(value), [](const auto& item) { return item.key == "media" && item.value == "cdrom"; });
  }

  /// Paths reach anywhere in the host; volumes belong to their storage.
  void use_volumes(std::string_view value) {
    const auto volumes = volumes_of(value);
    if (volumes.empty()) root_only();
    for (const auto volume : volumes) {
      const auto storage = volume.substr(0, volume.find(':'));
      if (volume == "none") continue;
      if (storage.size() == volume.size() || !guest::is_device_word(storage)) return root_only();
      add({"/storage/" + std::string(storage), {"Datastore.AllocateSpace"}});
    }
  }

  void add(Need need) {
    if (std::ranges::find(all_, need) == all_.end()) all_.push_back(std::move(need));
  }

  static inline const std::set<std::string_view> kDrives{"cdrom", "efidisk0", "ide", "sata", "scsi", "tpmstate0", "unused", "virtio"};
  guest::Kind kind_;
  std::string guest_path_;
  std::vector<Need> all_;
};

std::string_view text_member(const json::value& object, std::string_view name) {
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string_view(found->as_string()) : std::string_view();
}

/// What the setting is now, and what it is to be at the next start.
std::vector<std::string_view> present_values(const json::value& now, std::string_view setting) {
  std::vector<std::string_view> values;
  if (!now.is_object()) return values;
  if (const auto* config = now.as_object().if_contains("config")) values.push_back(text_member(*config, setting));
  const auto* pending = now.as_object().if_contains("pending");
  if (pending == nullptr || !pending->is_array()) return values;
  for (const auto& change : pending->as_array())
    if (text_member(change, "key") == setting) values.push_back(text_member(change, "pending"));
  return values;
}

}  // namespace

bool is_setting(std::string_view parameter) {
  static const std::set<std::string_view> kOthers{"background_delay", "delete",   "digest", "force", "node", "pool",
                                                  "revert",           "skiplock", "start",  "vmid"};
  return !kOthers.contains(parameter);
}

std::vector<Need> guest_needs(guest::Kind kind, const Parameters& parameters, const json::value& now) {
  Needs needs(kind, "/vms/" + parameters.text("vmid"));
  std::set<std::string> touched;
  for (const auto& [name, value] : parameters.all()) {
    if (!is_setting(name)) continue;
    needs.set(name, value);
    touched.insert(name);
  }
  for (const auto* list : {"delete", "revert"}) {
    const std::string text = parameters.text(list);
    for (const auto word : split_list(text)) {
      needs.touch(word);
      touched.emplace(word);
    }
  }
  for (const auto& setting : touched)
    for (const auto value : present_values(now, setting)) needs.replace(setting, value);
  if (parameters.flag("skiplock")) needs.root_only();
  return needs.take();
}

std::optional<Need> need_to_see_guest(const json::value& item) {
  const auto* vmid = item.is_object() ? item.as_object().if_contains("vmid") : nullptr;
  if (vmid == nullptr) return std::nullopt;
  return Need{"/vms/" + json::serialize(*vmid), {"VM.Audit"}};
}

}  // namespace drawbridge::api
