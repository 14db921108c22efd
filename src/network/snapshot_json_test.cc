#include "network/snapshot_json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

#include "network/snapshot_order.h"

namespace drawbridge::network {
namespace {

// ---- Any snapshot whatever, kernel-possible or not

template <class T>
rc::Gen<T> number() {
  return rc::gen::oneOf(rc::gen::arbitrary<T>(), rc::gen::just(std::numeric_limits<T>::max()), rc::gen::just(T{}));
}
// Any bytes but NUL, which ends every text of the kernel.
rc::Gen<std::string> text() { return rc::gen::container<std::string>(rc::gen::nonZero<char>()); }

IpAddress any_ip() {
  IpAddress address;
  address.family = *rc::gen::element(Family::ipv4, Family::ipv6);
  for (std::size_t i = 0; i < address.width() / 8U; ++i) address.bytes.at(i) = *rc::gen::arbitrary<std::uint8_t>();
  return address;
}
InterfaceAddress any_interface_address() {
  const auto address = any_ip();
  return {address, static_cast<std::uint8_t>(*rc::gen::inRange(0, address.width() + 1))};
}
Prefix any_prefix() { return network_of(any_interface_address()); }
MacAddress any_mac() { return {*rc::gen::container<std::array<std::uint8_t, 6>>(rc::gen::arbitrary<std::uint8_t>())}; }
bool any_bool() { return *rc::gen::arbitrary<bool>(); }
template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (any_bool()) return make();
  return std::nullopt;
}
// Keys are ASCII by the attribute tables.
template <class Map, class Make>
Map any_map(Make make) {
  Map map;
  const auto size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) map["key" + std::to_string(*rc::gen::inRange(0, 9))] = make();
  return map;
}
AttributeValue any_attribute() {
  if (any_bool()) return *number<std::uint64_t>();
  return *text();
}

Link any_link() {
  Link link;
  link.name = *rc::gen::nonEmpty(text());
  link.index = *number<std::uint32_t>();
  link.altnames = *rc::gen::container<std::vector<std::string>>(text());
  std::ranges::sort(link.altnames);
  link.kind = *text();
  link.ethernet = any_bool();
  link.loopback = any_bool();
  link.up = any_bool();
  link.carrier = any_bool();
  link.operstate = *text();
  link.mtu = *number<std::uint32_t>();
  link.min_mtu = *number<std::uint32_t>();
  link.max_mtu = *number<std::uint32_t>();
  link.mac = any_mac();
  link.permanent_mac = maybe(any_mac);
  link.master = *text();
  link.rate = {*number<std::uint64_t>(), *number<std::uint64_t>()};
  link.parent = *text();
  link.alias = *text();
  link.data = any_map<Attributes>(any_attribute);
  link.port = any_map<Attributes>(any_attribute);
  link.sysctl = any_map<decltype(link.sysctl)>([] { return *number<std::uint32_t>(); });
  return link;
}

Address any_address() {
  Address address;
  address.link = *text();
  address.address = any_interface_address();
  address.peer = maybe(any_ip);
  address.broadcast = maybe(any_ip);
  address.scope = *number<std::uint8_t>();
  address.label = *text();
  address.secondary = any_bool();
  address.permanent = any_bool();
  address.tentative = any_bool();
  address.dad_failed = any_bool();
  address.protocol = *number<std::uint8_t>();
  address.preferred.seconds = *rc::gen::element(0U, 60U, PreferredLifetime::kForever);
  return address;
}

Route any_route() {
  Route route;
  route.destination = any_prefix();
  const auto hops = *rc::gen::inRange(0, 3);
  for (int i = 0; i < hops; ++i) route.nexthops.push_back({maybe(any_ip), *text(), any_bool(), *number<std::uint32_t>()});
  route.table = *number<std::uint32_t>();
  route.metric = *number<std::uint32_t>();
  route.protocol = *number<std::uint8_t>();
  route.scope = *number<std::uint8_t>();
  route.type = *number<std::uint8_t>();
  route.preferred_source = maybe(any_ip);
  return route;
}

Rule any_rule() {
  Rule rule;
  rule.family = *rc::gen::element(Family::ipv4, Family::ipv6);
  rule.priority = *number<std::uint32_t>();
  rule.source = maybe(any_prefix);
  rule.destination = maybe(any_prefix);
  rule.in_link = *text();
  rule.out_link = *text();
  rule.mark = *number<std::uint32_t>();
  rule.table = *number<std::uint32_t>();
  rule.action = *number<std::uint8_t>();
  return rule;
}

template <class Make>
auto any_list(Make make) {
  std::vector<decltype(make())> list(static_cast<std::size_t>(*rc::gen::inRange(0, 4)));
  for (auto& element : list) element = make();
  return list;
}

Snapshot any_snapshot() {
  Snapshot snapshot;
  for (auto& link : any_list(any_link)) snapshot.links.insert_or_assign(link.name, link);
  snapshot.addresses = any_list(any_address);
  snapshot.routes = any_list(any_route);
  snapshot.rules = any_list(any_rule);
  snapshot.bridge_vlans =
      any_list([] { return BridgeVlan{*text(), *number<std::uint16_t>(), *number<std::uint16_t>(), any_bool(), any_bool(), any_bool()}; });
  snapshot.qdiscs = any_list([] { return Qdisc{*text(), *text(), *number<std::uint32_t>(), *number<std::uint32_t>()}; });
  snapshot.fdb = any_list([] { return FdbEntry{*text(), any_mac(), any_ip()}; });
  snapshot.dhcp_clients = any_list([] { return DhcpClient{*text(), *rc::gen::element(Family::ipv4, Family::ipv6)}; });
  snapshot.port_fdb = any_list([] { return PortFdbEntry{*text(), any_mac(), *number<std::uint16_t>()}; });
  sort_snapshot(snapshot);
  return snapshot;
}

RC_GTEST_PROP(SnapshotJson, EverySnapshotComesBack, ()) {
  const auto snapshot = any_snapshot();
  const auto text_form = snapshot_to_json(snapshot);
  const auto again = snapshot_from_json(text_form, "s.json");
  RC_LOG() << text_form;
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == snapshot);
  RC_ASSERT(snapshot_to_json(*again) == text_form);
}

RC_GTEST_PROP(SnapshotJson, DamagedTextIsReadOrRefusedWithAPlace, ()) {
  auto damaged = snapshot_to_json(any_snapshot());
  const auto at = *rc::gen::inRange<std::size_t>(0, damaged.size());
  if (any_bool()) {
    damaged.resize(at);
  } else {
    damaged[at] = *rc::gen::arbitrary<char>();
  }
  const auto read = snapshot_from_json(damaged, "s.json");
  if (!read) {
    RC_ASSERT(read.error().code == Errc::invalid_input);
    RC_ASSERT(read.error().where.file == "s.json");
    RC_ASSERT(read.error().where.line > 0U);
  }
}

// ---- Written by hand

TEST(SnapshotJson, MembersWithTheirUsualValueMayBeLeftOut) {
  const auto snapshot = snapshot_from_json(R"({
    "links": [{"name": "vmbr0", "kind": "bridge", "mtu": 1500, "data": {"stp_state": 0, "group_addr": "01:80:c2:00:00:00"}},
              {"name": "enp5s0", "mac": "02:00:00:00:00:05", "master": "vmbr0", "up": true}],
    "addresses": [{"link": "vmbr0", "address": "100.64.0.102/22"}],
    "routes": [{"destination": "0.0.0.0/0", "nexthops": [{"gateway": "100.64.0.1", "link": "vmbr0"}]}]
  })",
                                           "hand.json");
  ASSERT_TRUE(snapshot) << snapshot.error().what;
  ASSERT_EQ(snapshot->links.size(), 2U);
  const auto& bridge = snapshot->links.at("vmbr0");
  EXPECT_EQ(bridge.data.at("stp_state"), AttributeValue{std::uint64_t{0}});
  EXPECT_EQ(bridge.data.at("group_addr"), AttributeValue{std::string("01:80:c2:00:00:00")});
  EXPECT_TRUE(bridge.ethernet);
  EXPECT_EQ(snapshot->links.at("enp5s0").master, "vmbr0");
  ASSERT_EQ(snapshot->addresses.size(), 1U);
  EXPECT_TRUE(snapshot->addresses[0].permanent);
  ASSERT_EQ(snapshot->routes.size(), 1U);
  EXPECT_EQ(snapshot->routes[0].table, 254U);
  EXPECT_EQ(snapshot->routes[0].nexthops[0].weight, 1U);
}

TEST(SnapshotJson, AnEmptyObjectIsAnEmptyKernel) { EXPECT_EQ(snapshot_from_json("{}", "f").value(), Snapshot{}); }

TEST(SnapshotJson, ListsInAnyOrderAreSorted) {
  const auto snapshot = snapshot_from_json(
      R"({"addresses":[{"link":"b","address":"10.0.0.1/8"},{"link":"a","address":"10.0.0.2/8"},{"link":"a","address":"10.0.0.1/8"}]})",
      "f");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->addresses[0].link, "a");
  EXPECT_EQ(format_interface_address(snapshot->addresses[0].address), "10.0.0.1/8");
  EXPECT_EQ(snapshot->addresses[2].link, "b");
}

// ---- Refusals

struct Refusal {
  std::string_view text;
  std::uint32_t line;
  std::uint32_t column;
  std::string_view what;  // a part of the sentence
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.text; }

class SnapshotJsonRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(SnapshotJsonRefusal, NamesThePlace) {
  const auto read = snapshot_from_json(GetParam().text, "s.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::invalid_input);
  EXPECT_EQ(read.error().where, (SourceLocation{"s.json", GetParam().line, GetParam().column})) << format_location(read.error().where);
  EXPECT_NE(read.error().what.find(GetParam().what), std::string::npos) << read.error().what;
}

INSTANTIATE_TEST_SUITE_P(
    Each, SnapshotJsonRefusal,
    testing::Values(Refusal{"", 1, 1, "ends too early"}, Refusal{"{\n\"links\": [", 2, 11, "ends too early"},
                    Refusal{"{\n  \"links\": nope}", 2, 12, "no valid JSON"}, Refusal{"{} {}", 1, 4, "more text"},
                    Refusal{"[]", 1, 1, "an object"}, Refusal{"{\"links\": {}}", 1, 11, "links: a list"},
                    Refusal{"{\n \"link\": []}", 2, 10, "unknown member \"link\""},
                    Refusal{"{\"links\":[{\"name\":\"a\"},\n{\"name\":\"b\",\"mtu\":-1}]}", 2, 19, "links[1].mtu: a whole number"},
                    Refusal{"{\"links\":[{\"name\":\"a\",\"mtu\":4294967296}]}", 1, 29, "up to 4294967295"},
                    Refusal{"{\"links\":[{\"name\":\"a\",\"mtu\":1.5}]}", 1, 29, "a whole number"},
                    Refusal{"{\"links\":[{\"name\":\"a\",\"up\":1}]}", 1, 28, "true or false"},
                    Refusal{"{\"links\":[{\"name\":1}]}", 1, 19, "a text"},
                    Refusal{"{\"links\":[{\"name\":{\"bytes\":\"abc\"}}]}", 1, 19, "a text"},
                    Refusal{"{\"links\":[{\"kind\":\"veth\"}]}", 1, 11, "needs a name"},
                    Refusal{"{\"links\":[{\"name\":\"a\"},\n {\"name\":\"a\"}]}", 2, 2, "twice"},
                    Refusal{"{\"links\":[{\"name\":\"a\",\"mac\":\"02:00\"}]}", 1, 29, "links[0].mac"},
                    Refusal{"{\"addresses\":[{\"link\":\"a\",\"address\":\"10.0.0.300/8\"}]}", 1, 37, "addresses[0].address"},
                    Refusal{"{\"routes\":[{\"destination\":\"10.0.0.1/8\"}]}", 1, 27, "routes[0].destination"},
                    Refusal{"{\"rules\":[{\"family\":\"ipv4\"}]}", 1, 21, "inet6"},
                    Refusal{"{\"links\":[{\"name\":\"a\",\"data\":{\"x\":[]}}]}", 1, 35, "links[0].data.x: a whole number"}));

TEST(SnapshotJson, ASlipOfTheFingerGetsAHint) {
  const auto read = snapshot_from_json(R"({"links": [{"name": "a", "mastre": "b"}]})", "f");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().hint.find("master"), std::string::npos) << read.error().hint;
}

TEST(SnapshotJson, DeepNestingIsRefusedNotFollowed) {
  EXPECT_FALSE(snapshot_from_json(std::string(100'000, '[') + std::string(100'000, ']'), "f"));
}

}  // namespace
}  // namespace drawbridge::network
