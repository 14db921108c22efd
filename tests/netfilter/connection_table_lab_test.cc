// Connections of the kernel that runs here: read, and forgotten.
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <chrono>

#include "netfilter/attribute_writer.h"
#include "netfilter/connection_table.h"
#include "netfilter/netlink_reply.h"
#include "tests/netfilter/ruleset_lab.h"

namespace drawbridge::netfilter {
namespace {

class Connections : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "only root may make network namespaces";
    socket_ = mnl_socket_open(NETLINK_NETFILTER);
    ASSERT_EQ(mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID), 0);
    auto opened = ConnectionTable::open();
    ASSERT_TRUE(opened) << opened.error().what;
    table_.emplace(std::move(*opened));
    if (!table_->read()) GTEST_SKIP() << "this kernel does not tell its connections";
  }
  void TearDown() override {
    if (socket_ != nullptr) mnl_socket_close(socket_);
  }

  static void tuple(AttributeWriter& writer, std::uint16_t type, const rules::Flow& flow) {
    const auto outer = writer.begin_nest(type);
    const auto ip = writer.begin_nest(CTA_TUPLE_IP);
    writer.put(CTA_IP_V4_SRC, std::span(flow.source.bytes).first(4));
    writer.put(CTA_IP_V4_DST, std::span(flow.destination.bytes).first(4));
    writer.end_nest(ip);
    const auto protocol = writer.begin_nest(CTA_TUPLE_PROTO);
    writer.put_u8(CTA_PROTO_NUM, 17);
    writer.put_u16(CTA_PROTO_SRC_PORT, flow.source_port);
    writer.put_u16(CTA_PROTO_DST_PORT, flow.destination_port);
    writer.end_nest(protocol);
    writer.end_nest(outer);
  }
  /// As if it had been seen. Gives the kernel's errno.
  int make(const rules::Flow& flow, std::uint16_t zone, std::uint32_t mark) {
    std::vector<std::uint8_t> bytes(sizeof(nlmsghdr) + sizeof(nfgenmsg));
    AttributeWriter writer(bytes);
    tuple(writer, CTA_TUPLE_ORIG, flow);
    tuple(writer, CTA_TUPLE_REPLY, {flow.destination, flow.source, flow.destination_port, flow.source_port});
    writer.put_u32(CTA_TIMEOUT, 600);
    writer.put_u32(CTA_MARK, mark);
    writer.put_u32(CTA_STATUS, IPS_CONFIRMED | IPS_SEEN_REPLY);
    if (zone != 0) writer.put_u16(CTA_ZONE, zone);
    const nlmsghdr header{static_cast<std::uint32_t>(bytes.size()), NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_NEW,
                          NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0};
    const nfgenmsg generic{AF_INET, NFNETLINK_V0, 0};
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, &generic, sizeof generic);
    mnl_socket_sendto(socket_, bytes.data(), bytes.size());
    std::array<std::uint8_t, 4096> answer{};
    mnl_socket_recvfrom(socket_, answer.data(), answer.size());
    return refusal_of(reinterpret_cast<const nlmsghdr*>(answer.data()))->os_errno;
  }
  static rules::Flow flow(std::uint32_t number) {
    return {rules::ip_of(0x0a000000 + number, Family::ipv4), rules::ip_of(0xc0000201, Family::ipv4), 1234, 53};
  }

  mnl_socket* socket_ = nullptr;
  std::optional<ConnectionTable> table_;
};

TEST_F(Connections, AreReadAndForgottenOneByOne) {
  ASSERT_EQ(make(flow(1), 0, 100), 0);
  ASSERT_EQ(make(flow(1), 7, 101), 0) << "the same addresses in another zone";
  const auto found = table_->read();
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_EQ(found->size(), 2U);
  const auto zoned = std::ranges::find(*found, 7, &rules::Connection::zone);
  ASSERT_NE(zoned, found->end());
  EXPECT_EQ(zoned->mark, 101U);
  EXPECT_EQ(zoned->first, flow(1));
  EXPECT_EQ(zoned->answer.destination_port, 1234);
  EXPECT_EQ(zoned->protocol, 17);
  EXPECT_GT(zoned->timeout, 500U);
  EXPECT_EQ(table_->remove(std::vector{*zoned}).value(), 1U);
  const auto left = table_->read();
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().mark, 100U);
  EXPECT_EQ(table_->remove(std::vector{*zoned}).value(), 0U) << "it is gone already";
}

TEST_F(Connections, ManyAreQuick) {
  constexpr std::uint32_t kMany = 2'000;
  for (std::uint32_t at = 0; at < kMany; ++at) ASSERT_EQ(make(flow(at), 0, at), 0);
  const auto start = std::chrono::steady_clock::now();
  const auto all = table_->read();
  const auto read = std::chrono::steady_clock::now();
  ASSERT_EQ(all->size(), kMany);
  EXPECT_EQ(table_->remove(*all).value(), kMany);
  const auto removed = std::chrono::steady_clock::now();
  EXPECT_TRUE(table_->read()->empty());
  const auto per_entry = [](auto time) { return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count() / kMany; };
  printf("read %ld ns, removed %ld ns an entry\n", static_cast<long>(per_entry(read - start)),
         static_cast<long>(per_entry(removed - read)));
}

}  // namespace
}  // namespace drawbridge::netfilter
