#include "cli/guest_desk.h"

#include <unistd.h>

#include <array>

#include "base/text.h"
#include "guest/property_string.h"

namespace drawbridge::cli {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  const std::string text = name.data();
  return text.substr(0, text.find('.'));
}

}  // namespace

Result<std::string> node_name(const Context& context) {
  const std::string& given = context.invocation.globals.node;
  std::string node = given.empty() ? host_name() : given;
  if (guest::is_device_word(node) && node.front() != '.') return node;
  return fail(Errc::invalid_input, "'" + printable(node) + "' can't be the name of a node", {},
              "give --node NAME: letters, digits, '-' and '.'");
}

Result<guest::Vmid> vmid_argument_of(const Context& context) {
  const std::string text = context.arguments().value("VMID").value_or("");
  if (const auto vmid = guest::parse_vmid(text)) return *vmid;
  return fail(Errc::invalid_input, "'" + printable(text) + "' is no number of a guest", {}, "write 100 to 999999999");
}

Result<store::GuestFile> find_guest(Context& context, guest::Vmid vmid) {
  const std::string node = TRY(node_name(context));
  std::vector<store::GuestFile> others;
  for (const auto& file : TRY(store::list_guest_files(context.system.files(), context.system.root(), ""))) {
    if (file.vmid != vmid) continue;
    if (const auto kind = context.arguments().value("kind"); kind && *kind != guest::kind_word(file.kind))
      return fail(Errc::not_found, std::to_string(vmid) + " is no " + std::string(*kind == "lxc" ? "container" : "VM"), {file.path, 0, 0},
                  "it is a " + std::string(*kind == "lxc" ? "VM" : "container"));
    if (file.node == node) return file;
    others.push_back(file);
  }
  const bool asked = !context.invocation.globals.node.empty();
  if (!asked && others.size() == 1) return others.front();
  std::string hint = "\"drawbridge guest list --all\" shows those there are";
  if (!others.empty()) hint = "it is on node " + others.front().node + ": use --node " + others.front().node;
  return fail(Errc::not_found, "there is no guest " + std::to_string(vmid) + (asked ? " on node " + node : ""), {}, hint);
}

std::optional<network::Model> network_of_node(Context& context, const std::string& node) {
  if (context.system.root().empty() && node != host_name()) return std::nullopt;
  const auto source = read_running(context.system.files(), context.system.root());
  if (!source) {
    context.console.detail("without the node's interfaces file: " + source.error().what);
    return std::nullopt;
  }
  return network::make_model(source->configuration, nullptr);
}

}  // namespace drawbridge::cli
