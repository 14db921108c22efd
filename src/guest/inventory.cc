#include "guest/inventory.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::guest {
namespace {

using MacIndex = std::map<MacAddress, std::vector<NicUse>>;

SourceLocation place_of(const Settings& settings, std::uint8_t slot) {
  const Value* value = settings.find("net" + std::to_string(slot));
  return value == nullptr ? SourceLocation() : value->where;
}

template <class Visit>
void visit_cards(const Guest& guest, const Visit& visit) {
  for (const Settings* settings : {&guest.settings, &guest.pending.settings})
    for (const auto& [slot, nic] : settings->nics) visit(nic, NicUse{&guest, slot, place_of(*settings, slot)});
}

MacIndex index_macs(const Inventory& inventory) {
  MacIndex index;
  for (const Guest& guest : inventory.guests) {
    visit_cards(guest, [&](const Nic& nic, const NicUse& use) {
      if (nic.mac) index[*nic.mac].push_back(use);
    });
  }
  return index;
}

bool same_card(const NicUse& a, const NicUse& b) { return a.guest == b.guest && a.slot == b.slot; }

void check_macs(const Guest& guest, const MacIndex& index, Diagnostics& findings) {
  visit_cards(guest, [&](const Nic& nic, const NicUse& use) {
    if (!nic.mac) return;
    const auto& users = index.at(*nic.mac);
    const auto other = std::ranges::find_if(users, [&](const NicUse& user) { return !same_card(user, use); });
    if (other == users.end()) return;
    findings.push_back(
        {use.where,
         Severity::warning,
         "mac-duplicate",
         "net" + std::to_string(use.slot) + ": " + format_mac(*nic.mac) + " is also net" + std::to_string(other->slot) + " of " +
             title(*other->guest),
         "leave the MAC out to get a new one, unless the two are never in one network (" + format_location(other->where) + ")",
         {}});
  });
}

void check_names(const Guest& guest, Diagnostics& findings) {
  std::map<std::string_view, unsigned> names;
  for (const auto& [slot, nic] : guest.settings.nics) {
    if (nic.name.empty()) continue;
    const auto [there, fresh] = names.emplace(nic.name, slot);
    if (fresh) continue;
    findings.push_back({place_of(guest.settings, slot),
                        Severity::error,
                        "name-duplicate",
                        "net" + std::to_string(slot) + ": the name '" + nic.name + "' is that of net" + std::to_string(there->second),
                        "give each card of the container a name of its own",
                        {}});
  }
}

void check_vmid(const Guest& guest, const std::map<Vmid, std::vector<const Guest*>>& index, Diagnostics& findings) {
  for (const Guest* other : index.at(guest.vmid)) {
    if (other == &guest) continue;
    findings.push_back({{guest.path, 0, 0},
                        Severity::error,
                        "vmid-duplicate",
                        "the number " + std::to_string(guest.vmid) + " is also that of " + title(*other),
                        "rename one of the two files: " + other->path,
                        {}});
    return;
  }
}

}  // namespace

std::vector<const Guest*> Inventory::find(Vmid vmid) const {
  std::vector<const Guest*> found;
  for (const Guest& guest : guests)
    if (guest.vmid == vmid) found.push_back(&guest);
  return found;
}

std::vector<NicUse> users_of_mac(const Inventory& inventory, const MacAddress& mac, Vmid vmid, std::uint8_t slot) {
  std::vector<NicUse> users;
  for (const Guest& guest : inventory.guests) {
    visit_cards(guest, [&](const Nic& nic, const NicUse& use) {
      if (nic.mac == mac && !(guest.vmid == vmid && use.slot == slot)) users.push_back(use);
    });
  }
  return users;
}

std::set<MacAddress> used_macs(const Inventory& inventory) {
  std::set<MacAddress> used;
  for (const Guest& guest : inventory.guests) {
    visit_cards(guest, [&](const Nic& nic, const NicUse&) {
      if (nic.mac) used.insert(*nic.mac);
    });
    for (const auto& [name, settings] : guest.snapshots)
      for (const auto& [slot, nic] : settings.nics)
        if (nic.mac) used.insert(*nic.mac);
  }
  return used;
}

Diagnostics check_inventory(const Inventory& inventory) {
  const MacIndex macs = index_macs(inventory);
  std::map<Vmid, std::vector<const Guest*>> numbers;
  for (const Guest& guest : inventory.guests) numbers[guest.vmid].push_back(&guest);
  Diagnostics findings;
  for (const Guest& guest : inventory.guests) {
    check_vmid(guest, numbers, findings);
    check_macs(guest, macs, findings);
    check_names(guest, findings);
  }
  sort_diagnostics(findings);
  return findings;
}

Diagnostics check_guest(const Inventory& inventory, const Guest& guest) {
  Diagnostics findings = check_inventory(inventory);
  std::erase_if(findings, [&](const Diagnostic& finding) { return finding.where.file != guest.path; });
  return findings;
}

std::string title(const Guest& guest) {
  return std::string(guest.kind == Kind::qemu ? "VM " : "container ") + std::to_string(guest.vmid) + " (" + printable(guest.name(), 40) +
         ") on node " + guest.node;
}

}  // namespace drawbridge::guest
