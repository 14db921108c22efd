#include "cli/guest_json.h"

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/nic_string.h"

namespace drawbridge::cli {

namespace json = boost::json;

json::object nic_json(const guest::Nic& nic) {
  json::object fields;
  for (const auto& field : guest::nic_fields(nic)) {
    if (!field.number) {
      fields[field.key] = field.value;
    } else if (const auto whole = parse_number<std::uint64_t>(field.value)) {
      fields[field.key] = *whole;
    } else {
      fields[field.key] = std::stod(field.value);
    }
  }
  return fields;
}

json::object card_json(const guest::Guest& guest, const guest::Nic& nic) {
  json::object card{{"id", "net" + std::to_string(nic.slot)},
                    {"device", guest::device_name(guest.kind, guest.vmid, nic.slot)},
                    {"canonical", guest::print_nic(nic)}};
  for (const auto& member : nic_json(nic)) card.insert(member);
  return card;
}

json::array pending_json(const guest::Guest& guest) {
  json::array changes;
  for (const auto& [key, value] : guest.pending.settings.values) {
    json::object change{{"key", key}};
    if (const auto* now = guest.settings.find(key)) change["value"] = now->text;
    change["pending"] = value.text;
    changes.push_back(std::move(change));
  }
  for (const auto& [key, value] : guest.pending.deleted) {
    json::object change{{"key", key}};
    if (const auto* now = guest.settings.find(key)) change["value"] = now->text;
    change["delete"] = 1;
    changes.push_back(std::move(change));
  }
  return changes;
}

json::object summary_json(const guest::Guest& guest) {
  json::array nics;
  for (const auto& [slot, nic] : guest.settings.nics) nics.push_back(card_json(guest, nic));
  json::array snapshots;
  for (const auto& [name, settings] : guest.snapshots) snapshots.push_back(json::value(name));
  return {{"vmid", guest.vmid},
          {"node", guest.node},
          {"kind", std::string(guest::kind_word(guest.kind))},
          {"name", guest.name()},
          {"nics", std::move(nics)},
          {"pending", !guest.pending.empty()},
          {"snapshots", std::move(snapshots)}};
}

}  // namespace drawbridge::cli
