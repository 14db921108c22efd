// Help texts, manual pages and completion as a user meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string kManuals = std::string(DRAWBRIDGE_SOURCE_DIR) + "/docs/man/";

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), got);
  ::pclose(pipe);
  return text;
}

/// Names that begin the lines of a section of a help text: verbs, or options.
std::vector<std::string> listed(const std::string& help, const std::string& section) {
  std::vector<std::string> names;
  std::istringstream lines(help);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != ' ') {
      inside = line == section + ":";
      continue;
    }
    if (!inside || line.size() < 3 || line[2] == ' ') continue;
    std::istringstream words(line);
    std::string word;
    words >> word;
    names.push_back(word);
    while (word.ends_with(',') && words >> word) names.push_back(word);
  }
  for (std::string& name : names) name = with(name, ",", "");
  return names;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string plain_manual(const std::string& page) {
  return output_of("mandoc -Tascii -Owidth=500 '" + kManuals + page + "' | sed 's/.\\x08//g'");
}

TEST(Manual, PagesAreWellFormed) {
  if (output_of("command -v mandoc") == "") GTEST_SKIP() << "mandoc is not installed";
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kManuals)) {
    EXPECT_THAT(output_of("mandoc -Tlint -Wwarning '" + entry.path().string() + "' 2>&1"), IsEmpty());
    ++pages;
  }
  EXPECT_GE(pages, 4U);
}

TEST(Manual, HasEveryVerbAndOption) {
  if (output_of("command -v mandoc") == "") GTEST_SKIP() << "mandoc is not installed";
  const std::string network = plain_manual("drawbridge-network.8");
  for (const std::string& verb : listed(run({"network", "--help"}).out, "Commands")) {
    EXPECT_TRUE(has(network, "drawbridge network " + verb)) << "drawbridge network " + verb;
    for (const std::string& option : listed(run({"network", verb, "--help"}).out, "Options")) {
      if (!option.starts_with("--") || option == "--normalize") continue;
      EXPECT_TRUE(has(network, option)) << verb << " " << option;
    }
  }
  const std::string guest = plain_manual("drawbridge-guest.8");
  for (const std::string& verb : listed(run({"guest", "--help"}).out, "Commands")) {
    EXPECT_TRUE(has(guest, "drawbridge guest " + verb)) << "drawbridge guest " + verb;
    for (const std::string& option : listed(run({"guest", verb, "--help"}).out, "Options")) {
      const bool is_long = option.starts_with("--");
      EXPECT_TRUE(!is_long || has(guest, option)) << verb << " " << option;
    }
  }
  const std::string firewall = plain_manual("drawbridge-firewall.8");
  for (const std::string& verb : listed(run({"firewall", "--help"}).out, "Commands")) {
    EXPECT_TRUE(has(firewall, "drawbridge firewall " + verb)) << "drawbridge firewall " + verb;
    for (const std::string& option : listed(run({"firewall", verb, "--help"}).out, "Options"))
      EXPECT_TRUE(!option.starts_with("--") || has(firewall, option)) << verb << " " << option;
  }
  const std::string access = plain_manual("drawbridge-access.8");
  for (const std::string group : {"user", "group", "token", "role", "acl"}) {
    for (const std::string& verb : listed(run({group, "--help"}).out, "Commands")) {
      EXPECT_TRUE(has(access, "drawbridge " + group + " " + verb)) << group << " " << verb;
      for (const std::string& option : listed(run({group, verb, "--help"}).out, "Options"))
        EXPECT_TRUE(!option.starts_with("--") || has(access, option)) << group << " " << verb << " " << option;
    }
  }
  const std::string main = plain_manual("drawbridge.8");
  for (const std::string& option : listed(run({"--help"}).out, "Options")) EXPECT_TRUE(has(main, option)) << option;
  for (const char* verb : {"ifup", "ifdown", "ifreload", "ifquery", "web"}) {
    for (const std::string& option : listed(run({verb, "--help"}).out, "Options")) EXPECT_TRUE(has(main, option)) << verb << " " << option;
  }
}

TEST(Links, CalledByAFamiliarNameItIsThatCommand) {
  const auto help = run({"--help"}, {.environment = {}, .program = "/usr/sbin/ifquery"});
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.out, HasSubstr("Usage: drawbridge ifquery"));
}

TEST(Completion, CandidatesOfARoot) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  const auto names = run({"__complete", "--", "--root", tree.root(), "network", "set", ""});
  EXPECT_EQ(names.out, "enp5s0\nlo\nvmbr0\n");
  tree.write("etc/pve/nodes/pve1/qemu-server/100.conf", "name: mail\n");
  EXPECT_EQ(run({"__complete", "--", "--root", tree.root(), "guest", "show", ""}).out, "100\n");
  EXPECT_EQ(run({"__complete", "--", "--root", tree.root(), "guest", "set", "100", "memo"}).out, "memory=\n");
  EXPECT_EQ(run({"__complete", "--", "network", "create", "br"}).out, "bridge\n");
  EXPECT_EQ(run({"__complete", "--", "network", "check", "--pen"}).out.substr(0, 10), "--pending\t");
  EXPECT_EQ(run({"__complete", "--", "network", "check", ""}).out, ":files\n");
}

TEST(Completion, ScriptsAreSoundForTheirShells) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto script = run({"completion", shell});
    EXPECT_EQ(script.exit, 0);
    EXPECT_THAT(script.out, HasSubstr("__complete"));
    if (output_of("command -v " + shell) == "") continue;
    Tree tree;
    tree.write("script", script.out);
    EXPECT_THAT(output_of(shell + " -n '" + tree.path("script") + "' 2>&1"), IsEmpty()) << shell;
  }
  EXPECT_EQ(run({"completion", "tcsh"}).exit, 2);
}

TEST(Completion, BashOffersWhatTheProgramKnows) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write("bin/drawbridge", "#!/bin/sh\nexec " DRAWBRIDGE_PROGRAM " \"$@\"\n");
  std::filesystem::permissions(tree.path("bin/drawbridge"), std::filesystem::perms::owner_all);
  tree.write("ask", "PATH=" + tree.path("bin") +
                        ":$PATH\n. <(drawbridge completion bash)\n"
                        "ask() { COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=(); _drawbridge 2>/dev/null; echo \"${COMPREPLY[*]}\"; }\n"
                        "ask 'drawbridge network rev'\n"
                        "ask 'drawbridge --root " +
                        tree.root() +
                        " network delete vm'\n"
                        "ask 'drawbridge network set vmbr0 bridge_p'\n"
                        "ask '/sbin/ifquery --print-dependency '\n");
  EXPECT_EQ(output_of("bash '" + tree.path("ask") + "' 2>&1"), "revert\nvmbr0\nbridge_ports=\nlist dot\n");
}

}  // namespace
}  // namespace drawbridge::e2e
