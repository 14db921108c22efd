// Configurations as they are found in the wild: each is shown, checked, formatted and edited without loss.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

std::vector<std::string> wild_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR) + "/tests/golden/wild")) {
    if (entry.path().extension() == ".interfaces") files.push_back(entry.path().stem().string());
  }
  std::ranges::sort(files);
  return files;
}

class Wild : public testing::TestWithParam<std::string> {
 protected:
  std::string file() const { return std::string(DRAWBRIDGE_SOURCE_DIR) + "/tests/golden/wild/" + GetParam() + ".interfaces"; }
  std::string without_path(const std::string& text) const { return with(text, file(), GetParam()); }
};

TEST_P(Wild, IsShown) {
  const auto text = run({"network", "show", file()});
  EXPECT_EQ(text.exit, 0) << text.err;
  const auto document = run({"network", "show", "--json", file()});
  EXPECT_EQ(document.exit, 0);
  expect_golden(text.out, "wild/" + GetParam() + ".table");
  expect_golden(document.out, "wild/" + GetParam() + ".json");
}

TEST_P(Wild, HasNoErrors) {
  const auto checked = run({"network", "check", file()});
  EXPECT_EQ(checked.exit, 0) << checked.err;
  expect_golden(without_path(checked.out + checked.err), "wild/" + GetParam() + ".check");
}

TEST_P(Wild, KeepsEveryByte) { EXPECT_EQ(run({"network", "format", file()}).out, read_text(file())); }

TEST_P(Wild, MeansTheSameInTheCanonicalLayout) {
  Tree tree;
  const auto normal = run({"network", "format", "--normalise", file()});
  EXPECT_EQ(normal.exit, 0);
  tree.write("normal", normal.out);
  EXPECT_EQ(run({"network", "format", "--normalise", tree.path("normal")}).out, normal.out);
  EXPECT_EQ(run({"network", "show", tree.path("normal")}).out, run({"network", "show", file()}).out);
}

TEST_P(Wild, AnEditTouchesOneInterface) {
  Tree tree;
  tree.write(Tree::kInterfaces, read_text(file()));
  const auto created = tree.run({"network", "create", "bridge", "vmbr99", "autostart=1"});
  EXPECT_EQ(created.exit, 0) << created.err;
  EXPECT_TRUE(tree.read(Tree::kPending).starts_with(read_text(file()))) << created.out;
  const auto deleted = tree.run({"network", "delete", "vmbr99"});
  EXPECT_EQ(deleted.exit, 0) << deleted.err;
}

INSTANTIATE_TEST_SUITE_P(Files, Wild, testing::ValuesIn(wild_files()), [](const auto& file) { return with(file.param, "-", "_"); });

}  // namespace
}  // namespace drawbridge::e2e
