// Random policies and random frames, judged without a kernel: by the ordered program, and by the compiled ruleset as the kernel's machine
// would run it. DRAWBRIDGE_SEED and DRAWBRIDGE_PAIRS set where it begins and how many pairs of policy and packet there are.
#include "judges.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "firewall/build.h"
#include "frame_dice.h"
#include "policy_dice.h"
#include "rules/packet_description.h"
#include "rules/parse_frame.h"

namespace drawbridge::packets {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr std::size_t kFramesOfPolicy = 60;

struct Tally {
  std::uint64_t pairs = 0, dropped = 0, rejected = 0, by_people = 0;
};

std::vector<firewall::Zone> zones() {
  std::vector<firewall::Zone> made{firewall::Zone{}};
  for (const Port& port : kPorts) made.push_back({std::string(port.name), std::string(port.bridge), *parse_mac(port.mac)});
  return made;
}

/// One policy, and frames from each port and the host to another or the host.
void judge_policy(std::uint64_t seed, bool spoil, Tally& tally) {
  static const firewall::NodeFacts facts = facts_of_scene();
  static const auto everywhere = zones();
  Dice dice(seed);
  const Files files = spoil ? spoiled(random_files(dice), dice) : random_files(dice);
  const Meant meant = policy_of(files);
  ASSERT_TRUE(spoil || meant.complaints.empty()) << meant.complaints << "seed " << seed << "\n" << format_files(files);
  const auto program = firewall::build_program(meant.policy, facts);
  ASSERT_TRUE(rules::check_program(program).empty()) << rules::check_program(program).front() << "\nseed " << seed;
  const auto ruleset = nftables::compile(program, {.table = "drawbridge", .counters = dice.one_in(8), .merge = !dice.one_in(8)});
  ASSERT_TRUE(ruleset) << ruleset.error().what << "\nseed " << seed << "\n" << format_files(files);
  const Judges judges(program, {&*ruleset});
  static constexpr rules::ConnectionState kStates[] = {rules::ConnectionState::fresh,   rules::ConnectionState::fresh,
                                                       rules::ConnectionState::fresh,   rules::ConnectionState::established,
                                                       rules::ConnectionState::related, rules::ConnectionState::invalid};
  for (const Frame& frame : random_frames(dice, kFramesOfPolicy)) {
    rules::Packet packet = rules::parse_frame(frame.bytes, dice.one_in(2) ? rules::Padding::cut : rules::Padding::seen);
    packet[rules::Field::connection_state] = static_cast<std::uint8_t>(state_of(packet, dice.any(kStates)));
    if (dice.one_in(3)) packet[rules::Field::connection_mark] = dice.below(3) * 50;
    const bool from_host = dice.one_in(8);
    const firewall::Zone& from = everywhere.at(from_host ? 0 : frame.port + 1);
    const firewall::Zone* to = &dice.one_of(everywhere);
    // Mostly to whom it is addressed.
    for (const auto& zone : everywhere)
      if (zone.mac && *packet[rules::Field::ether_destination] == rules::number_of(*zone.mac) && !dice.one_in(4)) to = &zone;
    while (to == &from || (from_host && to->is_host())) to = &dice.one_of(everywhere);
    std::string dispute;
    const auto journey = judges.travel(from, *to, packet, facts, dispute);
    ++tally.pairs;
    if (journey.verdict == rules::Verdict::drop) ++tally.dropped;
    if (journey.verdict == rules::Verdict::reject) ++tally.rejected;
    const auto* rule = decider(journey, program);
    if (rule != nullptr && rule->origin.line != 0) ++tally.by_people;
    ASSERT_EQ(dispute, "") << "DRAWBRIDGE_SEED=" << seed << "\n" << describe(frame) << format_files(files);
  }
}

TEST(Judges, Agree) {
  const std::uint64_t first = number_from_environment("DRAWBRIDGE_SEED", 1);
  const std::uint64_t pairs = number_from_environment("DRAWBRIDGE_PAIRS", 12'000);
  Tally tally;
  for (std::uint64_t seed = first; tally.pairs < pairs; ++seed) {
    judge_policy(seed, false, tally);
    if (HasFatalFailure()) return;
  }
  std::printf("%llu pairs: %llu dropped, %llu rejected, %llu decided by a rule that a person wrote\n",
              static_cast<unsigned long long>(tally.pairs), static_cast<unsigned long long>(tally.dropped),
              static_cast<unsigned long long>(tally.rejected), static_cast<unsigned long long>(tally.by_people));
  // Else the pools of values are too wide to prove anything.
  EXPECT_GT(tally.dropped, tally.pairs / 10);
  EXPECT_GT(tally.pairs - tally.dropped - tally.rejected, tally.pairs / 10);
  EXPECT_GT(tally.rejected, tally.pairs / 100);
  EXPECT_GT(tally.by_people, tally.pairs / 30);
}

// Whatever can be read of spoiled files compiles, and does what the program says.
TEST(Judges, AgreeOnSpoiledFiles) {
  const std::uint64_t pairs = number_from_environment("DRAWBRIDGE_PAIRS", 12'000) / 2;
  Tally tally;
  for (std::uint64_t seed = number_from_environment("DRAWBRIDGE_SEED", 1); tally.pairs < pairs; ++seed) {
    judge_policy(seed, true, tally);
    if (HasFatalFailure()) return;
  }
}

/// One rule of some file: where its line begins and ends.
struct RuleLine {
  std::size_t file = 0, begin = 0, end = 0;
  bool accepts = false;
};

std::optional<RuleLine> any_rule(const Files& files, Dice& dice) {
  std::vector<RuleLine> found;
  for (std::size_t file = 0; file < files.size(); ++file) {
    const std::string& text = files[file].text;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin) + 1;
      const std::string_view line = std::string_view(text).substr(begin, end - begin);
      if (line.starts_with("IN ") || line.starts_with("OUT ") || line.starts_with("FORWARD "))
        found.push_back({file, begin, end, line.find("ACCEPT") != std::string_view::npos});
      begin = end;
    }
  }
  return found.empty() ? std::nullopt : std::optional(dice.one_of(found));
}

rules::Program program_of(const Files& files) { return firewall::build_program(policy_of(files).policy, facts_of_scene()); }

/// Packets that pass with `wider` or don't pass with `narrower` are all there may be.
void expect_within(const rules::Program& narrower, const rules::Program& wider, bool equal, Dice& dice, const std::string& story) {
  static const firewall::NodeFacts facts = facts_of_scene();
  static const auto everywhere = zones();
  for (const Frame& frame : random_frames(dice, 40)) {
    rules::Packet packet = rules::parse_frame(frame.bytes);
    packet[rules::Field::connection_state] = static_cast<std::uint8_t>(state_of(packet, rules::ConnectionState::fresh));
    const firewall::Zone& from = everywhere.at(frame.port + 1);
    for (const auto& to : everywhere) {
      if (to == from) continue;
      const bool less = travel(narrower, from, to, packet, facts).verdict == rules::Verdict::accept;
      const bool more = travel(wider, from, to, packet, facts).verdict == rules::Verdict::accept;
      ASSERT_TRUE(equal ? less == more : !less || more) << story << describe(frame) << describe(packet);
    }
  }
}

// Without an ACCEPT nothing more passes, without a DROP or REJECT nothing less; and a line that is not understood is as none at all.
TEST(Policies, OpenNoWiderThanWritten) {
  std::uint64_t tried = 0;
  const std::uint64_t policies = number_from_environment("DRAWBRIDGE_PAIRS", 12'000) / 200;
  for (std::uint64_t seed = number_from_environment("DRAWBRIDGE_SEED", 1); tried < policies; ++seed) {
    Dice dice(seed);
    const Files files = random_files(dice);
    const auto rule = any_rule(files, dice);
    if (!rule) continue;
    ++tried;
    Files without = files, broken = files;
    const std::string line = files[rule->file].text.substr(rule->begin, rule->end - rule->begin);
    without[rule->file].text.erase(rule->begin, line.size());
    const std::string word = rule->accepts ? "ACCEPT" : line.find("DROP") != std::string::npos ? "DROP" : "REJECT";
    static const char* const kMistakes[] = {" -dport 80 -icmp-type 8", " -source +nosuch", " -p nosuch", " -source 10.0.0.1,fd00::1",
                                            " -what 7"};
    broken[rule->file].text.insert(rule->end, "IN " + word + dice.any(kMistakes) + "\n");
    ASSERT_NE(policy_of(broken).complaints, "") << "DRAWBRIDGE_SEED=" << seed << "\n" << format_files(broken);
    const auto story =
        "DRAWBRIDGE_SEED=" + std::to_string(seed) + ", without or behind " + files[rule->file].name + ": " + line + format_files(files);
    const auto whole = program_of(files), less = program_of(without), more = program_of(broken);
    if (rule->accepts) expect_within(less, whole, false, dice, story);
    if (!rule->accepts) expect_within(whole, less, false, dice, story);
    expect_within(whole, more, true, dice, story);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace drawbridge::packets
