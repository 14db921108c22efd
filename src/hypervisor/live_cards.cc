#include "hypervisor/live_cards.h"

#include "guest/guest.h"

namespace drawbridge::hypervisor {
namespace {

std::string id_of(const guest::Nic& nic) { return "net" + std::to_string(nic.slot); }

bool is_deletion_of(const QmpEvent& event, const std::string& id) {
  const auto* device = event.data.if_contains("device");
  const auto* text = device == nullptr ? nullptr : device->if_string();
  return event.name == "DEVICE_DELETED" && text != nullptr && *text == id;
}

}  // namespace

Result<void> LiveCards::carry_out(const CardPlan& plan, const std::optional<guest::Nic>& before, const std::optional<guest::Nic>& after) {
  switch (plan.kind) {
    case CardPlan::Kind::plug: return plug(*after);
    case CardPlan::Kind::unplug: return unplug(*before);
    case CardPlan::Kind::replug: return replug(*before, *after);
    case CardPlan::Kind::rewire: return rewire(plan, *before, *after);
    case CardPlan::Kind::set_link: return set_link(*after, !after->is_link_down());
    case CardPlan::Kind::nothing:
    case CardPlan::Kind::at_next_start: break;
  }
  return {};
}

Result<void> LiveCards::plug(const guest::Nic& nic) {
  const auto built = card_options(nic, around_, context_);
  for (const auto& finding : built.diagnostics)
    if (finding.severity == Severity::error) return fail(Errc::invalid_input, finding.message, finding.where, finding.hint);
  TRY_VOID(qmp_.execute("netdev_add", built.options->netdev.json()));
  auto plugged = qmp_.execute("device_add", built.options->device.json());
  if (plugged && nic.is_link_down()) plugged = qmp_.execute("set_link", {{"name", id_of(nic)}, {"up", false}});
  if (plugged) return {};
  // Without its device the backend is of no use; if that can't go either, the first error tells why.
  static_cast<void>(qmp_.execute("netdev_del", {{"id", id_of(nic)}}));
  return fail(std::move(plugged.error()));
}

Result<void> LiveCards::unplug(const guest::Nic& nic) {
  const std::string id = id_of(nic);
  if (TRY(plugged_cards(qmp_)).contains(nic.slot)) {
    // Refused while an earlier request is under way, which comes to the same.
    const auto asked = qmp_.execute("device_del", {{"id", id}});
    if (!asked && asked.error().what.find("process of unplug") == std::string::npos) return fail(asked.error());
    const auto gone = qmp_.wait_for([&](const QmpEvent& event) { return is_deletion_of(event, id); }, kUnplugPatience);
    if (!gone && gone.error().code == Errc::timed_out && TRY(plugged_cards(qmp_)).contains(nic.slot))
      return fail(Errc::timed_out, "the guest does not let " + id + " go: it is busy, or has not booted far enough", {},
                  "the change stays pending; say it again later, or restart the VM");
    if (!gone && gone.error().code != Errc::timed_out) return fail(gone.error());
  }
  const auto removed = qmp_.execute("netdev_del", {{"id", id}});
  if (!removed && removed.error().code != Errc::not_found && removed.error().what.find("not found") == std::string::npos)
    return fail(removed.error());
  return {};
}

Result<void> LiveCards::replug(const guest::Nic& before, const guest::Nic& after) {
  // What would be refused anyway must not cost the guest its card.
  for (const auto& finding : card_options(after, around_, context_).diagnostics)
    if (finding.severity == Severity::error) return fail(Errc::invalid_input, finding.message, finding.where, finding.hint);
  TRY_VOID(unplug(before));
  auto plugged = plug(after);
  if (plugged) return {};
  if (const auto back = plug(before); !back)
    plugged.error().what += "; and the card that was there can't be plugged again: " + back.error().what;
  return plugged;
}

Result<void> LiveCards::rewire(const CardPlan& plan, const guest::Nic& before, const guest::Nic& after) {
  const bool blinks = plan.blink && !before.is_link_down();
  if (blinks) TRY_VOID(set_link(before, false));
  const auto wired = wiring_.rewire(around_.vmid, before, after);
  const guest::Nic& now = wired ? after : before;
  if (blinks || (wired && plan.set_link)) {
    const auto raised = set_link(now, !now.is_link_down());
    if (wired && !raised) return raised;
  }
  return wired;
}

Result<void> LiveCards::set_link(const guest::Nic& nic, bool up) {
  TRY_VOID(qmp_.execute("set_link", {{"name", id_of(nic)}, {"up", up}}));
  return {};
}

Result<std::set<std::uint8_t>> plugged_cards(Qmp& qmp) {
  std::set<std::uint8_t> slots;
  const auto listed = TRY(qmp.execute("qom-list", {{"path", "/machine/peripheral"}}));
  const auto* items = listed.if_array();
  if (items == nullptr) return fail(Errc::unavailable, "QEMU does not list its devices");
  for (const auto& item : *items) {
    const auto* object = item.if_object();
    const auto* name = object == nullptr ? nullptr : object->if_contains("name");
    const auto* text = name == nullptr ? nullptr : name->if_string();
    if (text == nullptr) continue;
    if (const auto slot = guest::nic_slot(std::string_view(*text))) slots.insert(*slot);
  }
  return slots;
}

}  // namespace drawbridge::hypervisor
