// guest list, guest show, guest nic parse.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/guest_desk.h"
#include "cli/guest_facts.h"
#include "cli/guest_json.h"
#include "cli/guest_runtime.h"
#include "cli/verbs.h"
#include "guest/bridge_check.h"
#include "guest/container.h"
#include "guest/device_name.h"
#include "guest/machine.h"
#include "guest/nic_string.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

std::string vlan_text(const guest::Nic& nic) {
  std::vector<std::string> parts;
  if (nic.tag) parts.push_back(std::to_string(*nic.tag));
  for (const auto& field : guest::nic_fields(nic))
    if (field.key == "trunks") parts.push_back("trunks " + field.value);
  return join(parts, ", ");
}

/// What has no column of its own.
std::string other_text(const guest::Nic& nic) {
  std::vector<std::string> parts;
  for (const auto& field : guest::nic_fields(nic)) {
    static const std::vector<std::string> kColumns{"bridge", "hwaddr", "macaddr", "model", "name", "tag", "trunks", "type"};
    if (std::ranges::find(kColumns, field.key) == kColumns.end()) parts.push_back(field.key + "=" + field.value);
  }
  return join(parts, " ");
}

std::string format_cards(const guest::Guest& guest, const guest::Settings& settings, const GuestRuntime& runtime, std::size_t width) {
  Table table{.header = {"Card", "Device", guest.kind == guest::Kind::qemu ? "Model" : "Name", "MAC", "Bridge", "VLAN", "Other"},
              .rows = {}};
  if (runtime.runs()) table.header.emplace_back("Now");
  for (const auto& [slot, nic] : settings.nics) {
    table.rows.push_back({"net" + std::to_string(slot), guest::device_name(guest.kind, guest.vmid, slot),
                          guest.kind == guest::Kind::qemu ? nic.model : nic.name, nic.mac ? guest::mac_text(nic) : "(none yet)",
                          nic.bridge.empty() ? "(none)" : nic.bridge, vlan_text(nic), other_text(nic)});
    if (runtime.runs()) table.rows.back().push_back(card_state(runtime, settings, slot));
  }
  return table.rows.empty() ? "No cards.\n" : format_table(table, width);
}

/// Cards that the running VM has and the file does not.
std::string format_leaving_cards(const guest::Settings& settings, const GuestRuntime& runtime) {
  std::string text;
  if (!runtime.running) return text;
  for (const auto& [slot, nic] : runtime.running->settings.nics)
    if (!settings.nics.contains(slot) && (!runtime.plugged || runtime.plugged->contains(slot)))
      text += "net" + std::to_string(slot) + " is still plugged in: " + guest::print_nic(nic) + "\n";
  return text;
}

std::string format_guest(const guest::Guest& guest, const guest::Settings& settings, const GuestRuntime& runtime, std::size_t width) {
  std::string text = visible(guest::title(guest)) + (runtime.runs() ? ", runs as process " + std::to_string(runtime.pid) : "") + "\n";
  for (const std::string_view line : split(settings.description, '\n'))
    if (!line.empty()) text += "  " + visible(line) + "\n";
  text += "\n" + format_cards(guest, settings, runtime, width) + format_leaving_cards(settings, runtime) + "\n";
  for (const auto& [key, value] : settings.values) text += visible(key) + ": " + visible(value.text) + "\n";
  for (const auto& [key, value] : settings.raw) text += visible(key) + ": " + visible(value.text) + "\n";
  for (const auto& [key, value] : guest.pending.settings.values) text += "pending: " + visible(key) + ": " + visible(value.text) + "\n";
  for (const auto& [key, value] : guest.pending.deleted) text += "pending: " + visible(key) + " goes\n";
  for (const auto& [name, saved] : guest.snapshots) text += "snapshot: " + visible(name) + "\n";
  return text;
}

json::object snapshot_json(const std::string& name, const guest::Settings& settings) {
  json::object snapshot{{"name", name}, {"description", settings.description}};
  if (const auto time = parse_number<std::uint64_t>(settings.text("snaptime"))) snapshot["snaptime"] = *time;
  if (const auto* parent = settings.find("parent")) snapshot["parent"] = parent->text;
  return snapshot;
}

/// Bytes that the guest got and sent; only where the device is there.
void add_card_traffic(json::object& card, const TrafficByDevice& traffic, const std::string& device) {
  const auto counted = traffic.find(device);
  if (counted == traffic.end()) return;
  card["netin"] = counted->second.sent;
  card["netout"] = counted->second.received;
}

json::object guest_json(const store::StoredGuest& stored, const guest::Guest& guest, const guest::Settings& settings,
                        const GuestRuntime& runtime) {
  const TrafficByDevice traffic = runtime.runs() ? read_traffic() : TrafficByDevice{};
  json::object document = summary_json(guest);
  add_limits(document, guest);
  add_runtime(document, guest, runtime, traffic);
  json::object config;
  for (const auto& [key, value] : settings.values) config[key] = value.text;
  json::array raw;
  for (const auto& [key, value] : settings.raw) raw.push_back(json::array{key, value.text});
  json::array nics;
  for (const auto& [slot, nic] : settings.nics) {
    nics.push_back(card_json(guest, nic));
    auto& card = nics.back().as_object();
    if (runtime.runs()) card["state"] = card_state(runtime, settings, slot);
    add_card_traffic(card, traffic, guest::device_name(guest.kind, guest.vmid, slot));
  }
  json::array snapshots;
  for (const auto& [name, saved] : guest.snapshots) snapshots.push_back(snapshot_json(name, saved));
  document["path"] = stored.file.path;
  document["digest"] = stored.digest;
  document["description"] = settings.description;
  document["config"] = std::move(config);
  document["raw"] = std::move(raw);
  document["nics"] = std::move(nics);
  document["pending"] = pending_json(guest);
  document["snapshots"] = std::move(snapshots);
  return document;
}

Diagnostics findings_of(Context& context, const guest::Guest& guest) {
  Diagnostics findings = guest.diagnostics;
  const auto more =
      guest.kind == guest::Kind::qemu ? guest::read_machine(guest.settings).diagnostics : guest::read_container(guest.settings).diagnostics;
  findings.insert(findings.end(), more.begin(), more.end());
  if (const auto node = network_of_node(context, guest.node)) {
    for (const auto& [slot, nic] : guest.settings.nics) {
      const auto* value = guest.settings.find("net" + std::to_string(slot));
      for (auto& finding : guest::check_bridge(nic, *node, value->where)) findings.push_back(std::move(finding));
    }
  }
  if (const auto all = store::read_inventory(context.system.files(), context.system.root(), "")) {
    for (auto& finding : guest::check_guest(*all, guest)) findings.push_back(std::move(finding));
  }
  sort_diagnostics(findings);
  return findings;
}

/// The part of the file that the options ask for.
Result<guest::Settings> shown_settings(const Context& context, const guest::Guest& guest) {
  if (const auto name = context.arguments().value("snapshot")) {
    const auto saved = guest.snapshots.find(*name);
    if (saved != guest.snapshots.end()) return saved->second;
    return fail(Errc::not_found, "guest " + std::to_string(guest.vmid) + " has no snapshot '" + printable(*name) + "'", {guest.path, 0, 0});
  }
  return context.arguments().has("current") ? guest.settings : guest::next_settings(guest);
}

Exit show(Context& context, const store::StoredGuest& stored) {
  const auto guest = guest::make_guest(stored.document, stored.file.vmid, stored.file.kind, stored.file.node);
  const auto settings = shown_settings(context, guest);
  if (!settings) return context.console.fail(settings.error());
  const Diagnostics findings = findings_of(context, guest);
  GuestRuntime runtime = runtime_of(context, stored.file);
  look_inside(context, stored.file.vmid, runtime);
  if (context.console.json()) {
    json::object document = guest_json(stored, guest, *settings, runtime);
    document["findings"] = json::parse(diagnostics_json(findings));
    context.console.print_document(json::serialize(document));
  } else {
    context.console.print(format_guest(guest, *settings, runtime, context.console.width()));
  }
  context.console.diagnose(findings);
  return has_errors(findings) ? Exit::bad_input : Exit::done;
}

GuestRuntime runtime_of(Context& context, const guest::Guest& guest) {
  return runtime_of(context, store::guest_file(context.system.root(), guest.node, guest.kind, guest.vmid));
}

Table make_table(Context& context, const guest::Inventory& inventory) {
  Table table{.header = {"VMID", "Node", "Kind", "Name", "State", "Cards", "Pending"}, .rows = {}};
  for (const auto& guest : inventory.guests) {
    std::vector<std::string> cards;
    for (const auto& [slot, nic] : guest.settings.nics)
      cards.push_back(guest::device_name(guest.kind, guest.vmid, slot) + (nic.bridge.empty() ? "" : " on " + nic.bridge) +
                      (nic.tag ? " VLAN " + std::to_string(*nic.tag) : ""));
    table.rows.push_back({std::to_string(guest.vmid), guest.node, guest.kind == guest::Kind::qemu ? "VM" : "container",
                          visible(guest.name()), runtime_of(context, guest).runs() ? "running" : "", join(cards, "\n"),
                          guest.pending.empty() ? "" : "yes"});
  }
  return table;
}

json::array list_json(Context& context, const guest::Inventory& inventory) {
  const TrafficByDevice traffic = read_traffic();
  json::array list;
  for (const auto& guest : inventory.guests) {
    json::object summary = summary_json(guest);
    add_limits(summary, guest);
    add_runtime(summary, guest, runtime_of(context, guest), traffic);
    list.push_back(std::move(summary));
  }
  return list;
}

}  // namespace

Exit guest_list(Context& context) {
  const auto node = node_name(context);
  if (!node) return context.console.fail(node.error());
  const bool all = context.arguments().has("all");
  const auto inventory = store::read_inventory(context.system.files(), context.system.root(), all ? "" : *node);
  if (!inventory) return context.console.fail(inventory.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(list_json(context, *inventory)));
  } else if (inventory->guests.empty()) {
    context.console.note(all ? "There are no guests." : "There are no guests on node " + *node + ".");
  } else {
    context.console.print(format_table(make_table(context, *inventory), context.console.width()));
  }
  Diagnostics findings = guest::check_inventory(*inventory);
  for (const auto& guest : inventory->guests) findings.insert(findings.end(), guest.diagnostics.begin(), guest.diagnostics.end());
  context.console.diagnose(findings);
  return has_errors(findings) ? Exit::bad_input : Exit::done;
}

Exit guest_show(Context& context) {
  const auto vmid = vmid_argument_of(context);
  if (!vmid) return context.console.fail(vmid.error());
  const auto file = find_guest(context, *vmid);
  if (!file) return context.console.fail(file.error());
  const auto stored = store::read_guest(context.system.files(), *file);
  return stored ? show(context, *stored) : context.console.fail(stored.error());
}

Exit guest_nic_parse(Context& context) {
  const std::string text = context.arguments().value("STRING").value_or("");
  const auto kind = context.arguments().has("lxc") ? guest::Kind::lxc : guest::Kind::qemu;
  const auto read = guest::parse_nic(text, kind, 0, {"net", 1, 1});
  if (!read.nic) return context.console.fail(read.diagnostics);
  context.console.diagnose(read.diagnostics);
  const std::string canonical = guest::print_nic(*read.nic);
  if (context.console.json())
    context.console.print_document(json::serialize(json::object{{"canonical", canonical}, {"fields", nic_json(*read.nic)}}));
  else
    context.console.print(canonical + "\n");
  return Exit::done;
}

}  // namespace drawbridge::cli
