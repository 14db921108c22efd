#include "hypervisor/live_change.h"

#include <gtest/gtest.h>

#include "guest/nic_string.h"

namespace drawbridge::hypervisor {
namespace {

using Kind = CardPlan::Kind;

guest::Nic card(const std::string& text) {
  auto read = guest::parse_nic(text, guest::Kind::qemu, 1, {});
  EXPECT_TRUE(read.nic) << text;
  return read.nic.value_or(guest::Nic{});
}

const std::string kCard = "virtio=BC:24:11:5A:07:E1,bridge=vmbr0";

CardPlan plan(const std::string& before, const std::string& after, bool may_plug = true) {
  return plan_card(card(before), card(after), may_plug);
}

TEST(LiveChange, OfEachPropertyIsThatOfTheTable) {
  const struct {
    std::string before;
    std::string after;
    Kind kind;
    bool blink;
  } kCases[] = {
      {kCard, kCard, Kind::nothing, false},
      {kCard, "virtio=bc:24:11:5a:07:e1,bridge=vmbr0", Kind::nothing, false},
      {kCard, kCard + ",queues=1", Kind::nothing, false},
      {kCard, kCard + ",mtu=1", Kind::nothing, false},
      {kCard, kCard + ",firewall=0", Kind::nothing, false},
      {kCard, kCard + ",rate=0", Kind::nothing, false},
      {kCard, "e1000=BC:24:11:5A:07:E1,bridge=vmbr0", Kind::replug, false},
      {kCard, "virtio=BC:24:11:5A:07:E2,bridge=vmbr0", Kind::replug, false},
      {kCard, kCard + ",queues=4", Kind::replug, false},
      {kCard, kCard + ",mtu=1400", Kind::replug, false},
      {kCard, "virtio=BC:24:11:5A:07:E1", Kind::replug, false},
      {kCard, "virtio=BC:24:11:5A:07:E1,bridge=vmbr1", Kind::rewire, true},
      {kCard, kCard + ",tag=44", Kind::rewire, true},
      {kCard, kCard + ",trunks=2;3", Kind::rewire, false},
      {kCard, kCard + ",firewall=1", Kind::rewire, false},
      {kCard, kCard + ",rate=5", Kind::rewire, false},
      {kCard, kCard + ",link_down=1", Kind::set_link, false},
      {kCard, kCard + ",host-tunnel=1", Kind::at_next_start, false},
      {"virtio=BC:24:11:5A:07:E1", "virtio=BC:24:11:5A:07:E1,tag=4", Kind::nothing, false},
  };
  for (const auto& [before, after, kind, blink] : kCases) {
    const auto forward = plan(before, after);
    EXPECT_EQ(forward.kind, kind) << before << " -> " << after;
    EXPECT_EQ(forward.blink, blink) << before << " -> " << after;
    EXPECT_EQ(plan(after, before).kind, kind) << after << " -> " << before;
  }
}

TEST(LiveChange, OfSeveralPropertiesIsTheStrongest) {
  EXPECT_EQ(plan(kCard, "e1000=BC:24:11:5A:07:E1,bridge=vmbr1,link_down=1").kind, Kind::replug);
  const auto both = plan(kCard, kCard + ",tag=4,rate=3,link_down=1");
  EXPECT_EQ(both, (CardPlan{Kind::rewire, true, true, {}}));
}

TEST(LiveChange, OfWholeCards) {
  EXPECT_EQ(plan_card(std::nullopt, card(kCard), true).kind, Kind::plug);
  EXPECT_EQ(plan_card(card(kCard), std::nullopt, true).kind, Kind::unplug);
  EXPECT_EQ(plan_card(std::nullopt, std::nullopt, true).kind, Kind::nothing);
}

TEST(LiveChange, WaitsWhereNothingMayBePlugged) {
  EXPECT_EQ(plan_card(std::nullopt, card(kCard), false).kind, Kind::at_next_start);
  EXPECT_EQ(plan_card(card(kCard), std::nullopt, false).kind, Kind::at_next_start);
  const auto model = plan(kCard, "e1000=BC:24:11:5A:07:E1,bridge=vmbr0", false);
  EXPECT_EQ(model.kind, Kind::at_next_start);
  EXPECT_FALSE(model.why.empty());
  EXPECT_EQ(plan(kCard, kCard + ",tag=4", false).kind, Kind::rewire);
  EXPECT_EQ(plan(kCard, "ne2k_isa=BC:24:11:5A:07:E1,bridge=vmbr0").kind, Kind::at_next_start);
}

TEST(LiveChange, OfOtherKeys) {
  EXPECT_EQ(effect_of("description"), Effect::at_once);
  EXPECT_EQ(effect_of("onboot"), Effect::at_once);
  EXPECT_EQ(effect_of("net3"), Effect::card);
  for (const char* key : {"memory", "cores", "scsi0", "ipconfig0", "net32", "whatever"})
    EXPECT_EQ(effect_of(key), Effect::at_next_start) << key;
}

}  // namespace
}  // namespace drawbridge::hypervisor
