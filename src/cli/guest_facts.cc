#include "cli/guest_facts.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "guest/container.h"
#include "guest/device_name.h"
#include "guest/machine.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMebibyte = 1 << 20;

/// "VmRSS:     1234 kB" to 1234.
std::uint64_t status_number(std::string_view text, std::string_view name) {
  for (const auto line : split(text, '\n')) {
    if (!line.starts_with(name)) continue;
    const auto words = split_words(line.substr(name.size()));
    return words.empty() ? 0 : parse_number<std::uint64_t>(words[0]).value_or(0);
  }
  return 0;
}

/// The fields of /proc/PID/stat from the third on; the second, the program's name, may hold blanks and brackets.
std::vector<std::string_view> stat_fields(std::string_view text) {
  const auto end = text.rfind(')');
  return end == std::string_view::npos ? std::vector<std::string_view>{} : split_words(trim(text.substr(end + 1)));
}

std::uint64_t number_at(const std::vector<std::string_view>& words, std::size_t index) {
  return index < words.size() ? parse_number<std::uint64_t>(words[index]).value_or(0) : 0;
}

void add_times(json::object& document, pid_t pid) {
  const std::string stat = kernel_text("/proc/" + std::to_string(pid) + "/stat");
  const std::string uptime = kernel_text("/proc/uptime");
  const auto ticks = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  const auto fields = stat_fields(stat);
  const auto now = parse_number<std::uint64_t>(uptime.substr(0, uptime.find('.')));
  if (!now || fields.size() < 20) return;
  // Fields 14, 15 and 22 of proc(5); the first one here is its third.
  const std::uint64_t started = number_at(fields, 19) / ticks;
  document["uptime"] = *now > started ? *now - started : 0;
  document["cputime"] = (number_at(fields, 11) + number_at(fields, 12)) / ticks;
}

/// A container's memory is that of its cgroup.
std::optional<std::uint64_t> cgroup_memory(pid_t pid) {
  const std::string groups = kernel_text("/proc/" + std::to_string(pid) + "/cgroup");
  for (const auto line : split(groups, '\n')) {
    if (!line.starts_with("0::/")) continue;
    const std::string bytes = kernel_text("/sys/fs/cgroup" + std::string(line.substr(3)) + "/memory.current");
    return parse_number<std::uint64_t>(trim(bytes));
  }
  return std::nullopt;
}

void add_memory(json::object& document, guest::Kind kind, pid_t pid) {
  if (kind == guest::Kind::lxc)
    if (const auto bytes = cgroup_memory(pid)) {
      document["mem"] = *bytes;
      return;
    }
  document["mem"] = status_number(kernel_text("/proc/" + std::to_string(pid) + "/status"), "VmRSS:") * 1024;
}

std::uint64_t disk_size(const guest::Machine& machine) {
  for (const auto& disk : machine.disks) {
    const auto size = disk.options.find("size");
    if (!disk.cdrom) return size == disk.options.end() ? 0 : size_in_bytes(size->second);
  }
  return 0;
}

std::uint64_t disk_size(const guest::Container& container) {
  for (const auto& mount : container.mounts) {
    const auto size = mount.options.find("size");
    if (mount.key == "rootfs") return size == mount.options.end() ? 0 : size_in_bytes(size->second);
  }
  return 0;
}

}  // namespace

TrafficByDevice parse_traffic(std::string_view text) {
  TrafficByDevice devices;
  for (const auto line : split(text, '\n')) {
    const auto colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    const auto numbers = split_words(line.substr(colon + 1));
    if (numbers.size() < 16) continue;
    devices.insert_or_assign(std::string(trim(line.substr(0, colon))), Traffic{number_at(numbers, 0), number_at(numbers, 8)});
  }
  return devices;
}

std::string kernel_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TrafficByDevice read_traffic() { return parse_traffic(kernel_text("/proc/self/net/dev")); }

std::uint64_t size_in_bytes(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !(number >= 0 && number <= 1e15)) return 0;
  const std::string_view unit = text.substr(static_cast<std::size_t>(stop - text.data()));
  constexpr std::string_view kUnits = "KMGT";
  if (unit.empty()) return static_cast<std::uint64_t>(number);
  const auto power = kUnits.find(unit.front());
  if (unit.size() != 1 || power == std::string_view::npos) return 0;
  for (std::size_t i = 0; i <= power; ++i) number *= 1024;
  return number < 9e18 ? static_cast<std::uint64_t>(number) : 0;
}

void add_limits(json::object& document, const guest::Guest& guest) {
  if (guest.kind == guest::Kind::qemu) {
    const auto machine = guest::read_machine(guest.settings).machine;
    document["cpus"] = machine.cores * machine.sockets;
    document["maxmem"] = machine.memory_mib * kMebibyte;
    document["maxdisk"] = disk_size(machine);
  } else {
    const auto container = guest::read_container(guest.settings).container;
    document["cpus"] = container.cores.value_or(static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))));
    document["maxmem"] = container.memory_mib * kMebibyte;
    document["maxswap"] = container.swap_mib * kMebibyte;
    document["maxdisk"] = disk_size(container);
  }
  document["template"] = guest.settings.text("template") == "1" ? 1 : 0;
  for (const auto* key : {"tags", "lock"})
    if (const auto* value = guest.settings.find(key)) document[key] = value->text;
}

void add_runtime(json::object& document, const guest::Guest& guest, const GuestRuntime& runtime, const TrafficByDevice& traffic) {
  document["status"] = runtime.runs() ? "running" : "stopped";
  if (!runtime.runs()) return;
  document["pid"] = runtime.pid;
  add_times(document, runtime.pid);
  add_memory(document, guest.kind, runtime.pid);
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  const auto& cards = runtime.running ? runtime.running->settings.nics : guest.settings.nics;
  for (const auto& [slot, nic] : cards) {
    const auto device = traffic.find(guest::device_name(guest.kind, guest.vmid, slot));
    if (device == traffic.end()) continue;
    in += device->second.sent;
    out += device->second.received;
  }
  document["netin"] = in;
  document["netout"] = out;
}

}  // namespace drawbridge::cli
