// Reads tests/golden/plan/NAME.in, the file that is to be applied, on the machine of NAME.kernel.json (or a bare one with enp5s0
// and enp6s0), on which NAME.before was applied if there is one; compares findings, plan, reach and way back with NAME.out. With
// DRAWBRIDGE_ACCEPT=1 in the environment the .out files are written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "interfaces/configuration.h"
#include "network/interface.h"
#include "network/plan_testing.h"
#include "network/risk.h"
#include "network/snapshot_json.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

const std::filesystem::path kFolder = DRAWBRIDGE_SOURCE_DIR "/tests/golden/plan";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::filesystem::path beside(std::filesystem::path path, const char* extension) { return path.replace_extension(extension); }

Resolved resolved(const std::string& bytes, const char* name, const Snapshot& kernel) {
  return resolve(make_model(interfaces::read_configuration(name, bytes, {}), &kernel), &kernel);
}

Snapshot machine_of(const std::filesystem::path& path) {
  const auto kernel = beside(path, ".kernel.json");
  if (!std::filesystem::exists(kernel)) return machine({"enp5s0", "enp6s0"}, false);
  return snapshot_from_json(read_file(kernel), kernel).value();
}

std::string describe(const std::filesystem::path& path) {
  Snapshot kernel = machine_of(path);
  Desired previous;
  if (const auto before = beside(path, ".before"); std::filesystem::exists(before)) {
    previous = resolved(read_file(before), "before", kernel).desired;
    kernel = run(kernel, make_plan(kernel, previous, {}));
  }
  const auto now = resolved(read_file(path), "interfaces", kernel);
  const Plan plan = make_plan(kernel, now.desired, previous);
  std::ostringstream out;
  out << "findings\n";
  for (const auto& finding : now.diagnostics) out << format_diagnostic(finding);
  out << "\nplan\n" << words(plan) << "\nreach\n";
  const Snapshot after = outcome_of(kernel, plan);
  for (const auto& line : reach_summary(kernel, after)) out << line << "\n";
  out << "\nway back\n" << words(make_inverse(kernel, plan, after));
  return out.str();
}

TEST(Golden, Plan) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".in") continue;
    ++count;
    const auto expected = beside(entry.path(), ".out");
    const std::string is = describe(entry.path());
    if (std::getenv("DRAWBRIDGE_ACCEPT") != nullptr) std::ofstream(expected, std::ios::binary) << is;  // NOLINT(concurrency-mt-unsafe)
    EXPECT_EQ(is, read_file(expected)) << entry.path();
  }
  EXPECT_GE(count, 10U);
}

}  // namespace
}  // namespace drawbridge::network
