#include "cli/completion.h"

#include <gtest/gtest.h>

#include "cli/help.h"

namespace drawbridge::cli {
namespace {

std::vector<std::string> names(Completes what) {
  if (what == Completes::interface) return {"vmbr0", "vmbr1", "enp5s0"};
  if (what == Completes::assignment) return {"cidr", "comments", "mtu"};
  if (what == Completes::generation) return {"1", "2"};
  return {};
}

std::vector<std::string> offered(const std::vector<std::string>& words) {
  std::vector<std::string> texts;
  for (const auto& candidate : complete(command_tree(), words, names).candidates) texts.push_back(candidate.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Completion, OffersVerbsButNoHiddenOnes) {
  EXPECT_EQ(offered({"net"}), Texts{"network"});
  EXPECT_EQ(offered({"__"}), Texts{});
  EXPECT_EQ(offered({"network", "rev"}), Texts{"revert"});
}

TEST(Completion, OffersInterfaceNamesAndParameters) {
  EXPECT_EQ(offered({"network", "set", "vm"}), (Texts{"vmbr0", "vmbr1"}));
  EXPECT_EQ(offered({"network", "set", "vmbr0", "c"}), (Texts{"cidr=", "comments="}));
  EXPECT_EQ(offered({"--root", "/x", "network", "set", "vmbr0", "mtu=1", "--json", "m"}), Texts{"mtu="});
  EXPECT_EQ(offered({"ifup", "vmbr0", "e"}), Texts{"enp5s0"});
}

TEST(Completion, OffersOptionsAndTheirValues) {
  EXPECT_EQ(offered({"network", "plan", "--ag"}), Texts{"--against"});
  EXPECT_EQ(offered({"network", "plan", "--js"}), Texts{"--json"});
  EXPECT_EQ(offered({"ifquery", "-o", ""}), (Texts{"native", "json"}));
  EXPECT_EQ(offered({"completion", "z"}), Texts{"zsh"});
  EXPECT_EQ(offered({"network", "rollback", ""}), (Texts{"1", "2"}));
}

TEST(Completion, OffersFilesWhereAFileBelongs) {
  EXPECT_TRUE(complete(command_tree(), std::vector<std::string>{"network", "check", ""}, names).files);
  EXPECT_TRUE(complete(command_tree(), std::vector<std::string>{"network", "plan", "--against", ""}, names).files);
  EXPECT_FALSE(complete(command_tree(), std::vector<std::string>{"network", "delete", ""}, names).files);
  EXPECT_EQ(offered({"network", "delete", "vmbr0", ""}), Texts{});
}

/// Each verb says what it does in one sentence, and shows an example that names it.
void check_help(std::vector<const CommandSpec*> path) {
  const CommandSpec& command = *path.back();
  if (command.hidden) return;
  SCOPED_TRACE(command_line_of(path));
  EXPECT_TRUE(command.summary.ends_with('.'));
  EXPECT_NE(command.example.find(command.name), std::string_view::npos);
  EXPECT_EQ(command.run == nullptr, !command.commands.empty());
  const std::string help = help_text(path, 80);
  EXPECT_NE(help.find("Usage: " + usage_line(path)), std::string::npos);
  for (const OptionSpec& option : command.options) EXPECT_NE(help.find(option_key(option)), std::string::npos);
  for (const CommandSpec& child : command.commands) {
    auto below = path;
    below.push_back(&child);
    check_help(below);
  }
}

TEST(Help, EveryVerbIsExplained) { check_help({&command_tree()}); }

}  // namespace
}  // namespace drawbridge::cli
