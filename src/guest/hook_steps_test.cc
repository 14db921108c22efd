#include "guest/hook_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drawbridge::guest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Guest guest_of(Vmid vmid, Kind kind, const std::string& text) {
  return make_guest(parse_document(text, std::to_string(vmid)), vmid, kind, "n");
}

Inventory inventory() {
  return {{guest_of(100, Kind::qemu,
                    "name: mail\nnet0: virtio=52:54:00:6B:3C:01,bridge=vmbr0\nnet1: virtio=52:54:00:6B:3C:03,bridge=vmbr0\nnet2: "
                    "virtio=52:54:00:6B:3C:05\n"),
           guest_of(101, Kind::lxc, "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01\n")}};
}

DomainInterface interface_of(const std::string& type, int last, const std::string& device) {
  return {type, *parse_mac("52:54:00:6b:3c:0" + std::to_string(last)), device, {"d", 1, 1}};
}

std::string text_of(const HookStep& step) {
  return (step.action == PortAction::plug ? "plug " : "unplug ") + std::to_string(step.vmid) + " net" + std::to_string(step.nic.slot) +
         " " + step.device;
}

std::vector<std::string> texts_of(const HookSteps& steps) {
  std::vector<std::string> texts;
  for (const auto& step : steps.steps) texts.push_back(text_of(step));
  return texts;
}

LibvirtCall call(const std::string& operation) { return *read_libvirt_call({"news", operation, "begin", "-"}); }

TEST(LibvirtSteps, AreOfTheCardsThatHaveTheAddress) {
  const std::vector<DomainInterface> interfaces{interface_of("bridge", 1, "vnet7"), interface_of("network", 2, "vnet8")};
  const auto started = libvirt_steps(call("started"), interfaces, inventory());
  EXPECT_THAT(texts_of(*started), ElementsAre("plug 100 net0 vnet7"));
  EXPECT_TRUE(started->notes.empty());
  EXPECT_EQ(started->steps[0].where.line, 2U);
  EXPECT_THAT(texts_of(*libvirt_steps(call("stopped"), interfaces, inventory())), ElementsAre("unplug 100 net0 vnet7"));
  EXPECT_TRUE(libvirt_steps(call("release"), interfaces, inventory())->steps.empty());
}

TEST(LibvirtSteps, LeaveOthersDomainsAlone) {
  const auto steps = libvirt_steps(call("started"), {interface_of("network", 9, "vnet8")}, inventory());
  EXPECT_TRUE(steps->steps.empty());
  EXPECT_THAT(steps->notes, ElementsAre(HasSubstr("no card of domain 'news'")));
}

TEST(LibvirtSteps, LeaveAloneWhatHasNoPort) {
  const auto steps =
      libvirt_steps(call("started"), {interface_of("direct", 3, "macvtap0"), interface_of("bridge", 5, "vnet1")}, inventory());
  EXPECT_TRUE(steps->steps.empty());
  EXPECT_THAT(steps->notes, ElementsAre(HasSubstr("type direct has no port"), HasSubstr("names no bridge")));
}

TEST(LibvirtSteps, KnowWhenADeviceMustBeNamed) {
  const std::vector<DomainInterface> unnamed{interface_of("bridge", 1, "")};
  EXPECT_THAT(libvirt_steps(call("start"), unnamed, inventory())->notes, ElementsAre(HasSubstr("not made yet")));
  EXPECT_THAT(libvirt_steps(call("stopped"), unnamed, inventory())->notes, ElementsAre(HasSubstr("gone")));
  const auto started = libvirt_steps(call("started"), unnamed, inventory());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::not_found);
  EXPECT_THAT(started.error().what, HasSubstr("net0 of VM 100 (mail)"));
}

TEST(LibvirtSteps, DoNotChooseBetweenTwo) {
  Inventory two = inventory();
  two.guests.push_back(guest_of(102, Kind::qemu, "net3: virtio=52:54:00:6B:3C:01,bridge=vmbr1\n"));
  const auto steps = libvirt_steps(call("started"), {interface_of("bridge", 1, "vnet7")}, two);
  ASSERT_FALSE(steps);
  EXPECT_EQ(steps.error().code, Errc::conflict);
  EXPECT_THAT(steps.error().what, HasSubstr("VM 102"));
}

TEST(LxcStep, GoesByTheNameAndThenByTheAddress) {
  const auto lxc = [](const std::string& device, const std::string& mac) {
    const auto address = parse_mac(mac);
    const auto step = lxc_step({PortAction::plug, "web", device}, address ? std::optional(*address) : std::nullopt, inventory());
    return step ? text_of(*step) : step.error().what;
  };
  EXPECT_EQ(lxc("veth101i0", ""), "plug 101 net0 veth101i0");
  EXPECT_EQ(lxc("vethX3aQ9f", "bc:24:11:00:00:01"), "plug 101 net0 vethX3aQ9f");
  for (const auto* device : {"veth101i1", "veth100i0", "tap100i0", "web0"})
    EXPECT_THAT(lxc(device, ""), HasSubstr("is no card of a guest of this node")) << device;
  EXPECT_THAT(lxc("web0", "bc:24:11:00:00:09"), HasSubstr("container 'web'"));
}

}  // namespace
}  // namespace drawbridge::guest
