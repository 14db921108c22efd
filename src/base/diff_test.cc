#include "base/diff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace drawbridge {
namespace {

TEST(Diff, EqualTextsHaveNone) { EXPECT_EQ(unified_diff("a", "x\n", "b", "x\n"), ""); }

TEST(Diff, ShowsAHunkWithContext) {
  EXPECT_EQ(unified_diff("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, NewFileAndMissingNewline) {
  EXPECT_EQ(unified_diff("a", "", "b", "1\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+1\n");
  EXPECT_EQ(unified_diff("a", "1\n", "b", "1"), "--- a\n+++ b\n@@ -1 +1 @@\n-1\n+1\n\\ No newline at end of file\n");
}

TEST(Diff, FarChangesMakeSeparateHunks) {
  std::string from;
  for (int i = 0; i < 40; ++i) from += std::to_string(i) + "\n";
  std::string to = from;
  to.replace(0, 1, "zero");
  to += "40\n";
  const auto diff = unified_diff("a", from, "b", to);
  EXPECT_NE(diff.find("@@ -1,4 +1,4 @@\n-0\n+zero\n"), std::string::npos) << diff;
  EXPECT_NE(diff.find("@@ -38,3 +38,4 @@\n 37\n 38\n 39\n+40\n"), std::string::npos) << diff;
}

// Rebuilds the new text from the old one and the diff, as patch(1) would, to prove that the hunks tell the truth.
std::string patched(const std::string& from, const std::string& diff) {
  std::vector<std::string> old_lines;
  for (std::size_t at = 0; at < from.size();) {
    const auto end = std::min(from.find('\n', at), from.size() - 1);
    old_lines.push_back(from.substr(at, end - at + 1));
    at = end + 1;
  }
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = diff.find("@@"); at < diff.size();) {
    const auto end = diff.find('\n', at);
    const std::string line = diff.substr(at, end - at + 1);
    at = end + 1;
    if (line.starts_with("@@")) {
      const std::size_t start = std::stoul(line.substr(4));
      const std::string range = line.substr(4, line.find(' ', 4) - 4);
      const std::size_t first = range.ends_with(",0") ? start : start - 1;
      while (next < first) out += old_lines[next++];
    } else if (line[0] == '\\') {
      out.pop_back();
    } else {
      if (line[0] != '+') ++next;
      if (line[0] != '-') out += line.substr(1);
    }
  }
  while (next < old_lines.size()) out += old_lines[next++];
  return out;
}

RC_GTEST_PROP(DiffProperty, PatchingTheOldTextGivesTheNew, ()) {
  const auto text = rc::gen::map(rc::gen::container<std::vector<char>>(rc::gen::inRange('a', 'd')), [](const std::vector<char>& letters) {
    std::string lines;
    for (const char c : letters) lines += std::string(1, c) + "\n";
    return lines;
  });
  const std::string from = *text;
  const std::string to = *text;
  RC_PRE(from != to);
  RC_ASSERT(patched(from, unified_diff("a", from, "b", to)) == to);
}

}  // namespace
}  // namespace drawbridge
