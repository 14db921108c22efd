#include "guest/container.h"

#include <algorithm>

#include "base/text.h"
#include "guest/property_string.h"

namespace drawbridge::guest {
namespace {

bool is_mount(std::string_view key) { return key == "rootfs" || (key.starts_with("mp") && is_known_key(Kind::lxc, key)); }

/// rootfs is 0, mp0 is 1…
unsigned mount_order(const Mount& mount) { return mount.key == "rootfs" ? 0 : parse_number<unsigned>(mount.key.substr(2)).value_or(0) + 1; }

class ContainerReader {
 public:
  void read(const std::string& key, const Value& value) {
    // What a VM has as well is checked, and read, as there.
    Diagnostics findings = check_value(Kind::lxc, key, value.text, value.where);
    const bool good = !has_errors(findings);
    // Cards are already read, and reported, with the guest.
    if (!nic_slot(key)) found_.insert(found_.end(), findings.begin(), findings.end());
    if (good) take(key, value);
  }

  ReadContainer finish() {
    std::ranges::sort(container_.mounts, {}, mount_order);
    sort_diagnostics(found_);
    return {std::move(container_), std::move(found_)};
  }

  Container& container() { return container_; }

 private:
  void take(const std::string& key, const Value& value) {
    const std::string& text = value.text;
    if (key == "hostname") container_.hostname = text;
    if (key == "arch") container_.arch = text;
    if (key == "ostype") container_.ostype = text;
    if (key == "nameserver") container_.nameserver = text;
    if (key == "searchdomain") container_.searchdomain = text;
    if (key == "memory") container_.memory_mib = parse_number<std::uint64_t>(text).value_or(container_.memory_mib);
    if (key == "cores") container_.cores = parse_number<unsigned>(text);
    if (key == "swap") swap(value);
    if (key == "onboot") container_.onboot = parse_switch(text).value_or(false);
    if (key == "unprivileged") unprivileged(value);
    if (key == "startup")
      container_.startup = read_machine({.values = {{key, value}}, .raw = {}, .nics = {}, .description = {}}).machine.startup;
    if (is_mount(key)) mount(key, value);
  }

  void error(const std::string& key, const Value& value, std::size_t offset, const std::string& message, std::string hint) {
    Findings findings(value.where);
    findings.error(offset, "value-invalid", key + ": " + message, std::move(hint));
    for (auto& finding : findings.take()) found_.push_back(std::move(finding));
  }

  void swap(const Value& value) {
    if (const auto mib = parse_number<std::uint64_t>(value.text))
      container_.swap_mib = *mib;
    else
      error("swap", value, 0, "'" + printable(value.text) + "' is no amount of memory", "write MiB, 0 for none");
  }

  void unprivileged(const Value& value) {
    if (const auto on = parse_switch(value.text))
      container_.unprivileged = *on;
    else
      error("unprivileged", value, 0, "'" + printable(value.text) + "' is neither on nor off", "write 1 or 0");
  }

  void mount(const std::string& key, const Value& value) {
    Mount mount{.key = key, .volume = {}, .target = key == "rootfs" ? "/" : "", .options = {}, .where = value.where};
    for (const Item& item : split_items(value.text)) {
      if (!item.has_equals || item.key == "volume")
        mount.volume = item.value;
      else if (item.key == "mp" && key != "rootfs")
        mount.target = item.value;
      else
        mount.options[std::string(item.key)] = item.value;
    }
    if (mount.volume.empty()) return error(key, value, 0, "names no volume", "begin with STORAGE:VOLUME or a path");
    if (!mount.target.starts_with('/')) return error(key, value, 0, "does not say where it is mounted", "add mp=/PATH");
    container_.mounts.push_back(std::move(mount));
  }

  Container container_;
  Diagnostics found_;
};

}  // namespace

ReadContainer read_container(const Settings& settings) {
  ContainerReader reader;
  for (const auto& [key, value] : settings.values) reader.read(key, value);
  reader.container().nics = settings.nics;
  for (const auto& [key, value] : settings.raw) reader.container().raw.emplace_back(key, value.text);
  return reader.finish();
}

}  // namespace drawbridge::guest
