#include "interfaces/configuration.h"

#include <fnmatch.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cerrno>

#include "interfaces/interfaces_text.h"

namespace drawbridge::interfaces {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Files = std::map<std::string, std::string>;

// Reads /etc/network/interfaces among files in memory; an entry that ends with '/' is a folder.
Configuration read(const Files& files) {
  Reader reader;
  reader.read = [&](const std::string& path) -> Result<std::string> {
    if (files.contains(path + "/")) return fail(Error{Errc::unavailable, "is a folder", {}, "", EISDIR});
    const auto file = files.find(path);
    if (file == files.end()) return fail(Errc::not_found, "no such file");
    if (file->second == "<denied>") return fail(Errc::denied, "permission denied");
    return file->second;
  };
  reader.glob = [&](const std::string& pattern) {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files) {
      const std::string name = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
      if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0) paths.push_back(name);
    }
    return paths;
  };
  return read_configuration("/etc/network/interfaces", files.at("/etc/network/interfaces"), reader);
}
Configuration read(const std::string& bytes) { return read(Files{{"/etc/network/interfaces", bytes}}); }

std::vector<std::string> names(const Configuration& configuration) {
  std::vector<std::string> result;
  result.reserve(configuration.stanzas.size());
  for (const auto& stanza : configuration.stanzas) result.push_back(stanza.name);
  return result;
}
std::vector<std::string> codes(const Configuration& configuration) {
  std::vector<std::string> result;
  result.reserve(configuration.diagnostics.size());
  for (const auto& diagnostic : configuration.diagnostics) result.push_back(diagnostic.code);
  return result;
}
std::vector<std::string> options(const Stanza& stanza) {
  std::vector<std::string> result;
  result.reserve(stanza.options.size());
  for (const auto& option : stanza.options) result.push_back(option.name + "=" + option.value);
  return result;
}

TEST(Configuration, TheDefaultBridge) {
  const auto configuration = read(
      "auto lo\niface lo inet loopback\n\niface enp5s0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress "
      "100.64.0.102/22\n\tgateway "
      "100.64.0.1\n\tbridge-ports enp5s0\n\tbridge-stp off\n\tbridge-fd 0\n# the way in\n");
  EXPECT_THAT(configuration.diagnostics, IsEmpty());
  EXPECT_THAT(names(configuration), ElementsAre("lo", "enp5s0", "vmbr0"));
  const Stanza& bridge = configuration.stanzas[2];
  EXPECT_EQ(bridge.family, Family::ipv4);
  EXPECT_EQ(bridge.method, "static");
  EXPECT_EQ(bridge.position, 4U);
  EXPECT_THAT(bridge.comments, ElementsAre(" the way in"));
  EXPECT_THAT(options(bridge),
              ElementsAre("address=100.64.0.102/22", "gateway=100.64.0.1", "bridge-ports=enp5s0", "bridge-stp=off", "bridge-fd=0"));
  EXPECT_EQ(bridge.options[0].where, (SourceLocation{"/etc/network/interfaces", 8, 2}));
  EXPECT_EQ(bridge.options[0].value_where, (SourceLocation{"/etc/network/interfaces", 8, 10}));
  EXPECT_TRUE(in_class(configuration, "vmbr0", "auto"));
  EXPECT_FALSE(in_class(configuration, "enp5s0", "auto"));
}

TEST(Configuration, F1_AHookAfterABlankLineStaysWithItsBridge) {
  const auto configuration = read(
      "iface vmbr9 inet static\n\taddress 192.0.2.1/25\n\n\tpost-up nft -f /etc/lab-nat.nft\n\nauto vlan77\niface vlan77 inet "
      "manual\n\tvlan-raw-device ens3f0\n");
  EXPECT_THAT(options(configuration.stanzas[0]), ElementsAre("address=192.0.2.1/25", "post-up=nft -f /etc/lab-nat.nft"));
  EXPECT_THAT(options(configuration.stanzas[1]), ElementsAre("vlan-raw-device=ens3f0"));
}

TEST(Configuration, F5_HotplugStaysHotplug) {
  const auto configuration = read("allow-hotplug a\nauto b\n");
  EXPECT_EQ(configuration.allows[0].allow_class, "hotplug");
  EXPECT_FALSE(in_class(configuration, "a", "auto"));
}

TEST(Configuration, F6_SeveralAddressesAndStanzasAreAllKept) {
  const auto configuration = read(
      "iface ens4\n\taddress 10.8.0.5/24\n\taddress 10.8.0.6/24\n\taddress 2001:db8:8::5/64\n\tgateway 10.8.0.1\n\tmetric 50\niface ens4 "
      "inet static\n\taddress 10.8.0.7/24\n");
  EXPECT_THAT(options(configuration.stanzas[0]),
              ElementsAre("address=10.8.0.5/24", "address=10.8.0.6/24", "address=2001:db8:8::5/64", "gateway=10.8.0.1", "metric=50"));
  EXPECT_THAT(options(configuration.stanzas[1]), ElementsAre("address=10.8.0.7/24"));
  EXPECT_EQ(configuration.stanzas[0].position, configuration.stanzas[1].position);
}

TEST(Configuration, F8_PortsKeepTheirOrder) {
  EXPECT_THAT(options(read("iface bond7 inet manual\n\tbond-slaves ens3f1 ens3f0\n").stanzas[0]), ElementsAre("bond-slaves=ens3f1 ens3f0"));
}

TEST(Configuration, F13_NoOptionIsDropped) {
  EXPECT_THAT(
      options(read("iface a inet static\n broadcast 10.0.0.255\n uplink-id 4\n bridge-disable-mac-learning 1\n own-word x\n").stanzas[0]),
      ElementsAre("broadcast=10.0.0.255", "uplink-id=4", "bridge-disable-mac-learning=1", "own-word=x"));
}

TEST(Configuration, AutoAfterItsStanzaCountsAndAllMeansEveryStanza) {
  EXPECT_TRUE(in_class(read("iface a inet manual\nauto a\n"), "a", "auto"));
  const auto all = read("auto all\niface a inet manual\n");
  EXPECT_TRUE(in_class(all, "a", "auto"));
  EXPECT_FALSE(in_class(all, "b", "auto"));
}

TEST(Configuration, MalformedStanzasAndOptionsWithoutValueAreLeftOut) {
  const auto configuration = read("iface a inet static\n\taddress\n\tmtu 1500\niface b ipx static\n\taddress 10.0.0.1/24\n");
  EXPECT_THAT(names(configuration), ElementsAre("a"));
  EXPECT_THAT(options(configuration.stanzas[0]), ElementsAre("mtu=1500"));
  EXPECT_THAT(codes(configuration), ElementsAre("option-without-value", "family-unknown"));
}

TEST(Configuration, TheNameReplacesItsVariableInValues) {
  const auto configuration = read("iface a inet manual\n\tup ip link set $IFACE up; echo $IFACE_X ${IFACE} $IFACE\n");
  EXPECT_EQ(configuration.stanzas[0].options[0].value, "ip link set a up; echo $IFACE_X ${IFACE} a");
  EXPECT_EQ(configuration.documents.at("/etc/network/interfaces").lines[1].rest, "ip link set $IFACE up; echo $IFACE_X ${IFACE} $IFACE");
}

TEST(Configuration, RangesInNamesAreExpanded) {
  const auto configuration = read("auto swp[1-2] lo\niface swp[1-2].100 inet manual\n\tup echo $IFACE\n");
  EXPECT_THAT(names(configuration), ElementsAre("swp1.100", "swp2.100"));
  EXPECT_EQ(configuration.stanzas[1].options[0].value, "echo swp2.100");
  ASSERT_THAT(configuration.allows, SizeIs(3));
  EXPECT_EQ(configuration.allows[1].name, "swp2");
}

TEST(Configuration, ExpandName) {
  EXPECT_THAT(expand_name("a[8-10]b[0-1]"), ElementsAre("a8b0", "a8b1", "a9b0", "a9b1", "a10b0", "a10b1"));
  for (const auto* name : {"a", "a[", "a[]", "a[1]", "a[3-1]", "a[x-y]", "a[1-", "a[0-4294967295]", "a[1-40][1-40]"})
    EXPECT_THAT(expand_name(name), ElementsAre(name));
  EXPECT_THAT(expand_name("a[1-1024]"), SizeIs(1024));
}

TEST(Configuration, RangesCanNotFillTheMemory) {
  std::string text;
  const std::string value(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 4; ++i) text += "iface a[1-1000] inet manual\n\tup " + value + "\n";
  const auto configuration = read(text);
  EXPECT_THAT(configuration.stanzas, SizeIs(4));
  EXPECT_THAT(codes(configuration),
              ElementsAre("name-range-too-large", "name-range-too-large", "name-range-too-large", "name-range-too-large"));
}

TEST(Configuration, PositionsCountNamesAndFreeLinesOfTheMainFile) {
  const auto configuration = read({{"/etc/network/interfaces",
                                    "source /etc/network/interfaces.d/*\n"  // 2
                                    "auto bond7\n"                          // 3
                                    "iface bond7 inet manual\n"
                                    "iface lo inet loopback\n"       // 1, and it takes 4
                                    "allow-vmbr9 x\n"                // 5
                                    "mapping m\n script s\n"         // 6, 7
                                    "iface bond7 inet6 auto\n"       // 3
                                    "iface storage inet manual\n"},  // 8
                                   {"/etc/network/interfaces.d/sdn", "auto zone1\niface zone1\niface storage\n"}});
  std::map<std::string, std::uint32_t> positions;
  for (const auto& stanza : configuration.stanzas) positions[stanza.name] = stanza.position;
  EXPECT_EQ(positions, (std::map<std::string, std::uint32_t>{{"bond7", 3}, {"lo", 1}, {"storage", 8}, {"zone1", 9}}));
}

TEST(Source, GlobsAreFollowedAtTheirPlaceInOrder) {
  const auto configuration = read({{"/etc/network/interfaces", "iface a\nsource interfaces.d/*\niface z\n"},
                                   {"/etc/network/interfaces.d/20", "iface c\n"},
                                   {"/etc/network/interfaces.d/10", "iface b\nsource more/x\n"},
                                   {"/etc/network/interfaces.d/more/", ""},
                                   {"/etc/network/interfaces.d/more/x", "iface bb\n\taddress\n"}});
  EXPECT_THAT(names(configuration), ElementsAre("a", "b", "bb", "c", "z"));
  EXPECT_THAT(configuration.documents, SizeIs(4));
  ASSERT_THAT(codes(configuration), ElementsAre("option-without-value"));
  EXPECT_EQ(configuration.diagnostics[0].where.file, "/etc/network/interfaces.d/more/x");
  EXPECT_THAT(configuration.diagnostics[0].included_from,
              ElementsAre(SourceLocation{"/etc/network/interfaces.d/10", 2, 1}, SourceLocation{"/etc/network/interfaces", 2, 1}));
}

TEST(Source, DirectoriesWithoutLeftovers) {
  const auto configuration = read({{"/etc/network/interfaces", "source-directory /etc/network/interfaces.d\nsource-directory /nowhere\n"},
                                   {"/etc/network/interfaces.d/b", "iface b\n"},
                                   {"/etc/network/interfaces.d/a.conf", "iface a\n"},
                                   {"/etc/network/interfaces.d/a.conf~", "iface x1\n"},
                                   {"/etc/network/interfaces.d/.hidden", "iface x2\n"},
                                   {"/etc/network/interfaces.d/c.dpkg-old", "iface x3\n"},
                                   {"/etc/network/interfaces.d/sub/", ""}});
  EXPECT_THAT(names(configuration), ElementsAre("a", "b"));
  EXPECT_THAT(configuration.diagnostics, IsEmpty());
}

TEST(Source, WhatCanNotBeRead) {
  const auto configuration = read({{"/etc/network/interfaces", "source /nowhere/x\nsource /denied\nsource /none/*\nsource ./d/*\n"},
                                   {"/denied", "<denied>"},
                                   {"/etc/network/d/old~", "iface o\n"}});
  EXPECT_THAT(codes(configuration), ElementsAre("source-missing", "source-unreadable", "source-leftover"));
  EXPECT_EQ(configuration.diagnostics[0].severity, Severity::warning);
  EXPECT_EQ(configuration.diagnostics[0].where, (SourceLocation{"/etc/network/interfaces", 1, 1}));
  EXPECT_THAT(configuration.diagnostics[0].included_from, IsEmpty());
  EXPECT_EQ(configuration.diagnostics[1].severity, Severity::error);
  EXPECT_THAT(names(configuration), ElementsAre("o"));
}

TEST(Source, CyclesAndRepetitionsEnd) {
  const auto configuration = read({{"/etc/network/interfaces", "iface a\nsource b\nsource ../network/b\n"},
                                   {"/etc/network/b", "iface b\nsource interfaces\nsource ./b\n"}});
  EXPECT_THAT(names(configuration), ElementsAre("a", "b"));
  EXPECT_THAT(codes(configuration), ElementsAre("source-cycle", "source-cycle", "source-twice"));
}

TEST(Source, LevelsAndFilesAreLimited) {
  Files deep{{"/etc/network/interfaces", "source f1\n"}};
  for (int i = 1; i < 40; ++i) deep["/etc/network/f" + std::to_string(i)] = "source f" + std::to_string(i + 1) + "\n";
  EXPECT_THAT(codes(read(deep)), ElementsAre("source-limit"));
  EXPECT_THAT(read(deep).documents, SizeIs(32));
  Files many{{"/etc/network/interfaces", "source d/*\n"}};
  for (int i = 0; i < 5000; ++i) many["/etc/network/d/f" + std::to_string(i)] = "";
  EXPECT_THAT(codes(read(many)), ElementsAre("source-limit"));
  EXPECT_THAT(read(many).documents, SizeIs(4096));
}

TEST(Source, WithoutAReaderNothingIsFollowed) {
  const auto configuration = read_configuration("i", "source /x\nsource /y/*\nsource-directory /z\niface a\n", {});
  EXPECT_THAT(names(configuration), ElementsAre("a"));
  EXPECT_THAT(configuration.diagnostics, IsEmpty());
}

RC_GTEST_PROP(ConfigurationProperty, EveryValueStandsInTheFile, ()) {
  const auto bytes = *interfaces_text();
  const auto configuration = read_configuration("i", bytes, {});
  for (const auto& stanza : configuration.stanzas) {
    RC_ASSERT(stanza.position > 0U);
    for (const auto& option : stanza.options) {
      RC_ASSERT(option.where.line >= stanza.where.line);
      RC_ASSERT(!option.value.empty());
      RC_ASSERT(bytes.find(option.name) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace drawbridge::interfaces
