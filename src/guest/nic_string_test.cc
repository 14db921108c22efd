#include "guest/nic_string.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "guest/nic_string_fuzz_body.h"

namespace drawbridge::guest {
namespace {

const SourceLocation kStart{"f", 1, 1};

/// The canonical text, or the findings in short: "column severity code" per line.
std::string canonical(std::string_view text, Kind kind = Kind::qemu) {
  const auto read = parse_nic(text, kind, 0, kStart);
  if (read.nic) return print_nic(*read.nic);
  std::string findings;
  for (const auto& finding : read.diagnostics) findings += std::to_string(finding.where.column) + " " + finding.code + "\n";
  return findings;
}

std::string warnings(std::string_view text, Kind kind = Kind::qemu) {
  std::string codes;
  for (const auto& finding : parse_nic(text, kind, 0, kStart).diagnostics)
    codes += (finding.severity == Severity::warning ? "warning " : "error ") + finding.message + "\n";
  return codes;
}

std::string hint(std::string_view text, Kind kind = Kind::qemu) {
  const auto read = parse_nic(text, kind, 0, kStart);
  return read.diagnostics.empty() ? "" : read.diagnostics.front().hint;
}

TEST(NicString, IsReadInAnyOrderAndPrintedInOne) {
  EXPECT_EQ(canonical("rate=12.5,tag=44,queues=4,firewall=1,bridge=vmbr3,macaddr=BC:24:11:5A:07:E1,model=virtio"),
            "virtio=BC:24:11:5A:07:E1,bridge=vmbr3,firewall=1,queues=4,rate=12.5,tag=44");
  EXPECT_EQ(canonical("virtio"), "virtio");
  EXPECT_EQ(canonical("bridge=vmbr0,virtio"), "virtio,bridge=vmbr0");
  EXPECT_EQ(canonical("virtio,macaddr=BC:24:11:00:00:01"), "virtio=BC:24:11:00:00:01");
  EXPECT_EQ(canonical(",,virtio,, ,bridge=vmbr0,"), "virtio,bridge=vmbr0");
  EXPECT_EQ(canonical("virtio,bridge=vmbr0,trunks=5;7-9;11-11,host-tunnel=On,link_down=FALSE,mtu=1"),
            "virtio,bridge=vmbr0,host-tunnel=1,link_down=0,mtu=1,trunks=5;7-9;11");
  EXPECT_EQ(canonical("e1000-82545em=BC:24:11:00:00:01"), "e1000-82545em=BC:24:11:00:00:01");
}

TEST(NicString, OfAContainer) {
  EXPECT_EQ(canonical("name=eth0,bridge=vmbr3,hwaddr=BC:24:11:00:9C:2D,ip=dhcp,tag=44,type=veth", Kind::lxc),
            "name=eth0,bridge=vmbr3,hwaddr=BC:24:11:00:9C:2D,ip=dhcp,tag=44,type=veth");
  EXPECT_EQ(
      canonical("ip6=2001:DB8::7/64,gw6=fe80::1,gw=192.0.2.1,ip=192.0.2.7/24,name=eth0,host-managed=yes,mtu=64,trunks=3;2", Kind::lxc),
      "name=eth0,gw=192.0.2.1,gw6=fe80::1,host-managed=1,ip=192.0.2.7/24,ip6=2001:db8::7/64,mtu=64,trunks=3;2,type=veth");
}

TEST(NicString, AMacKeepsItsSpelling) {
  EXPECT_EQ(canonical("virtio=bc:24:11:5a:07:e1"), "virtio=bc:24:11:5a:07:e1");
  EXPECT_EQ(parse_nic("virtio=bc:24:11:5a:07:e1", Kind::qemu, 0, kStart).nic->mac,
            parse_nic("virtio=BC:24:11:5A:07:E1", Kind::qemu, 0, kStart).nic->mac);
}

TEST(NicString, MeansWhatTheMembersSay) {
  const Nic nic = *parse_nic("virtio,bridge=b,mtu=1,rate=12.5,queues=0", Kind::qemu, 7, kStart).nic;
  EXPECT_EQ(nic.slot, 7);
  EXPECT_EQ(nic.own_mtu(), std::nullopt);
  EXPECT_EQ(nic.rate_limit(), 13'107'200U);
  EXPECT_EQ(nic.queue_count(), 1U);
  EXPECT_FALSE(nic.is_firewalled());
  EXPECT_EQ(parse_nic("virtio,bridge=b,rate=0", Kind::qemu, 0, kStart).nic->rate_limit(), std::nullopt);
}

struct Refused {
  const char* text;
  const char* findings;
  Kind kind = Kind::qemu;
};

class NicStringRefuses : public testing::TestWithParam<Refused> {};

TEST_P(NicStringRefuses, WithThePlace) {
  EXPECT_EQ(canonical(GetParam().text, GetParam().kind), GetParam().findings);
  EXPECT_NE(hint(GetParam().text, GetParam().kind), "");
}

INSTANTIATE_TEST_SUITE_P(
    Qemu, NicStringRefuses,
    testing::Values(Refused{"", "1 key-missing\n"}, Refused{"bridge=vmbr0", "1 key-missing\n"}, Refused{"virtoi", "1 model-unknown\n"},
                    Refused{"model=virtoi", "7 model-unknown\n"}, Refused{"virtio=BC:24:11:5A:07", "8 mac-invalid\n"},
                    Refused{"virtio=", "8 mac-invalid\n"}, Refused{"virtio=BD:24:11:5A:07:E1", "8 mac-multicast\n"},
                    Refused{"virtio=00:00:00:00:00:00", "8 mac-invalid\n"}, Refused{"virtio=BC-24-11-5A-07-E1", "8 mac-invalid\n"},
                    Refused{"virtio=BC:24:11:5A:07:E1,macaddr=BC:24:11:5A:07:E1", "26 key-duplicate\n"},
                    Refused{"virtio=BC:24:11:5A:07:E1,model=virtio", "26 key-duplicate\n"},
                    Refused{"virtio,model=virtio", "8 key-duplicate\n"}, Refused{"virtio,e1000", "8 key-duplicate\n"},
                    Refused{"virtio,e1000=BC:24:11:5A:07:E1", "8 key-duplicate\n"}, Refused{"virtio,tag=1,tag=1", "14 key-duplicate\n"},
                    Refused{"virtio,bridge=vm br0", "15 bridge-invalid\n"}, Refused{"virtio,bridge=", "15 value-missing\n"},
                    Refused{"virtio,tag=0", "12 tag-invalid\n"}, Refused{"virtio,tag=4095", "12 tag-invalid\n"},
                    Refused{"virtio,tag=-1", "12 tag-invalid\n"}, Refused{"virtio,tag=1x", "12 tag-invalid\n"},
                    Refused{"virtio,tag=65537", "12 tag-invalid\n"}, Refused{"virtio,trunks=2;;3", "15 trunks-invalid\n"},
                    Refused{"virtio,trunks=9-8", "15 trunks-invalid\n"}, Refused{"virtio,trunks=0-8", "15 trunks-invalid\n"},
                    Refused{"virtio,trunks=2;4095", "15 trunks-invalid\n"}, Refused{"virtio,trunks=2 3", "15 trunks-invalid\n"},
                    Refused{"virtio,trunks=2-", "15 trunks-invalid\n"}, Refused{"virtio,trunks=2-3-4", "15 trunks-invalid\n"},
                    Refused{"virtio,firewall=maybe", "17 flag-invalid\n"}, Refused{"virtio,link_down=2", "18 flag-invalid\n"},
                    Refused{"virtio,host-tunnel=y", "20 flag-invalid\n"}, Refused{"virtio,rate=-1", "13 rate-invalid\n"},
                    Refused{"virtio,rate=1,5", "15 model-unknown\n"}, Refused{"virtio,rate=fast", "13 rate-invalid\n"},
                    Refused{"virtio,rate=12MB", "13 rate-invalid\n"}, Refused{"virtio,queues=65", "15 queues-invalid\n"},
                    Refused{"virtio,queues=-1", "15 queues-invalid\n"}, Refused{"virtio,mtu=0", "12 mtu-invalid\n"},
                    Refused{"virtio,mtu=65521", "12 mtu-invalid\n"}, Refused{"virtio,Bridge=vmbr0", "8 key-unknown\n"},
                    Refused{"virtio,vlan=4", "8 key-unknown\n"}, Refused{"virtio, bridge=vmbr0", "8 key-unknown\n"},
                    Refused{"virtio,ip=dhcp", "8 key-unknown\n"}, Refused{"virtio,=3", "8 key-unknown\n"},
                    Refused{"nonsense=1,tag=0", "1 key-unknown\n1 key-missing\n16 tag-invalid\n"}));

INSTANTIATE_TEST_SUITE_P(
    Lxc, NicStringRefuses,
    testing::Values(Refused{"bridge=vmbr0", "1 key-missing\n", Kind::lxc}, Refused{"eth0", "1 key-missing\n1 key-missing\n", Kind::lxc},
                    Refused{"name=eth 0", "6 name-invalid\n", Kind::lxc}, Refused{"name=abcdefghijklmnop", "6 name-invalid\n", Kind::lxc},
                    Refused{"name=lo", "6 name-invalid\n", Kind::lxc}, Refused{"name=e,type=macvlan", "13 type-invalid\n", Kind::lxc},
                    Refused{"name=e,model=virtio", "8 key-unknown\n", Kind::lxc},
                    Refused{"name=e,macaddr=BC:24:11:5A:07:E1", "8 key-unknown\n", Kind::lxc},
                    Refused{"name=e,trunks=2-4", "15 trunks-invalid\n", Kind::lxc}, Refused{"name=e,mtu=1", "12 mtu-invalid\n", Kind::lxc},
                    Refused{"name=e,mtu=65536", "12 mtu-invalid\n", Kind::lxc},
                    Refused{"name=e,ip=auto", "11 address-invalid\n", Kind::lxc},
                    Refused{"name=e,ip=192.0.2.7", "11 address-invalid\n", Kind::lxc},
                    Refused{"name=e,ip=192.0.2.7/7", "11 address-invalid\n", Kind::lxc},
                    Refused{"name=e,ip=2001:db8::1/64", "11 address-invalid\n", Kind::lxc},
                    Refused{"name=e,ip6=192.0.2.7/24", "12 address-invalid\n", Kind::lxc},
                    Refused{"name=e,gw=::1", "11 gateway-invalid\n", Kind::lxc},
                    Refused{"name=e,gw6=192.0.2.1", "12 gateway-invalid\n", Kind::lxc},
                    Refused{"name=e,hwaddr=01:00:5E:00:00:01", "15 mac-multicast\n", Kind::lxc},
                    Refused{"name=e,ip6=auto,host-managed=1", "8 host-managed-slaac\n", Kind::lxc},
                    Refused{"name=e,queues=2", "8 key-unknown\n", Kind::lxc}));

TEST(NicString, OffersTheWordThatWasMeant) {
  EXPECT_EQ(hint("virtio,brigde=vmbr0"), "did you mean bridge?");
  EXPECT_EQ(hint("virtio,host_tunnel=1"), "did you mean host-tunnel?");
  EXPECT_EQ(hint("virtio,hwaddr=BC:24:11:5A:07:E1"), "it is a key of a container's card; here it is macaddr");
  EXPECT_EQ(hint("virtoi=BC:24:11:5A:07:E1"), "did you mean virtio?");
  EXPECT_EQ(hint("virtoi,bridge=vmbr0"), "did you mean virtio?");
  EXPECT_EQ(hint("bridge=vmbr0"), "begin with the model: virtio,bridge=vmbr0");
  EXPECT_EQ(hint("virtio,trunks=2 3"), "separate the ids by single semicolons: 2;5;100");
  EXPECT_EQ(hint("virtio,trunks=9-8"), "write 8-9");
}

TEST(NicString, WarnsOfWhatHasNoEffect) {
  EXPECT_EQ(warnings("e1000,bridge=b,queues=2,mtu=9000"),
            "warning 'queues' has no effect on the model e1000\nwarning 'mtu' has no effect on the model e1000\n");
  EXPECT_EQ(warnings("virtio,tag=5"), "warning 'tag' has no effect without a bridge\n");
  EXPECT_EQ(warnings("name=e,bridge=b,ip=dhcp,gw=192.0.2.1", Kind::lxc), "warning 'gw' has no effect without a static address\n");
  EXPECT_EQ(warnings("virtio,bridge=b,tag=5,queues=2,mtu=9000"), "");
}

/// Texts near the grammar: keys that exist, values that often fit.
rc::Gen<std::string> near_text() {
  const auto key =
      rc::gen::element<std::string>("virtio", "e1000", "model", "macaddr", "hwaddr", "bridge", "tag", "trunks", "firewall", "link_down",
                                    "rate", "queues", "mtu", "host-tunnel", "name", "ip", "gw", "ip6", "gw6", "type", "host-managed");
  const auto value = rc::gen::element<std::string>(
      "virtio", "BC:24:11:5A:07:E1", "bc:24:11:5a:07:e1", "vmbr0", "0", "1", "on", "44", "4094", "4095", "2;4-7", "2;3", "12.5", "0012.50",
      "100Mbit", "1500", "9000", "eth0", "dhcp", "auto", "manual", "192.0.2.7/24", "192.0.2.1", "2001:DB8::1/64", "fe80::1", "veth", "");
  const auto item =
      rc::gen::map(rc::gen::pair(key, value), [](const auto& pair) { return pair.first + (pair.second.empty() ? "" : "=" + pair.second); });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(item), [](const auto& items) {
    std::string text;
    for (const auto& one : items) text += one + ",";
    return text;
  });
}

RC_GTEST_PROP(NicString, CanonicalIsCanonical, ()) {
  const std::string text = *near_text();
  RC_ASSERT(check_nic_text("virtio,bridge=vmbr0," + text) == "");
  RC_ASSERT(check_nic_text("name=eth0,bridge=vmbr0," + text) == "");
  RC_ASSERT(check_nic_text(text) == "");
}

RC_GTEST_PROP(NicString, AnyBytesAreReadOrRefused, (const std::string& text)) { RC_ASSERT(check_nic_text(text) == ""); }

}  // namespace
}  // namespace drawbridge::guest
