#include "cli/hook_scripts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/sources.h"
#include "doors/fake_files.h"

namespace drawbridge::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Host {
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};

  void has(const std::string& path, unsigned mode = 0755, const std::string& bytes = "") {
    ASSERT_TRUE(files.write("/r/etc/network/" + path, bytes, mode));
  }
  std::vector<std::string> scripts() {
    std::vector<std::string> found;
    for (const auto& script : read_hook_scripts(files, "/r")) found.push_back(network::hook_phase_name(script.phase) + " " + script.path);
    return found;
  }
};

TEST(HookScripts, AreFoundByPhaseAndName) {
  Host host;
  for (const auto* path : {"if-up.d/10-b", "if-up.d/00-a", "if-pre-up.d/x", "if-post-up.d/y", "if-pre-down.d/z", "if-down.d/u.sh",
                           "if-post-down.d/v", "if-side.d/no"})
    host.has(path);
  EXPECT_THAT(host.scripts(),
              ElementsAre("pre-up /r/etc/network/if-pre-up.d/x", "up /r/etc/network/if-up.d/00-a", "up /r/etc/network/if-up.d/10-b",
                          "post-up /r/etc/network/if-post-up.d/y", "pre-down /r/etc/network/if-pre-down.d/z",
                          "down /r/etc/network/if-down.d/u.sh", "post-down /r/etc/network/if-post-down.d/v"));
}

TEST(HookScripts, WhatIsBuiltInOrNoScriptIsLeftOut) {
  Host host;
  for (const auto* name : {"bridge", "vlan", "ethtool", "ifenslave", "a.dpkg-old", "a.dpkg-new", ".hidden"})
    host.has(std::string("if-pre-up.d/") + name);
  host.has("if-pre-up.d/README", 0644);
  EXPECT_THAT(host.scripts(), IsEmpty());
}

TEST(HookScripts, TheFamiliarToolsSwitchCounts) {
  Host host;
  host.has("if-up.d/a");
  EXPECT_EQ(host.scripts().size(), 1U);
  host.has("ifupdown2/ifupdown2.conf", 0644, "#addon_scripts_support=1\nuse_daemon=no\n");
  EXPECT_THAT(host.scripts(), IsEmpty());
  host.has("ifupdown2/ifupdown2.conf", 0644, "use_daemon=no\naddon_scripts_support = 1\n");
  EXPECT_EQ(host.scripts().size(), 1U);
  host.has("ifupdown2/ifupdown2.conf", 0644, "addon_scripts_support=0\n");
  EXPECT_THAT(host.scripts(), IsEmpty());
}

TEST(HookScripts, RunForEveryStanzaBehindItsOwnLines) {
  Host host;
  host.has("if-up.d/it's me");
  const Source source = read_text(host.files, "/r", "interfaces",
                                  "auto a\niface a inet static\n\taddress 10.0.0.1/24\n\tup mine\nauto a:1\niface a:1 inet static\n"
                                  "\taddress 10.0.0.2/24\niface b inet dhcp\n");
  const Meaning meaning = make_meaning(source, nullptr);
  const auto& hooks = meaning.resolved.desired.links.at("a").hooks;
  ASSERT_EQ(hooks.size(), 2U);
  EXPECT_EQ(hooks[0].command, "mine");
  EXPECT_EQ(hooks[1].command, "'/r/etc/network/if-up.d/it'\\''s me'");
  using Environment = std::map<std::string, std::string>;
  EXPECT_EQ(hooks[1].environment, (Environment{{"ADDRFAM", "inet"},
                                               {"IFACE", "a"},
                                               {"IF_ADDRESS", "10.0.0.1/24"},
                                               {"LOGICAL", "a"},
                                               {"METHOD", "static"},
                                               {"MODE", "start"},
                                               {"PHASE", "up"},
                                               {"VERBOSITY", "0"}}));
  EXPECT_EQ(meaning.model.find("b")->hooks.at(0).environment.at("METHOD"), "dhcp");
}

}  // namespace
}  // namespace drawbridge::cli
