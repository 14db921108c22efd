#include "cli/guest_change.h"

#include <algorithm>

#include "base/text.h"
#include "guest/address_settings.h"
#include "guest/bridge_check.h"
#include "guest/machine.h"
#include "guest/nic_string.h"

namespace drawbridge::cli {
namespace {

/// Keys that a file may hold but nobody sets.
bool is_reserved(std::string_view key) {
  return key == "delete" || key == "digest" || key == "snaptime" || key == "parent" || key == "vmstate";
}

class Changing {
 public:
  Changing(const guest::Document& document, const store::GuestFile& file, const GuestSurroundings& around, bool pending)
      : document_(document),
        file_(file),
        around_(around),
        pending_(pending),
        guest_(make(document)),
        used_(guest::used_macs(around.inventory)) {}

  GuestChanged run(const guest::Change& change) {
    guest::Change edit{{}, change.removed};
    for (const std::string& key : change.removed) check_removal(key, change);
    for (const auto& [key, value] : change.values) {
      if (check_key(key) && check_text(key, value)) edit.values[key] = value;
    }
    if (!has_errors(found_)) complete_cards(edit);
    if (has_errors(found_)) return {document_, std::move(found_), {}};
    const guest::Document after = pending_ ? guest::set_pending(document_, file_.kind, edit) : guest::set_current(document_, edit);
    check_whole(after, edit);
    sort_diagnostics(found_);
    return {after, std::move(found_), std::move(notes_)};
  }

 private:
  guest::Guest make(const guest::Document& document) const { return guest::make_guest(document, file_.vmid, file_.kind, file_.node); }

  void add(const std::string& key, Severity severity, std::string code, std::string message, std::string hint) {
    found_.push_back({{key, 0, 0}, severity, std::move(code), std::move(message), std::move(hint), {}});
  }
  /// What --force turns into a warning.
  Severity severity() const { return around_.force ? Severity::warning : Severity::error; }

  void check_removal(const std::string& key, const guest::Change& change) {
    if (change.values.contains(key)) add(key, Severity::error, "key-duplicate", "the key is set and deleted at once", "say one of both");
    if (!guest::is_key(key))
      add("drawbridge", Severity::error, "key-invalid", "'" + printable(key) + "' is no key", "write for example net1");
  }

  bool check_key(const std::string& key) {
    if (!guest::is_key(key) || is_reserved(key)) {
      add("drawbridge", Severity::error, "key-invalid", "'" + printable(key) + "' is no key that can be set",
          "write for example net0=virtio,bridge=vmbr0");
      return false;
    }
    if (guest::is_known_key(file_.kind, key)) return true;
    if (key == "ostemplate") {
      add(key, Severity::error, "template-unsupported", "templates are not unpacked here",
          "unpack it yourself, and give its folder as rootfs=/PATH in place of ostemplate");
      return false;
    }
    const auto meant = nearest(key, guest::known_keys(file_.kind));
    const bool others = guest::is_known_key(file_.kind == guest::Kind::qemu ? guest::Kind::lxc : guest::Kind::qemu, key);
    add(key, severity(), "key-unknown",
        "no " + std::string(file_.kind == guest::Kind::qemu ? "VM" : "container") + " has a key '" + key + "'",
        others  ? std::string("it is a key of ") + (file_.kind == guest::Kind::qemu ? "containers (--lxc)" : "VMs")
        : meant ? "did you mean " + *meant + "?"
                : "--force writes it all the same");
    return around_.force;
  }

  bool check_text(const std::string& key, const std::string& value) {
    const bool lines = key == "description";
    if (!lines && has_control_character(value)) {
      add(key, Severity::error, "value-invalid", "the value holds a control character or a line break", "leave it out");
      return false;
    }
    if (!lines && trim(value) != value) {
      add(key, Severity::error, "value-invalid", "the value begins or ends with a blank, which the file would lose", "leave it out");
      return false;
    }
    if (!lines && value.empty()) {
      add(key, Severity::error, "value-missing", "the value is empty", "to take the key out: --delete " + key);
      return false;
    }
    Diagnostics findings = guest::check_value(file_.kind, key, value, {key, 1, 1});
    const bool good = !has_errors(findings);
    for (auto& finding : findings) {
      // The place names the key already.
      if (finding.message.starts_with(key + ": ")) finding.message.erase(0, key.size() + 2);
      found_.push_back(std::move(finding));
    }
    return good;
  }

  /// The card that stands, or will stand, at the slot.
  const guest::Nic* standing(std::uint8_t slot) const {
    for (const auto* nics : {&guest_.pending.settings.nics, &guest_.settings.nics})
      if (const auto found = nics->find(slot); found != nics->end()) return &found->second;
    return nullptr;
  }

  void complete_cards(guest::Change& edit) {
    for (auto& [key, value] : edit.values) {
      if (const auto slot = guest::nic_slot(key)) {
        auto nic = *guest::parse_nic(value, file_.kind, *slot, {}).nic;
        if (nic.mac) used_.insert(*nic.mac);
        give_mac(nic);
        value = guest::print_nic(nic);
      } else if (key.starts_with("ipconfig") && file_.kind == guest::Kind::qemu && guest::is_known_key(file_.kind, key)) {
        value = guest::print_ip_config(guest::parse_ip_config(value, {}).addresses);
      }
    }
    if (pending_) return;
    // A card without an address would have another one at each start.
    for (const auto& [slot, there] : guest_.settings.nics) {
      const std::string key = "net" + std::to_string(slot);
      const bool named = edit.values.contains(key) || std::ranges::find(edit.removed, key) != edit.removed.end();
      const bool changes = guest_.pending.settings.values.contains(key) || guest_.pending.deleted.contains(key);
      if (there.mac || named || changes) continue;
      guest::Nic nic = there;
      give_mac(nic);
      edit.values[key] = guest::print_nic(nic);
    }
  }

  void give_mac(guest::Nic& nic) {
    if (nic.mac) return;
    const guest::Nic* before = standing(nic.slot);
    if (before != nullptr && before->mac && guest::users_of_mac(around_.inventory, *before->mac, file_.vmid, nic.slot).empty()) {
      nic.mac = before->mac;
      nic.mac_spelling = before->mac_spelling;
      return;
    }
    const auto mac = guest::make_free_mac(around_.draw, around_.prefix, used_);
    if (!mac) {
      add("net" + std::to_string(nic.slot), Severity::error, "mac-none-free", mac.error().what, mac.error().hint);
      return;
    }
    nic.mac = *mac;
    used_.insert(*mac);
    notes_.push_back("net" + std::to_string(nic.slot) + " gets the MAC address " + guest::mac_text(nic) + ".");
  }

  void check_whole(const guest::Document& after, const guest::Change& edit) {
    guest::Inventory inventory = around_.inventory;
    std::erase_if(inventory.guests, [&](const guest::Guest& guest) { return guest.path == file_.path; });
    inventory.guests.push_back(make(after));
    const guest::Guest& guest = inventory.guests.back();
    for (auto& finding : guest::check_guest(inventory, guest)) take_finding(std::move(finding), guest, edit);
    if (!around_.network) return;
    const guest::Settings& settings = pending_ ? guest.pending.settings : guest.settings;
    for (const auto& [slot, nic] : settings.nics) {
      const std::string key = "net" + std::to_string(slot);
      if (!edit.values.contains(key)) continue;
      for (auto& finding : guest::check_bridge(nic, *around_.network, settings.find(key)->where)) {
        if (finding.severity == Severity::error) finding.severity = severity();
        finding.where = {key, 0, 0};
        finding.message.erase(0, key.size() + 2);
        found_.push_back(std::move(finding));
      }
    }
  }

  /// Findings about keys of this change refuse it; those about the rest of the file were there before and are told elsewhere.
  void take_finding(Diagnostic finding, const guest::Guest& guest, const guest::Change& edit) {
    if (finding.code != "mac-duplicate" && finding.code != "name-duplicate") return;
    for (const auto* settings : {&guest.settings, &guest.pending.settings}) {
      for (const auto& [key, value] : settings->values) {
        if (value.where != finding.where || !edit.values.contains(key)) continue;
        finding.where = {key, 0, 0};
        finding.message.erase(0, key.size() + 2);
        finding.severity = severity();
        found_.push_back(std::move(finding));
        return;
      }
    }
  }

  const guest::Document& document_;
  const store::GuestFile& file_;
  const GuestSurroundings& around_;
  bool pending_;
  guest::Guest guest_;
  std::set<MacAddress> used_;
  Diagnostics found_;
  std::vector<std::string> notes_;
};

}  // namespace

GuestChanged change_guest(const guest::Document& document, const store::GuestFile& file, const guest::Change& change,
                          const GuestSurroundings& surroundings, bool pending) {
  return Changing(document, file, surroundings, pending).run(change);
}

}  // namespace drawbridge::cli
