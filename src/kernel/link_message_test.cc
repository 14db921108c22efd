#include "kernel/link_message.h"

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <rapidcheck/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/link_message_fuzz_body.h"
#include "kernel/operation_message.h"

namespace drawbridge::kernel {
namespace {

using network::AttributeValue;

// Messages of a real kernel (Linux 6.18), the bytes behind the netlink header.
std::string seed(const std::string& name) {
  std::ifstream file(std::string(DRAWBRIDGE_SOURCE_DIR "/fuzz/link_message/") + name, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}
Bytes view(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

network::Link decoded(const std::string& name) {
  auto raw = decode_link(view(seed(name)));
  if (!raw) return {};
  return resolve_link(std::move(*raw), [](std::uint32_t index) { return "if" + std::to_string(index); });
}

TEST(LinkMessage, Bridge) {
  const auto link = decoded("vmbr0");
  EXPECT_EQ(link.name, "vmbr0");
  EXPECT_EQ(link.kind, "bridge");
  EXPECT_EQ(link.alias, "hello");
  EXPECT_EQ(link.altnames, std::vector<std::string>{"the-first-bridge-of-this-node"});
  EXPECT_EQ(link.mtu, 1500U);
  EXPECT_EQ(link.max_mtu, 65535U);
  EXPECT_TRUE(link.ethernet);
  EXPECT_FALSE(link.loopback);
  EXPECT_FALSE(link.up);
  EXPECT_TRUE(link.master.empty());
  EXPECT_EQ(link.data.at("stp_state"), AttributeValue{std::uint64_t{1}});
  EXPECT_EQ(link.data.at("forward_delay"), AttributeValue{std::uint64_t{1500}});
  EXPECT_EQ(link.data.at("ageing_time"), AttributeValue{std::uint64_t{30000}});
  EXPECT_EQ(link.data.at("group_addr"), AttributeValue{std::string("01:80:c2:00:00:00")});
  EXPECT_EQ(link.data.at("bridge_id"), AttributeValue{"8000." + format_mac(link.mac)});
  EXPECT_FALSE(link.data.contains("gc_timer")) << "running clocks would make two dumps differ";
  EXPECT_TRUE(link.sysctl.contains("ipv4.forwarding"));
  EXPECT_TRUE(link.sysctl.contains("ipv6.disable_ipv6"));
}

TEST(LinkMessage, BridgePort) {
  const auto link = decoded("e0");
  EXPECT_EQ(link.kind, "veth");
  EXPECT_TRUE(link.up);
  EXPECT_FALSE(link.master.empty());
  EXPECT_FALSE(link.parent.empty());
  EXPECT_NE(link.master, link.parent);
  EXPECT_EQ(link.port.at("cost"), AttributeValue{std::uint64_t{2}});
  EXPECT_EQ(link.port.at("learning"), AttributeValue{std::uint64_t{1}});
  EXPECT_TRUE(std::holds_alternative<std::string>(link.port.at("state")));
}

TEST(LinkMessage, OtherKinds) {
  const auto loopback = decoded("lo");
  EXPECT_TRUE(loopback.loopback);
  EXPECT_FALSE(loopback.ethernet);
  EXPECT_EQ(loopback.kind, "");
  EXPECT_EQ(loopback.min_mtu, 0U);
  const auto vxlan = decoded("vx");
  EXPECT_EQ(vxlan.data.at("id"), AttributeValue{std::uint64_t{5}});
  EXPECT_EQ(vxlan.data.at("port"), AttributeValue{std::uint64_t{4789}});
  EXPECT_EQ(vxlan.data.at("local"), AttributeValue{std::string("10.0.0.1")});
  EXPECT_TRUE(vxlan.data.contains("link"));
  EXPECT_EQ(decoded("mv").data.at("mode"), AttributeValue{std::string("bridge")});
  EXPECT_EQ(decoded("tap100i0").data.at("type"), AttributeValue{std::string("tap")});
}

TEST(LinkMessage, EverySeedHoldsTheInvariants) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DRAWBRIDGE_SOURCE_DIR "/fuzz/link_message")) {
    EXPECT_EQ(check_message(seed(entry.path().filename())), "") << entry.path();
    ++count;
  }
  EXPECT_GE(count, 7U);
}

TEST(LinkMessage, CutAnywhereItStaysInBounds) {
  for (const auto* name : {"vmbr0", "e0", "vx"}) {
    const auto whole = seed(name);
    // A copy of exactly that size, so that the sanitizer sees one byte too many.
    for (std::size_t size = 0; size <= whole.size(); ++size) EXPECT_EQ(check_message(std::string(whole.data(), size)), "") << size;
  }
}

RC_GTEST_PROP(LinkMessage, DamagedItStaysInBounds, ()) {
  auto message = seed(*rc::gen::element<std::string>("vmbr0", "e0", "vx", "mv", "tap100i0"));
  const auto hits = *rc::gen::inRange(1, 20);
  for (int i = 0; i < hits; ++i) message[*rc::gen::inRange<std::size_t>(0, message.size())] = *rc::gen::arbitrary<char>();
  RC_ASSERT(check_message(message).empty());
}

TEST(LinkMessage, AParentInAnotherNamespaceIsNone) {
  Message message(RTM_NEWLINK, 0, ifinfomsg{0, 0, 1, 7, 0, 0});
  message.put_text(IFLA_IFNAME, "veth100i0");
  message.put_u32(IFLA_LINK, 3);
  constexpr std::size_t kNetlinkHeader = 16;
  EXPECT_EQ(decode_link(message.finish(1).subspan(kNetlinkHeader))->parent_index, 3U);
  message.put_u32(IFLA_LINK_NETNSID, 0);
  EXPECT_EQ(decode_link(message.finish(1).subspan(kNetlinkHeader))->parent_index, 0U);
}

TEST(LinkMessage, ThePartnerOfAnLacpBondStandsInItsData) {
  Message message(0, 0, std::uint32_t{0});
  message.put_u8(IFLA_BOND_MODE, 4);
  const auto nest = message.begin_nest(IFLA_BOND_AD_INFO);
  message.put_u16(IFLA_BOND_AD_INFO_AGGREGATOR, 2);
  message.put_u16(IFLA_BOND_AD_INFO_NUM_PORTS, 1);
  message.put_mac(IFLA_BOND_AD_INFO_PARTNER_MAC, parse_mac("02:00:00:00:0b:0b").value());
  message.end_nest(nest);
  constexpr std::size_t kHeaders = 20;
  const auto data = decode_attributes(kBond.data, message.finish(1).subspan(kHeaders), {});
  EXPECT_EQ(data.at("mode"), AttributeValue{std::string("802.3ad")});
  EXPECT_EQ(data.at("ad_aggregator"), AttributeValue{std::uint64_t{2}});
  EXPECT_EQ(data.at("ad_partner_mac"), AttributeValue{std::string("02:00:00:00:0b:0b")});
  EXPECT_FALSE(data.contains("ad_actor_key"));
}

TEST(LinkMessage, AVlanWithoutFlagsHasThemOff) {
  Message message(0, 0, std::uint32_t{0});
  message.put_u16(IFLA_VLAN_ID, 5);
  constexpr std::size_t kHeaders = 20;
  const auto data = decode_attributes(kVlan.data, message.finish(1).subspan(kHeaders), {});
  EXPECT_EQ(data.at("reorder_hdr"), AttributeValue{std::uint64_t{0}});
  EXPECT_EQ(data.at("loose_binding"), AttributeValue{std::uint64_t{0}});
}

TEST(DumpMessage, OnlyLastingDestinationsOfAVxlanAreTold) {
  const auto entry = [](std::uint16_t state, std::uint8_t flags, bool with_destination, bool with_vni) {
    ndmsg header{};
    header.ndm_family = AF_BRIDGE;
    header.ndm_ifindex = 7;
    header.ndm_state = state;
    header.ndm_flags = flags;
    Message message(RTM_NEWNEIGH, 0, header);
    message.put_mac(NDA_LLADDR, MacAddress{});
    if (with_destination) message.put_ip(NDA_DST, parse_ip("10.0.0.8").value());
    if (with_vni) message.put_u32(NDA_VNI, 9);
    constexpr std::size_t kNetlinkHeader = 16;
    return decode_fdb(message.finish(1).subspan(kNetlinkHeader));
  };
  const auto told = entry(NUD_PERMANENT | NUD_NOARP, NTF_SELF, true, false);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->index, 7U);
  EXPECT_EQ(format_ip(told->entry.destination), "10.0.0.8");
  EXPECT_FALSE(entry(NUD_REACHABLE, NTF_SELF, true, false)) << "learned";
  EXPECT_FALSE(entry(NUD_PERMANENT, NTF_MASTER, true, false)) << "a bridge's";
  EXPECT_FALSE(entry(NUD_PERMANENT, NTF_SELF, false, false)) << "leads nowhere";
  EXPECT_FALSE(entry(NUD_PERMANENT, NTF_SELF, true, true)) << "another VXLAN's";
}

// ---- Tables

TEST(AttributeTables, EachNameOnceAndEachNumberOnceExceptBits) {
  for (const auto* kind : link_kinds()) {
    EXPECT_EQ(find_kind(kind->name), kind);
    for (const auto table : {kind->data, kind->port}) {
      for (std::size_t i = 0; i < table.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
          EXPECT_NE(table[i].name, table[j].name);
          EXPECT_TRUE(table[i].nest == 0 || table[i].access == Access::read_only) << table[i].name;
          const auto is_bit = [](const AttributeRow& row) { return row.shape == Shape::bit || row.shape == Shape::bit_or_absent; };
          const bool both_bits = is_bit(table[i]) && is_bit(table[j]) && table[i].bit != table[j].bit;
          EXPECT_TRUE(both_bits || table[i].number != table[j].number || table[i].nest != table[j].nest)
              << table[i].name << " and " << table[j].name;
        }
    }
  }
}

TEST(AttributeTables, UnknownKindsHaveNone) { EXPECT_EQ(find_kind("wireguard"), nullptr); }

Result<Message> set_bridge(network::Attributes data) {
  return encode_operation(network::SetLinkData{"vmbr0", "bridge", std::move(data)}, [](const std::string&) { return 7U; });
}

TEST(AttributeTables, RefusesWhatItCantEncode) {
  EXPECT_EQ(set_bridge({{"colour", std::uint64_t{1}}}).error().code, Errc::unsupported);
  EXPECT_EQ(set_bridge({{"root_id", std::string("8000.00:00:00:00:00:00")}}).error().code, Errc::unsupported);
  EXPECT_EQ(set_bridge({{"priority", std::uint64_t{65536}}}).error().code, Errc::invalid_input);
  EXPECT_EQ(set_bridge({{"priority", std::string("high")}}).error().code, Errc::invalid_input);
  EXPECT_EQ(set_bridge({{"vlan_protocol", std::string("802.1x")}}).error().code, Errc::invalid_input);
  EXPECT_EQ(set_bridge({{"group_addr", std::string("01:80")}}).error().code, Errc::invalid_input);
  EXPECT_EQ(set_bridge({{"no_linklocal_learn", std::uint64_t{2}}}).error().code, Errc::invalid_input);
}

TEST(AttributeTables, WordsMayBeWrittenInAnyCaseOrAsNumbers) {
  for (const AttributeValue& value :
       {AttributeValue{std::string("802.1AD")}, AttributeValue{std::string("34984")}, AttributeValue{std::uint64_t{0x88A8}}})
    EXPECT_TRUE(set_bridge({{"vlan_protocol", value}}));
}

TEST(AttributeTables, BitsOfOneAttributeTravelTogether) {
  auto message = set_bridge({{"no_linklocal_learn", std::uint64_t{1}}, {"mcast_vlan_snooping", std::uint64_t{0}}}).value();
  constexpr std::size_t kHeaders = 32;
  const AttributeIndex attributes(message.finish(1).subspan(kHeaders), IFLA_MAX);
  const AttributeIndex info(attributes.nest(IFLA_LINKINFO), IFLA_INFO_MAX);
  const AttributeIndex data(info.nest(IFLA_INFO_DATA), IFLA_BR_MAX);
  const auto pair = data.get<std::array<std::uint32_t, 2>>(IFLA_BR_MULTI_BOOLOPT);
  ASSERT_TRUE(pair);
  EXPECT_EQ((*pair)[0], 1U);
  EXPECT_EQ((*pair)[1], 3U);
}

TEST(OperationMessage, ALinkNobodyKnowsIsEnodev) {
  const auto none = [](const std::string&) { return 0U; };
  EXPECT_EQ(encode_operation(network::SetMaster{"e0", "vmbr9"}, none).error().os_errno, ENODEV);
  EXPECT_EQ(encode_operation(network::AddAddress{}, none).error().os_errno, ENODEV);
  EXPECT_EQ(encode_operation(network::CreateLink{"v", "vlan", {}, {}, {}, "vmbr9"}, none).error().os_errno, ENODEV);
}

TEST(OperationMessage, HooksAndSysctlsAreNoRequests) {
  const auto any = [](const std::string&) { return 1U; };
  EXPECT_EQ(encode_operation(network::RunHook{}, any).error().code, Errc::bug);
  EXPECT_EQ(encode_operation(network::SetSysctl{}, any).error().code, Errc::bug);
}

}  // namespace
}  // namespace drawbridge::kernel
