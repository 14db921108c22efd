// guest addresses: what a guest has inside.
#include <fcntl.h>
#include <sched.h>

#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/guest_desk.h"
#include "cli/guest_runtime.h"
#include "cli/verbs.h"
#include "hypervisor/qmp.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kAgentPatience{3};

json::object address_json(const InterfaceAddress& address) {
  const std::string text = format_interface_address(address);
  const auto slash = text.find('/');
  return {{"ip-address", text.substr(0, slash)},
          {"ip-address-type", text.find(':') == std::string::npos ? "ipv4" : "ipv6"},
          {"prefix", parse_number<unsigned>(text.substr(slash + 1)).value_or(0)}};
}

/// This process goes over into the container's network for good: it ends with this verb.
Result<json::array> look_into(Context& context, pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  const hypervisor::Descriptor space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space.is_open() || ::setns(space.get(), CLONE_NEWNET) != 0) return fail_errno(errno, "the container's network can't be entered");
  const auto snapshot = TRY(context.system.snapshot());
  json::array interfaces;
  for (const auto& [name, link] : snapshot.links) {
    json::array addresses;
    for (const auto& each : snapshot.addresses)
      if (each.link == link.name) addresses.push_back(address_json(each.address));
    interfaces.push_back(
        json::object{{"name", link.name}, {"hardware-address", to_lower(format_mac(link.mac))}, {"ip-addresses", std::move(addresses)}});
  }
  return interfaces;
}

Result<json::array> ask_agent(Context& context, guest::Vmid vmid) {
  constexpr const char* kHint = "set agent=1, and have qemu-guest-agent run in the guest";
  auto agent = hypervisor::Qmp::connect_agent(hypervisor::run_files(context.system.root(), vmid).agent);
  if (!agent) return fail(Errc::unavailable, "the VM has no guest agent", {}, kHint);
  auto answer = agent->execute("guest-network-get-interfaces", {}, kAgentPatience);
  if (!answer && answer.error().code == Errc::timed_out) return fail(Errc::timed_out, "the guest agent does not answer", {}, kHint);
  if (!answer) return fail(answer.error());
  if (!answer->is_array()) return fail(Errc::unavailable, "the guest agent's answer is no list of interfaces");
  return std::move(answer->as_array());
}

Result<json::array> inside(Context& context) {
  const auto vmid = TRY(vmid_argument_of(context));
  const store::GuestFile file = TRY(find_guest(context, vmid));
  const GuestRuntime runtime = runtime_of(context, file);
  if (!runtime.runs()) return fail(Errc::conflict, "guest " + std::to_string(vmid) + " does not run", {}, "start it first");
  return file.kind == guest::Kind::lxc ? look_into(context, runtime.pid) : ask_agent(context, vmid);
}

/// What the guest says is not to be trusted with a terminal, nor to have every member.
std::string shown_member(const json::value& object, std::string_view name) {
  const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  if (found == nullptr) return "";
  return visible(found->is_string() ? std::string(found->as_string()) : json::serialize(*found));
}

std::string addresses_text(const json::value& interface) {
  const auto* list = interface.is_object() ? interface.as_object().if_contains("ip-addresses") : nullptr;
  std::vector<std::string> texts;
  if (list != nullptr && list->is_array())
    for (const auto& each : list->as_array()) texts.push_back(shown_member(each, "ip-address") + "/" + shown_member(each, "prefix"));
  return join(texts, "\n");
}

}  // namespace

Exit guest_addresses(Context& context) {
  auto interfaces = inside(context);
  if (!interfaces) return context.console.fail(interfaces.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(json::object{{"interfaces", std::move(*interfaces)}}));
    return Exit::done;
  }
  Table table{.header = {"Name", "MAC", "Addresses"}, .rows = {}};
  for (const auto& each : *interfaces)
    table.rows.push_back({shown_member(each, "name"), shown_member(each, "hardware-address"), addresses_text(each)});
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

}  // namespace drawbridge::cli
