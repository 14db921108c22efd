// Reads tests/golden/network/NAME.in, with the kernel of NAME.kernel.json if there is one, and compares the REST list, the table,
// the findings, the kernel terms and the canonical layout with NAME.out. With DRAWBRIDGE_ACCEPT=1 in the environment the .out files are
// written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/json_text.h"
#include "base/text.h"
#include "network/normalise.h"
#include "network/show.h"
#include "network/snapshot_json.h"

namespace drawbridge::network {
namespace {

const std::filesystem::path kFolder = DRAWBRIDGE_SOURCE_DIR "/tests/golden/network";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void describe_rows(const std::vector<ShowRow>& rows, std::ostream& out) {
  for (const auto& row : rows) {
    const auto flag = [](std::optional<bool> value) { return !value ? "-" : *value ? "yes" : "no"; };
    out << row.name << " | " << join(row.altnames, " ") << " | " << row.type << " | " << flag(row.active) << " | " << flag(row.autostart)
        << " | " << flag(row.vlan_aware) << " | " << row.ports << " | " << row.bond_mode << " | " << join(row.cidrs, " ") << " | "
        << join(row.gateways, " ") << " | " << row.comment << "\n";
  }
}

std::string text_of(const AttributeValue& value) {
  const auto* number = std::get_if<std::uint64_t>(&value);
  return number == nullptr ? std::get<std::string>(value) : std::to_string(*number);
}

void describe_vlans(const DesiredLink& link, std::ostream& out) {
  for (const auto& vlan : link.vlans->value)
    out << "\n    vlan " << vlan.first << "-" << vlan.last << (vlan.pvid ? " pvid" : "") << (vlan.untagged ? " untagged" : "")
        << (vlan.self ? " self" : "");
}

void describe_link(const DesiredLink& link, std::ostream& out) {
  out << link.name << " " << (link.kind.empty() ? "present" : link.kind) << " <- " << format_location(link.where);
  if (link.up) out << (link.up->value ? " up" : " down");
  if (link.parent) out << " parent " << link.parent->value;
  if (link.master) out << " master " << link.master->value;
  if (link.mtu) out << " mtu " << link.mtu->value;
  if (link.mac) out << " mac " << format_mac(link.mac->value);
  if (!link.mac_from.empty()) out << " mac-of " << link.mac_from;
  if (link.dhcp4) out << " dhcp4";
  if (link.dhcp6) out << " dhcp6";
  if (link.slaac) out << " slaac";
  for (const auto* attributes : {&link.data, &link.port, &link.ethtool})
    for (const auto& [name, asked] : *attributes) out << "\n    " << name << " " << text_of(asked.value) << " <- " << asked.where.line;
  for (const auto& [name, asked] : link.sysctl) out << "\n    " << name << " = " << asked.value << " <- " << asked.where.line;
  if (link.vlans) describe_vlans(link, out);
  for (const auto& entry : link.fdb) out << "\n    to " << format_ip(entry.value.destination) << " <- " << entry.where.line;
  for (const auto& address : link.addresses)
    out << "\n    address " << format_interface_address(address.value.address) << " <- " << address.where.line;
  out << "\n";
}

void describe_resolved(const Resolved& resolved, std::ostream& out) {
  for (const auto& [name, link] : resolved.desired.links) describe_link(link, out);
  for (const auto& [route, where] : resolved.desired.routes)
    out << operation_object(SetRoute{route}) << " " << operation_detail(SetRoute{route}) << " <- " << where.line << "\n";
  for (const auto& name : resolved.desired.dormant) out << "left alone: " << name << "\n";
  for (const auto& finding : resolved.diagnostics) out << format_diagnostic(finding);
}

std::string describe(const std::string& bytes, const Snapshot* kernel) {
  const Model model = make_model(interfaces::read_configuration("interfaces", bytes, {}), kernel);
  std::ostringstream out;
  out << "show\n" << indent_json(show_json(model, kernel)) << "\ntable\n";
  describe_rows(show_rows(model, kernel), out);
  out << "\nfindings\n";
  for (const auto& finding : model.diagnostics) out << format_diagnostic(finding);
  for (const auto& finding : validate(model, kernel)) out << format_diagnostic(finding);
  out << "\nresolved\n";
  describe_resolved(resolve(model, kernel), out);
  out << "\nnormalised\n" << normalise(bytes, "interfaces");
  return out.str();
}

TEST(Golden, Network) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".in") continue;
    ++count;
    auto expected = entry.path();
    expected.replace_extension(".out");
    auto kernel_path = entry.path();
    kernel_path.replace_extension(".kernel.json");
    std::optional<Snapshot> kernel;
    if (std::filesystem::exists(kernel_path)) {
      auto snapshot = snapshot_from_json(read_file(kernel_path), kernel_path);
      ASSERT_TRUE(snapshot) << snapshot.error().what << " " << kernel_path;
      kernel = std::move(*snapshot);
    }
    const auto description = describe(read_file(entry.path()), kernel ? &*kernel : nullptr);
    if (std::getenv("DRAWBRIDGE_ACCEPT") != nullptr) std::ofstream(expected, std::ios::binary) << description;
    EXPECT_EQ(description, read_file(expected)) << entry.path() << " (DRAWBRIDGE_ACCEPT=1 rewrites the expectation)";
  }
  EXPECT_GE(count, 11U);
}

}  // namespace
}  // namespace drawbridge::network
