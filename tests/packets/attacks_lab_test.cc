// The table of docs/firewall-attacks.md: every attack is sent, and arrives where the table says and nowhere else.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "attacks.h"
#include "firewall/build.h"
#include "trial.h"

namespace drawbridge::packets {
namespace {

/// "tap101i0 eth0 host" in the scene's order, or "nowhere".
std::string where_of(const std::vector<std::uint32_t>& ids, const Observed& observed) {
  std::set<std::size_t> ports;
  bool host = false;
  const auto has = [&](std::span<const std::uint8_t> bytes) {
    return std::ranges::any_of(ids_in(bytes), [&](std::uint32_t id) { return std::ranges::find(ids, id) != ids.end(); });
  };
  for (const Arrival& arrival : observed.arrivals)
    if (has(arrival.bytes)) ports.insert(arrival.port);
  for (const Sighting& sighting : observed.sightings) host = host || (sighting.point == Point::entered && has(sighting.payload));
  std::string text;
  for (const std::size_t port : ports) text += (text.empty() ? "" : " ") + std::string(kPorts.at(port).name);
  if (host) text += text.empty() ? "host" : " host";
  return text.empty() ? "nowhere" : text;
}

/// The frames of one attack stand for one; where they go to different places, one after the other.
std::string where_of(const Attack& attack, const Observed& observed) {
  std::vector<std::uint32_t> all;
  for (const Frame& frame : attack.frames) all.push_back(frame.id);
  if (attack.arrives.find(';') == std::string::npos) return where_of(all, observed);
  std::string text;
  for (const std::uint32_t id : all) text += (text.empty() ? "" : "; ") + where_of({id}, observed);
  return text;
}

std::string document(const std::vector<Attack>& list) {
  std::ifstream stream(std::string(DRAWBRIDGE_SOURCE_DIR) + "/docs/firewall-attacks.md");
  std::stringstream text;
  text << stream.rdbuf();
  std::string rows = "| attack | arrives at | because of |\n|---|---|---|\n";
  for (const Attack& attack : list) rows += fmt::format("| {} | {} | {} |\n", attack.name, attack.arrives, attack.why);
  if (text.str().find(rows) == std::string::npos) return "the table should be:\n" + rows;
  for (const File& file : files_of_attacks())
    if (text.str().find(file.text) == std::string::npos) return "the policy should hold:\n" + file.text;
  return "";
}

TEST(Attacks, ArriveWhereTheTableSays) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
  const auto list = attacks();
  EXPECT_GE(list.size(), 40U);
  auto wire = Wire::open();
  ASSERT_TRUE(wire) << wire.error().what;
  const Meant meant = policy_of(files_of_attacks());
  ASSERT_EQ(meant.complaints, "");
  const auto ruleset = nftables::compile(firewall::build_program(meant.policy, facts_of_scene()));
  ASSERT_TRUE(ruleset);
  const auto installed = wire->install(*ruleset);
  ASSERT_TRUE(installed) << installed.error().what;
  ASSERT_TRUE(wire->learn());
  std::vector<Frame> frames;
  for (const Attack& attack : list) frames.insert(frames.end(), attack.frames.begin(), attack.frames.end());
  const auto observed = wire->send(frames);
  ASSERT_TRUE(observed) << observed.error().what;
  for (const Attack& attack : list) EXPECT_EQ(where_of(attack, *observed), attack.arrives) << attack.name;
  // Nor did the bridge learn where they pretend to be; where others are it does.
  EXPECT_FALSE(wire->knows("02:00:00:00:aa:1f"));
  Frame open{.id = frames.back().id + 1, .port = 3, .bytes = frames.front().bytes};
  open.bytes[6] = 0x02;
  open.bytes[11] = 0xbb;
  ASSERT_TRUE(wire->send({open}));
  EXPECT_TRUE(wire->knows("02:24:11:00:01:bb"));
  EXPECT_EQ(document(list), "");
}

}  // namespace
}  // namespace drawbridge::packets
