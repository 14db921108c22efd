#include "guest/machine.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "guest/address_settings.h"
#include "guest/nic_string.h"

namespace drawbridge::guest {
namespace {

constexpr std::uint64_t kMostMemory = 4'178'944;  // MiB
constexpr unsigned kMostCores = 8192;

/// Reads one value into a machine; what is wrong becomes a finding and leaves the machine as it is.
class ValueReader {
 public:
  ValueReader(Machine& machine, const std::string& key, const std::string& text, const SourceLocation& start)
      : machine_(machine), key_(key), text_(text), start_(start), findings_(start) {}

  void read();
  Diagnostics take() {
    Diagnostics all = findings_.take();
    all.insert(all.end(), further_.begin(), further_.end());
    return all;
  }

  void memory();
  void cores() { count(machine_.cores, kMostCores); }
  void sockets() { count(machine_.sockets, 4); }
  void cpu() { machine_.cpu = default_property("cputype"); }
  void vga() { machine_.vga = default_property("type"); }
  void machine() { machine_.machine = default_property("type"); }
  void name();
  void ostype() { machine_.ostype = text_; }
  void scsihw() { machine_.scsihw = text_; }
  void args() { machine_.args = text_; }
  void bios();
  void boot();
  void onboot();
  void startup();
  void hotplug();
  void agent();
  void disk(const std::string& bus, unsigned index);
  void serial(unsigned index);
  void ip_config(std::uint8_t slot);

 private:
  void error(std::size_t offset, const std::string& message, std::string hint) {
    findings_.error(offset, "value-invalid", key_ + ": " + message, std::move(hint));
  }
  std::string shown() const { return "'" + printable(text_) + "'"; }
  void count(unsigned& member, unsigned most);
  /// The value of the bare item or of `key`; the whole string must be well-formed.
  std::string default_property(std::string_view key);

  Machine& machine_;
  const std::string& key_;
  const std::string& text_;
  SourceLocation start_;
  Findings findings_;
  Diagnostics further_;  ///< of a value with a grammar of its own
};

using Read = void (ValueReader::*)();
struct Row {
  std::string_view key;
  Read read;
};
constexpr std::array kRows{
    Row{"agent", &ValueReader::agent},     Row{"args", &ValueReader::args},       Row{"bios", &ValueReader::bios},
    Row{"boot", &ValueReader::boot},       Row{"cores", &ValueReader::cores},     Row{"cpu", &ValueReader::cpu},
    Row{"hostname", &ValueReader::name},   Row{"hotplug", &ValueReader::hotplug}, Row{"machine", &ValueReader::machine},
    Row{"memory", &ValueReader::memory},   Row{"name", &ValueReader::name},       Row{"onboot", &ValueReader::onboot},
    Row{"ostype", &ValueReader::ostype},   Row{"scsihw", &ValueReader::scsihw},   Row{"sockets", &ValueReader::sockets},
    Row{"startup", &ValueReader::startup}, Row{"vga", &ValueReader::vga},
};

/// A key that ends in a number without leading zeros: "scsi12".
std::optional<std::pair<std::string, unsigned>> split_number(std::string_view key) {
  const auto digits = key.find_first_of("0123456789");
  if (digits == std::string_view::npos) return std::nullopt;
  const auto number = parse_number<unsigned>(key.substr(digits));
  if (!number || std::to_string(*number) != key.substr(digits)) return std::nullopt;
  return std::pair(std::string(key.substr(0, digits)), *number);
}

void ValueReader::read() {
  const auto row = std::ranges::find(kRows, std::string_view(key_), &Row::key);
  if (row != kRows.end()) return (this->*row->read)();
  if (key_ == "cdrom") return disk("ide", 2);
  if (!is_known_key(Kind::qemu, key_)) return;
  const auto numbered = split_number(key_);
  if (!numbered) return;
  const auto& [prefix, index] = *numbered;
  if (prefix == "scsi" || prefix == "virtio" || prefix == "ide" || prefix == "sata") disk(prefix, index);
  if (prefix == "serial") serial(index);
  if (prefix == "ipconfig") ip_config(static_cast<std::uint8_t>(index));
}

void ValueReader::memory() {
  const std::string number = default_property("current");
  const auto mib = parse_number<std::uint64_t>(number);
  if (mib && *mib >= 16 && *mib <= kMostMemory)
    machine_.memory_mib = *mib;
  else
    error(0, shown() + " is no amount of memory", "write MiB, 16 or more: 2048");
}

void ValueReader::count(unsigned& member, unsigned most) {
  const auto number = parse_number<unsigned>(text_);
  if (number && *number >= 1 && *number <= most)
    member = *number;
  else
    error(0, shown() + " is no number of " + key_, "write 1 to " + std::to_string(most));
}

void ValueReader::name() {
  const bool fits = !text_.empty() && text_.size() <= 255 && is_device_word(text_) && text_.find('_') == std::string::npos &&
                    text_.front() != '-' && text_.front() != '.';
  if (fits)
    machine_.name = text_;
  else
    error(0, shown() + " is no name of a host", "use letters, digits, '-' and '.', as in DNS");
}

void ValueReader::bios() {
  if (text_ == "ovmf" || text_ == "seabios")
    machine_.uefi = text_ == "ovmf";
  else
    error(0, shown() + " is no firmware", "write seabios or ovmf");
}

void ValueReader::boot() {
  for (const Item& item : split_items(text_)) {
    if (item.has_equals && item.key == "order") {
      for (const std::string_view device : split_list(item.value)) machine_.boot_order.emplace_back(device);
    } else if (item.has_equals && item.key != "legacy") {
      error(item.key_offset, "'" + printable(item.key) + "' is no way to boot", "write order=scsi0;net0");
    } else if (item.value.find_first_not_of("acdn") != std::string_view::npos || item.value.size() > 4) {
      error(item.value_offset, "'" + printable(item.value) + "' is no way to boot", "write order=scsi0;net0");
    }
  }
}

void ValueReader::onboot() {
  if (const auto on = parse_switch(text_))
    machine_.onboot = *on;
  else
    error(0, shown() + " is neither on nor off", "write 1 or 0");
}

void ValueReader::startup() {
  Startup startup;
  for (const Item& item : split_items(text_)) {
    const auto number = parse_number<unsigned>(item.value);
    if (!number) return error(item.value_offset, "'" + printable(item.value) + "' is no number", "write order=2,up=30,down=60");
    if (!item.has_equals || item.key == "order")
      startup.order = number;
    else if (item.key == "up")
      startup.up = number;
    else if (item.key == "down")
      startup.down = number;
    else
      return error(item.key_offset, "'" + printable(item.key) + "' is none of order, up and down", "write order=2,up=30,down=60");
  }
  machine_.startup = startup;
}

void ValueReader::hotplug() {
  static const std::vector<std::string> kWords{"cloudinit", "cpu", "disk", "memory", "network", "usb"};
  machine_.hotplug.clear();
  if (text_ == "0") return;
  if (text_ == "1") {
    machine_.hotplug = {"network", "disk", "usb"};
    return;
  }
  for (const std::string_view word : split_list(text_)) {
    if (std::ranges::find(kWords, word) == kWords.end())
      return error(static_cast<std::size_t>(word.data() - text_.data()), "'" + printable(word) + "' can't be plugged while the guest runs",
                   "write some of " + join(kWords, ", ") + ", or 0");
    machine_.hotplug.emplace(word);
  }
}

void ValueReader::agent() {
  const auto on = parse_switch(default_property("enabled"));
  if (on)
    machine_.agent = *on;
  else
    error(0, shown() + " does not say whether there is an agent", "write 1 or 0, perhaps with further properties");
}

void ValueReader::disk(const std::string& bus, unsigned index) {
  Disk disk{.bus = bus, .index = index, .file = {}, .cdrom = key_ == "cdrom", .options = {}, .where = start_};
  for (const Item& item : split_items(text_)) {
    const std::string key = item.has_equals ? std::string(item.key) : "file";
    if (key == "media" && item.value != "cdrom" && item.value != "disk")
      return error(item.value_offset, "'" + printable(item.value) + "' is no medium", "write disk or cdrom");
    if (key == "media") disk.cdrom = disk.cdrom || item.value == "cdrom";
    if (key == "file" || key == "volume") {
      if (!disk.file.empty()) return error(item.key_offset, "the file is given twice", "leave one of them out");
      disk.file = item.value;
    } else if (!disk.options.emplace(key, item.value).second) {
      return error(item.key_offset, "'" + printable(key) + "' is given twice", "leave one of them out");
    }
  }
  if (disk.file.empty()) return error(0, "names no file", "begin with the path of an image: /var/lib/images/disk.qcow2");
  if (disk.file != "none" && disk.file != "cdrom" && disk.file.front() != '/' && disk.file.find(':') == std::string::npos)
    return error(0, "'" + printable(disk.file) + "' is neither an absolute path nor STORAGE:VOLUME", "begin the path with '/'");
  std::erase_if(machine_.disks, [&](const Disk& other) { return other.bus == bus && other.index == index; });
  machine_.disks.push_back(std::move(disk));
}

void ValueReader::serial(unsigned index) {
  if (text_ == "socket" || text_.starts_with("/dev/"))
    machine_.serials[index] = text_;
  else
    error(0, shown() + " is no serial port", "write socket, or a device: /dev/ttyS0");
}

void ValueReader::ip_config(std::uint8_t slot) {
  auto config = parse_ip_config(text_, start_);
  if (!has_errors(config.diagnostics)) machine_.ip_configs[slot] = config.addresses;
  for (auto& finding : config.diagnostics) {
    finding.message = key_ + ": " + finding.message;
    further_.push_back(std::move(finding));
  }
}

std::string ValueReader::default_property(std::string_view key) {
  for (const Item& item : split_items(text_))
    if (!item.has_equals || item.key == key) return std::string(item.value);
  return {};
}

/// What both kinds spell alike, and a container's name.
bool is_checked_for_containers(std::string_view key) {
  return key == "cores" || key == "hostname" || key == "memory" || key == "onboot" || key == "startup";
}

Diagnostics check_nic(Kind kind, const std::string& key, std::uint8_t slot, const std::string& text, const SourceLocation& start) {
  auto read = parse_nic(text, kind, slot, start);
  for (auto& finding : read.diagnostics) finding.message = key + ": " + finding.message;
  return std::move(read.diagnostics);
}

}  // namespace

ReadMachine read_machine(const Settings& settings) {
  ReadMachine read;
  read.machine.hotplug = {"network", "disk", "usb"};
  read.machine.nics = settings.nics;
  for (const auto& [key, value] : settings.values) {
    ValueReader reader(read.machine, key, value.text, value.where);
    reader.read();
    for (auto& finding : reader.take()) read.diagnostics.push_back(std::move(finding));
  }
  std::ranges::sort(read.machine.disks, {}, [](const Disk& disk) { return std::pair(disk.bus, disk.index); });
  sort_diagnostics(read.diagnostics);
  return read;
}

Diagnostics check_value(Kind kind, const std::string& key, const std::string& text, const SourceLocation& start) {
  if (const auto slot = nic_slot(key)) return check_nic(kind, key, *slot, text, start);
  if (kind == Kind::lxc && !is_checked_for_containers(key)) return {};
  Machine machine;
  ValueReader reader(machine, key, text, start);
  reader.read();
  return reader.take();
}

}  // namespace drawbridge::guest
