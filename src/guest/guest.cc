#include "guest/guest.h"

#include "base/text.h"
#include "guest/nic_string.h"

namespace drawbridge::guest {
namespace {

/// The number behind a prefix, written as a number is; nullopt: another key.
std::optional<unsigned> numbered(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return std::nullopt;
  const auto number = parse_number<unsigned>(key.substr(prefix.size()));
  return number && std::to_string(*number) == key.substr(prefix.size()) ? number : std::nullopt;
}

class Builder {
 public:
  Builder(const Document& document, Guest& guest) : document_(document), guest_(guest) {}

  void read(const Line& line) {
    const Section& section = document_.sections[line.section];
    Settings* settings = settings_of(section);
    if (settings == nullptr) return;
    if (line.kind == LineKind::comment) settings->description += decode_text(line.value) + "\n";
    if (line.kind != LineKind::entry) return;
    if (section.kind == SectionKind::pending && line.key == "delete") return read_deleted(line);
    const Value value{line.value, document_.locate(line)};
    if (is_raw_key(line.key)) {
      settings->raw.emplace_back(line.key, value);
      return;
    }
    settings->values[line.key] = value;
  }

  void read_nics(Settings& settings, bool snapshot) {
    for (const auto& [key, value] : settings.values) {
      const auto slot = nic_slot(key);
      if (!slot) {
        if (numbered(key, "net")) report_slot(value, key);
        continue;
      }
      auto read = parse_nic(value.text, guest_.kind, *slot, value.where);
      if (read.nic) settings.nics[*slot] = std::move(*read.nic);
      for (auto& finding : read.diagnostics) {
        if (snapshot) finding.severity = Severity::warning;
        finding.message = key + ": " + finding.message;
        guest_.diagnostics.push_back(std::move(finding));
      }
    }
  }

 private:
  Settings* settings_of(const Section& section) {
    switch (section.kind) {
      case SectionKind::current: return &guest_.settings;
      case SectionKind::pending: return &guest_.pending.settings;
      case SectionKind::snapshot: return &guest_.snapshots[section.name];
      case SectionKind::special: break;
    }
    return nullptr;
  }

  void read_deleted(const Line& line) {
    for (auto& key : deleted_keys(line.value)) guest_.pending.deleted[std::move(key)] = {line.value, document_.locate(line)};
  }

  void report_slot(const Value& value, const std::string& key) {
    guest_.diagnostics.push_back({{value.where.file, value.where.line, 1},
                                  Severity::warning,
                                  "nic-slot",
                                  "'" + printable(key) + "' is no card: there are net0 to net31",
                                  "use a free number below 32",
                                  {}});
  }

  const Document& document_;
  Guest& guest_;
};

}  // namespace

const Value* Settings::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

std::string_view Settings::text(std::string_view key) const {
  const Value* value = find(key);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

std::string Guest::name() const {
  const std::string_view given = settings.text(kind == Kind::qemu ? "name" : "hostname");
  if (!given.empty()) return std::string(given);
  return (kind == Kind::qemu ? "VM" : "CT") + std::to_string(vmid);
}

Guest make_guest(const Document& document, Vmid vmid, Kind kind, std::string node) {
  Guest guest{.vmid = vmid,
              .kind = kind,
              .node = std::move(node),
              .path = document.path,
              .settings = {},
              .pending = {},
              .snapshots = {},
              .diagnostics = document.diagnostics};
  Builder builder(document, guest);
  for (const Section& section : document.sections)
    if (section.kind == SectionKind::snapshot) guest.snapshots[section.name];
  for (const Line& line : document.lines) builder.read(line);
  builder.read_nics(guest.settings, false);
  builder.read_nics(guest.pending.settings, false);
  for (auto& [name, settings] : guest.snapshots) builder.read_nics(settings, true);
  sort_diagnostics(guest.diagnostics);
  return guest;
}

Settings next_settings(const Guest& guest) {
  Settings next = guest.settings;
  for (const auto& [key, value] : guest.pending.deleted) {
    next.values.erase(key);
    if (const auto slot = nic_slot(key)) next.nics.erase(*slot);
  }
  for (const auto& [key, value] : guest.pending.settings.values) {
    next.values[key] = value;
    if (const auto slot = nic_slot(key)) next.nics.erase(*slot);
  }
  for (const auto& [slot, nic] : guest.pending.settings.nics) next.nics[slot] = nic;
  return next;
}

std::optional<std::uint8_t> nic_slot(std::string_view key) {
  const auto number = numbered(key, "net");
  return number && *number < kNicSlots ? std::optional(static_cast<std::uint8_t>(*number)) : std::nullopt;
}

std::optional<Vmid> parse_vmid(std::string_view text) {
  const auto vmid = numbered(text, "");
  return vmid && *vmid >= kFirstVmid && *vmid <= kLastVmid ? std::optional<Vmid>(*vmid) : std::nullopt;
}

std::string_view kind_word(Kind kind) { return kind == Kind::qemu ? "qemu" : "lxc"; }

std::vector<std::string> deleted_keys(std::string_view text) {
  std::vector<std::string> keys;
  for (std::string_view word : split_list(text)) {
    if (word.starts_with('!')) word.remove_prefix(1);
    if (!word.empty()) keys.emplace_back(word);
  }
  return keys;
}

}  // namespace drawbridge::guest
