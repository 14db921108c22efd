#include "nftables/live_compiler.h"

#include <gtest/gtest.h>

#include "nftables/delta_testing.h"
#include "nftables/difference.h"
#include "nftables/text.h"

namespace drawbridge::nftables {
namespace {

using rules::Stage;

constexpr std::array kStages{Stage::guest_out, Stage::guest_in, Stage::vnet, Stage::host_in, Stage::forward, Stage::frame_gate};

/// A list that is gone, one that jumps to itself, ports that come and go, another stage, a file more.
void disturb(rules::Program& program, Dice& dice) {
  if (dice.one_in(12)) program.lists.erase(std::next(program.lists.begin(), static_cast<std::ptrdiff_t>(dice.below(program.lists.size()))));
  if (dice.one_in(12) && !program.lists.empty()) {
    auto& list = program.lists.begin()->second;
    rules::List circle = *list;
    circle.rules.push_back({{}, rules::Jump{program.lists.begin()->first}, {}, {}});
    list = std::make_shared<const rules::List>(std::move(circle));
  }
  if (dice.one_in(4) && !program.lists.empty()) program.dispatch_tables["ports"]["tap9i9"] = program.lists.rbegin()->first;
  if (dice.one_in(4)) program.port_tables["guests"]["tap9i9"] = rules::NumberSet::of(dice.below(70000));
  if (dice.one_in(6)) program.files.emplace_back("another.fw");
  if (dice.one_in(12)) program.files.front() += "x";
  if (dice.one_in(12)) program.log_limit.enabled = !program.log_limit.enabled;
  if (dice.one_in(6)) {
    auto set = std::make_shared<rules::AddressSet>();
    for (unsigned host = 0; host < 300; ++host) set->ipv4 = unite(set->ipv4, rules::NumberSet::of(0x0a000000 + host * 2));
    program.sets["dc/mixed"] = std::move(set);
  }
}

std::string text_of(const Ruleset& ruleset) { return ruleset.tables.empty() ? "" : format_ruleset(ruleset); }

TEST(LiveCompiler, EqualsWhatIsCompiledFromNothing) {
  std::size_t compiled = 0, refused = 0, small = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Stage stage = kStages.at(seed % kStages.size());
    Dice dice(seed);
    rules::Program program = dice.program(stage);
    const CompileOptions options{.table = "drawbridge", .counters = seed % 5 == 0, .merge = seed % 2 == 0};
    LiveCompiler live(options);
    Ruleset kernel{"drawbridge", {}};
    for (std::uint64_t step = 0; step < 8; ++step) {
      if (step > 0) program = edited(std::move(program), stage, seed * 100 + step);
      if (step > 0) disturb(program, dice);
      const auto whole = compile(program, options);
      const auto done = live.update(program);
      ASSERT_EQ(done.has_value(), whole.has_value()) << "seed " << seed << " step " << step;
      if (!whole) {
        ++refused;
        EXPECT_EQ(done.error().what, whole.error().what);
        program = dice.program(stage);
        continue;
      }
      ++compiled;
      ASSERT_EQ(find_differences(*whole, live.ruleset()).count, 0U) << "seed " << seed << " step " << step;
      ASSERT_EQ(text_of(live.ruleset()), text_of(*whole)) << "seed " << seed << " step " << step;
      if (dice.one_in(3)) continue;  // the kernel refuses, or hears of several at once
      const auto change = live.change();
      if (!change.from.tables.empty() &&
          change.from.tables.at(TableFamily::bridge).chains.size() < kernel.tables[TableFamily::bridge].chains.size())
        ++small;
      kernel = apply_delta(std::move(kernel), make_delta(change.from, change.to));
      live.settle();
      ASSERT_EQ(text_of(kernel), text_of(*whole)) << "seed " << seed << " step " << step;
    }
  }
  EXPECT_GT(compiled, 1500U);
  EXPECT_GT(refused, 25U);
  EXPECT_GT(small, 150U);  // else everything is always made anew
}

TEST(LiveCompiler, ProgramsThatShareTheirListsChangeNothing) {
  Dice dice(7);
  const rules::Program program = dice.program(Stage::guest_in);
  LiveCompiler live;
  ASSERT_TRUE(live.update(program));
  live.settle();
  rules::Program copy = program;
  for (auto& [name, list] : copy.lists) list = std::make_shared<const rules::List>(*list);  // equal, not shared
  ASSERT_TRUE(live.update(copy));
  const auto change = live.change();
  EXPECT_TRUE(make_delta(change.from, change.to).tables.empty());
}

}  // namespace
}  // namespace drawbridge::nftables
