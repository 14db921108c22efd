#include "lab/scenario.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace drawbridge::lab {
namespace {

const std::string kGood = R"({
  "title": "t",
  "node": {"ports": {"enp5s0": {"switch": "lan", "trunk": [10, 20], "native": 1}}, "addresses": ["192.0.2.2"]},
  "switches": {"lan": {"bonds": {"lag": {"access": 30}}}},
  "hosts": {"gw": {"ports": {"eth0": {"switch": "lan", "bond": "lag", "addresses": ["192.0.2.1/24"]}}, "forwards": true,
                   "routes": [{"to": "203.0.113.0/24", "via": "192.0.2.9"}]}},
  "guests": {"web": {"vmid": 110, "ports": {"net0": {"bridge": "vmbr0", "addresses": ["192.0.2.110/24"]}}}},
  "traffic": [{"from": "web", "to": "gw", "protocol": "tcp", "port": 443, "expect": "pass"}]
})";

/// kGood with one text in it replaced.
std::string with(const std::string& part, const std::string& by) {
  std::string text = kGood;
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

/// "LINE:COLUMN code" of the only finding.
std::string finding(const std::string& text) {
  const auto parsed = parse_scenario(text, "s.json");
  if (parsed.diagnostics.size() != 1) return std::to_string(parsed.diagnostics.size()) + " findings";
  const Diagnostic& one = parsed.diagnostics[0];
  EXPECT_EQ(one.where.file, "s.json");
  return std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + " " + one.code;
}

TEST(ParseScenario, ReadsEverything) {
  const auto [scenario, diagnostics] = parse_scenario(kGood, "s.json");
  ASSERT_TRUE(diagnostics.empty()) << format_diagnostic(diagnostics[0]);
  EXPECT_EQ(scenario.node_ports, (std::vector<Port>{{"enp5s0", {"lan", "", std::nullopt, {10, 20}, 1}, {}}}));
  ASSERT_EQ(scenario.hosts.size(), 1U);
  EXPECT_EQ(scenario.hosts[0].ports[0].plugged.bond, "lag");
  EXPECT_TRUE(scenario.hosts[0].forwards);
  EXPECT_EQ(format_prefix(*scenario.hosts[0].routes[0].to), "203.0.113.0/24");
  EXPECT_EQ(scenario.switches[0].bonds[0].plugged.access, 30);
  EXPECT_EQ(node_end(scenario.guests[0], scenario.guests[0].ports[0]), "tap110i0");
}

TEST(ParseScenario, ChecksTrafficBothWaysUnlessToldOtherwise) {
  const auto both = parse_scenario(kGood, "s.json").scenario.checks;
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].from + " " + both[0].to + " " + format_ip(both[0].target), "web gw 192.0.2.1");
  EXPECT_EQ(both[1].from + " " + both[1].to + " " + format_ip(both[1].target), "gw web 192.0.2.110");
  EXPECT_EQ(both[0].where.line, 8U);
  EXPECT_EQ(parse_scenario(with("\"pass\"", "\"pass\", \"ways\": \"one\""), "s.json").scenario.checks.size(), 1U);
}

TEST(ParseScenario, NamesThePlaceOfEachFault) {
  EXPECT_EQ(finding(with("\"title\"", "\"titel\"")), "2 findings") << "the unknown member, and the missing one";
  EXPECT_EQ(finding(with("\"switch\": \"lan\", \"trunk\"", "\"switch\": \"wan\", \"trunk\"")), "3:32 switch-unknown");
  EXPECT_EQ(finding(with("\"bond\": \"lag\"", "\"bond\": \"leg\"")), "5:38 bond-unknown");
  EXPECT_EQ(finding(with("192.0.2.1/24", "192.0.2.256/24")), "5:85 address-invalid");
  EXPECT_EQ(finding(with("\"native\": 1", "\"native\": 4095")), "3:79 number-invalid");
  EXPECT_EQ(finding(with("\"native\": 1", "\"access\": 7")), "3:32 vlans-conflict");
  EXPECT_EQ(finding(with("110, \"ports\": {\"net0\"", "110, \"ports\": {\"eth0\"")), "7:53 name-invalid");
  EXPECT_EQ(finding(with("\"gw\": {", "\"node\": {")), "5:21 name-taken");
  EXPECT_EQ(finding(with("\"to\": \"gw\"", "\"to\": \"gv\"")), "8:37 party-unknown");
  EXPECT_EQ(finding(with("\"tcp\"", "\"sctp\"")), "8:55 protocol-unknown");
  EXPECT_EQ(finding(with(", \"port\": 443", "")), "8:15 port-misplaced");
  EXPECT_EQ(finding(with("\"expect\": \"pass\"", "\"expect\": \"maybe\"")), "8:15 expectation-invalid");
  EXPECT_EQ(finding(with("}]\n", "}],,\n")).substr(2), "94 json-invalid");
}

TEST(ParseScenario, ReadsTunnelsOfHosts) {
  const auto with_tunnel = [](const std::string& tunnel) {
    return with("\"gw\": {", "\"gw\": {\"tunnels\": {\"t1\": {" + tunnel + "}}, ");
  };
  const std::string ends = R"("local": "192.0.2.1", "remote": "192.0.2.9")";
  const auto parsed = parse_scenario(with_tunnel(R"("kind": "vxlan", "id": 7, "addresses": ["10.7.0.1/24"], )" + ends), "s.json");
  EXPECT_TRUE(parsed.diagnostics.empty());
  const HostTunnel& tunnel = parsed.scenario.hosts.at(0).tunnels.at(0);
  EXPECT_EQ(tunnel.kind + " " + std::to_string(tunnel.id) + " " + format_ip(tunnel.local) + " " + format_ip(tunnel.remote),
            "vxlan 7 192.0.2.1 192.0.2.9");
  EXPECT_EQ(finding(with_tunnel(R"("kind": "vxlan", )" + ends)), "5:38 id-misplaced");
  EXPECT_EQ(finding(with_tunnel(R"("kind": "gre", "id": 7, )" + ends)), "5:38 id-misplaced");
  EXPECT_EQ(finding(with_tunnel(R"("kind": "ipip", )" + ends)), "5:38 kind-unknown");
  EXPECT_EQ(finding(with_tunnel(R"("kind": "gre", "local": "192.0.2", "remote": "192.0.2.9")")), "5:38 address-invalid");
}

TEST(ParseScenario, WantsProofForBlocks) {
  EXPECT_EQ(finding(with("\"expect\": \"pass\"", "\"expect\": \"block\", \"ways\": \"one\"")), "8:14 block-unproven");
}

TEST(ParseScenario, SurvivesAnything) {
  for (const std::string text :
       {"", "[]", "null", "{\"title\": 3}", "{\"node\": []}", "{\"title\": \"\\u0000\", \"node\": {}, \"switches\": {\"\": {}}}"}) {
    EXPECT_TRUE(has_errors(parse_scenario(text, "s.json").diagnostics)) << text;
  }
  EXPECT_TRUE(has_errors(parse_scenario(std::string(100000, '['), "s.json").diagnostics));
}

TEST(ParseScenario, TheGalleryIsWellFormed) {
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR) + "/examples")) {
    const auto file = entry.path() / "scenario.json";
    std::ifstream in(file);
    if (!in) continue;
    std::stringstream text;
    text << in.rdbuf();
    const auto parsed = parse_scenario(text.str(), file.string());
    for (const Diagnostic& diagnostic : parsed.diagnostics) ADD_FAILURE() << format_diagnostic(diagnostic);
    EXPECT_FALSE(parsed.scenario.checks.empty()) << file;
    EXPECT_TRUE(std::filesystem::exists(entry.path() / "interfaces"));
    EXPECT_TRUE(std::filesystem::exists(entry.path() / "README.md"));
    ++seen;
  }
  EXPECT_GE(seen, 23U);
}

}  // namespace
}  // namespace drawbridge::lab
