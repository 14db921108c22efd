// guest plug, guest unplug: a card's port by hand, and what QEMU's scripts do (hook_name.h).
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/guest_desk.h"
#include "cli/port_wiring.h"
#include "cli/verbs.h"
#include "guest/device_name.h"

namespace drawbridge::cli {
namespace {

Result<std::uint8_t> slot_argument(const Context& context) {
  const std::string text = context.arguments().value("NETN").value_or("");
  if (const auto slot = guest::nic_slot(text)) return *slot;
  return fail(Errc::invalid_input, "'" + printable(text) + "' is no card", {}, "write net0 to net31");
}

Result<PortRequest> request_of(Context& context) {
  const auto vmid = TRY(vmid_argument_of(context));
  const auto slot = TRY(slot_argument(context));
  const auto file = TRY(find_guest(context, vmid));
  const auto stored = TRY(store::read_guest(context.system.files(), file));
  const auto guest = guest::make_guest(stored.document, vmid, file.kind, file.node);
  const std::string key = "net" + std::to_string(slot);
  const auto card = guest.settings.nics.find(slot);
  if (card == guest.settings.nics.end())
    return fail(Errc::not_found, "guest " + std::to_string(vmid) + " has no card " + key, {file.path, 0, 0},
                "give it one: drawbridge guest set " + std::to_string(vmid) + " " + key + "=…");
  return PortRequest{vmid, card->second, guest.settings.find(key)->where, {}};
}

Exit tell(Context& context, const std::string& device, bool wired, const Diagnostics& warnings) {
  context.console.diagnose(warnings);
  if (context.console.json()) {
    boost::json::object document{{"device", device}, {"wired", wired}};
    document["warnings"] = boost::json::parse(diagnostics_json(warnings));
    context.console.print_document(boost::json::serialize(document));
  }
  return Exit::done;
}

}  // namespace

Exit guest_plug(Context& context) {
  auto request = request_of(context);
  if (!request) return context.console.fail(request.error());
  // Other hypervisors call their devices as they like (libvirt: vnet7); then the service doesn't know whose it is, and this does.
  request->device = context.arguments().value("DEVICE").value_or(guest::device_name(request->nic.kind, request->vmid, request->nic.slot));
  const auto wired = wire_port(context, *request);
  return wired ? tell(context, request->device, true, *wired) : context.console.fail(wired.error());
}

Exit guest_unplug(Context& context) {
  const auto vmid = vmid_argument_of(context);
  if (!vmid) return context.console.fail(vmid.error());
  const auto slot = slot_argument(context);
  if (!slot) return context.console.fail(slot.error());
  // The guest's file may be gone by now. Of a number both kinds may have had, at most one has a device.
  for (const auto kind : {guest::Kind::qemu, guest::Kind::lxc}) {
    const auto unwired = unwire_port(context, guest::device_name(kind, *vmid, *slot), {});
    if (!unwired) return context.console.fail(unwired.error());
  }
  return tell(context, guest::device_name(guest::Kind::qemu, *vmid, *slot), false, {});
}

}  // namespace drawbridge::cli
