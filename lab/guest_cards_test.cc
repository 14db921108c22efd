#include "lab/guest_cards.h"

#include <gtest/gtest.h>

#include "lab/world_plan.h"

namespace drawbridge::lab {
namespace {

Scenario with_guest(unsigned vmid) {
  Scenario scenario;
  scenario.folder = "s";
  scenario.guests = {{"web", vmid, {{1, "", {}}}, {}}};
  return scenario;
}

TEST(GuestCards, ComeFromTheGuestsFile) {
  Scenario vm = with_guest(110);
  ASSERT_TRUE(place_cards({{"qemu-server/110.conf", "net1: virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=4\n"}}, vm));
  const GuestPort& port = vm.guests[0].ports[0];
  EXPECT_EQ(port.card->queue_count(), 4U);
  EXPECT_EQ(node_end(vm.guests[0], port), "tap110i1");
  EXPECT_EQ(make_guest_plan(vm).cables, "") << "taps are not made by commands";

  Scenario container = with_guest(111);
  ASSERT_TRUE(place_cards({{"lxc/111.conf", "net1: name=lan,bridge=vmbr0,hwaddr=BC:24:11:00:00:02\n"}}, container));
  EXPECT_EQ(make_guest_plan(container).cables, "link add name veth111i1 type veth peer name eth1 address bc:24:11:00:00:02 netns web\n")
      << "made, and left to the service";
}

TEST(GuestCards, FaultsNameTheirPlace) {
  const auto fault = [](const GuestTexts& texts) {
    Scenario scenario = with_guest(110);
    const auto placed = place_cards(texts, scenario);
    return placed ? "none" : placed.error().what + " " + placed.error().where.file;
  };
  EXPECT_EQ(fault({}), "guest web has no file qemu-server/110.conf or lxc/110.conf in the scenario's folder ");
  EXPECT_EQ(fault({{"qemu-server/110.conf", "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n"}}),
            "guest web has no card net1 s/qemu-server/110.conf");
  EXPECT_EQ(fault({{"qemu-server/110.conf", "net1: virtio,bridge=vmbr0\n"}}), "a card of a scenario needs its MAC s/qemu-server/110.conf");
  EXPECT_TRUE(fault({{"qemu-server/110.conf", "net1: virtio,brigde=vmbr0\n"}}).contains("s/qemu-server/110.conf:1:")) << "file:line:column";
}

TEST(GuestCards, PortsWithABridgeNeedNoFile) {
  Scenario scenario = with_guest(110);
  scenario.guests[0].ports[0].bridge = "vmbr0";
  EXPECT_TRUE(place_cards({}, scenario));
}

}  // namespace
}  // namespace drawbridge::lab
