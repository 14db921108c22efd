// Reads tests/golden/network/NAME.in, with the kernel of NAME.kernel.json if there is one, and compares the REST list, the table,
// the findings and the canonical layout with NAME.out. With DRAWBRIDGE_ACCEPT=1 in the environment the .out files are written anew.
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

std::string describe(const std::string& bytes, const Snapshot* kernel) {
  const Model model = make_model(interfaces::read_configuration("interfaces", bytes, {}), kernel);
  std::ostringstream out;
  out << "show\n" << indent_json(show_json(model, kernel)) << "\ntable\n";
  describe_rows(show_rows(model, kernel), out);
  out << "\nfindings\n";
  for (const auto& finding : model.diagnostics) out << format_diagnostic(finding);
  for (const auto& finding : validate(model, kernel)) out << format_diagnostic(finding);
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
  EXPECT_GE(count, 7U);
}

}  // namespace
}  // namespace drawbridge::network
