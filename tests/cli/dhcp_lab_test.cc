// DHCP on a real kernel, with Debian's dhclient against dnsmasq in the gateway's namespace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "kernel/rtnetlink.h"
#include "process/dhcp_kernel.h"
#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using network::DhcpClient;
using network::Operation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const DhcpClient kFour{"vmbr0", Family::ipv4};
const DhcpClient kSix{"vmbr0", Family::ipv6};

class DhcpLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    if (::access("/usr/sbin/dnsmasq", X_OK) != 0) GTEST_SKIP() << "no DHCP server: apt install dnsmasq-base";
    node = std::make_unique<Node>();
    serve();
  }
  void TearDown() override {
    if (!node) return;
    for (const auto& client : clients().running()) EXPECT_TRUE(clients().stop(client));
    const int server = std::atoi(tree().read("server.pid").c_str());
    if (server > 0) ::kill(server, SIGTERM);
  }

  /// Leases of 100.64.2.0/22 and 2001:db8:64::/64; no name servers, so that nobody's resolv.conf is touched.
  void serve() const {
    node->in_gateway("ip address add 2001:db8:64::1/64 dev wire nodad");
    EXPECT_EQ(node->in_gateway("dnsmasq --conf-file=/dev/null --port=0 --user=root --interface=wire --bind-interfaces --log-facility=" +
                               tree().path("server.log") + " --pid-file=" + tree().path("server.pid") +
                               " --dhcp-leasefile=" + tree().path("server.leases") +
                               " --dhcp-range=100.64.2.10,100.64.2.20,255.255.252.0,1h --dhcp-option=option:router,100.64.0.1"
                               " --dhcp-range=2001:db8:64::10,2001:db8:64::20,64,1h"),
              "");
  }

  const Tree& tree() const { return node->tree(); }
  process::DhcpClients clients() const { return process::DhcpClients({.run = tree().path("run"), .leases = tree().path("var/lib/dhcp")}); }
  void make_bridge() const {
    shell("ip link add vmbr0 type bridge; ip link set enp5s0 master vmbr0; ip link set enp5s0 up; ip link set vmbr0 up");
  }
  /// What is left of the leases at the server.
  std::string leases() const { return tree().read("server.leases"); }

  std::unique_ptr<Node> node;
};

std::string addresses() { return shell("ip -o address show dev vmbr0 scope global"); }

/// What two programs do at the same time takes its time.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 100; ++i) {
    if (condition()) return true;
    ::usleep(100'000);
  }
  return condition();
}

class DhcpOfTheKernel : public DhcpLab {
 protected:
  void SetUp() override {
    DhcpLab::SetUp();
    if (!node) return;
    make_bridge();
    inner = std::make_unique<kernel::Rtnetlink>(kernel::Rtnetlink::open().value());
    door = std::make_unique<process::DhcpKernel>(*inner,
                                                 process::DhcpOptions{.run = tree().path("run"), .leases = tree().path("var/lib/dhcp")});
  }
  void execute(std::vector<Operation> operations) const {
    const auto execution = door->execute(operations);
    EXPECT_FALSE(execution.error) << execution.error->what;
  }
  std::vector<DhcpClient> running() const { return door->snapshot().value().dhcp_clients; }

  std::unique_ptr<kernel::Rtnetlink> inner;
  std::unique_ptr<process::DhcpKernel> door;
};

TEST_F(DhcpOfTheKernel, ALeaseIsThereWhenStartingReturns) {
  execute({network::StartDhcp{kFour}});
  EXPECT_THAT(addresses(), HasSubstr(" 100.64.2."));
  EXPECT_THAT(shell("ip route"), HasSubstr("default via 100.64.0.1 dev vmbr0"));
  EXPECT_THAT(running(), ElementsAre(kFour));
}

TEST_F(DhcpOfTheKernel, StoppingReleasesAndTakesTheAddressButNoOther) {
  execute({network::StartDhcp{kFour}});
  shell("ip address add 10.77.0.1/24 dev vmbr0");
  ASSERT_THAT(leases(), HasSubstr("100.64.2."));
  execute({network::StopDhcp{kFour}});
  EXPECT_THAT(addresses(), Not(HasSubstr("100.64.2.")));
  EXPECT_THAT(addresses(), HasSubstr("10.77.0.1/24"));
  EXPECT_THAT(shell("ip route"), Not(HasSubstr("default")));
  EXPECT_THAT(running(), IsEmpty());
  EXPECT_TRUE(eventually([&] { return leases().find("100.64.2.") == std::string::npos; })) << leases();
}

TEST_F(DhcpOfTheKernel, BothFamilies) {
  execute({network::StartDhcp{kFour}, network::StartDhcp{kSix}});
  EXPECT_THAT(addresses(), HasSubstr(" 100.64.2."));
  // The client's script sets an IPv6 address after the lease has been noted.
  EXPECT_TRUE(eventually([] { return addresses().contains(" 2001:db8:64::"); })) << addresses();
  EXPECT_THAT(running(), ElementsAre(kFour, kSix));
  execute({network::StopDhcp{kSix}});
  EXPECT_THAT(addresses(), Not(HasSubstr("2001:db8:64::")));
  EXPECT_THAT(addresses(), HasSubstr(" 100.64.2."));
}

TEST_F(DhcpOfTheKernel, AClientThatIsKilledNoLongerRuns) {
  execute({network::StartDhcp{kFour}});
  const int pid = std::atoi(tree().read("run/dhclient.vmbr0.pid").c_str());
  ASSERT_GT(pid, 1);
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return running().empty(); }));
  const std::string before = addresses();
  execute({network::StartDhcp{kFour}});
  EXPECT_THAT(running(), ElementsAre(kFour));
  EXPECT_EQ(addresses().substr(0, addresses().find("/22")), before.substr(0, before.find("/22")));
}

TEST_F(DhcpOfTheKernel, AClientOfAnotherToolKeepsLeaseAndProcess) {
  shell("mkdir -p " + tree().path("run") + " " + tree().path("var/lib/dhcp") + "; dhclient -pf " + tree().path("run/dhclient.vmbr0.pid") +
        " -lf " + tree().path("var/lib/dhcp/dhclient.vmbr0.leases") + " vmbr0");
  const std::string pid = tree().read("run/dhclient.vmbr0.pid");
  const std::string before = addresses();
  ASSERT_THAT(before, HasSubstr(" 100.64.2."));
  EXPECT_THAT(running(), ElementsAre(kFour));
  execute({network::StartDhcp{kFour}});
  EXPECT_EQ(tree().read("run/dhclient.vmbr0.pid"), pid);
  execute({network::StopDhcp{kFour}, network::StartDhcp{kFour}});
  EXPECT_NE(tree().read("run/dhclient.vmbr0.pid"), pid);
  EXPECT_EQ(addresses().substr(0, addresses().find("/22")), before.substr(0, before.find("/22"))) << "another address";
}

TEST_F(DhcpOfTheKernel, ALinkThatIsDeletedTakesItsClientAlong) {
  execute({network::StartDhcp{kFour}});
  execute({network::DeleteLink{"vmbr0"}});
  EXPECT_THAT(shell("ip link"), Not(HasSubstr("vmbr0")));
  EXPECT_THAT(clients().running(), IsEmpty());
  EXPECT_TRUE(eventually([&] { return leases().find("100.64.2.") == std::string::npos; })) << leases();
}

TEST_F(DhcpOfTheKernel, TheCableComesLater) {
  shell("ip link del vmbr0; ip link set enp5s0 down");
  make_bridge();
  shell("ip link set enp5s0 down");  // no carrier, so no link-local address either, without which dhclient would end
  const auto begin = std::chrono::steady_clock::now();
  execute({network::StartDhcp{kFour}, network::StartDhcp{kSix}});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
  EXPECT_THAT(running(), ElementsAre(kFour, kSix));
  shell("ip link set enp5s0 up");
  EXPECT_TRUE(eventually([] { return addresses().find("2001:db8:64::") != std::string::npos; })) << "the client gave up";
}

/// The whole way: a file that asks for DHCP.
class DhcpOfTheFile : public DhcpLab {
 protected:
  static std::string bridge(const std::string& method) {
    return "auto lo\niface lo inet loopback\n\niface enp5s0 inet manual\n\nauto vmbr0\niface vmbr0 inet " + method +
           "\n\tbridge-ports enp5s0\n\tbridge-stp off\n\tbridge-fd 0\n";
  }
  static constexpr const char* kStatic = "static\n\taddress 100.64.0.102/22\n\tgateway 100.64.0.1";
};

TEST_F(DhcpOfTheFile, IfupWaitsForTheLeaseAndIfdownReleasesIt) {
  tree().write(Tree::kInterfaces, bridge("dhcp"));
  const auto up = node->run({"ifup", "-a"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(addresses(), HasSubstr(" 100.64.2."));
  EXPECT_THAT(shell("ip route"), HasSubstr("default via 100.64.0.1 dev vmbr0"));
  EXPECT_EQ(node->run({"ifquery", "-a", "-c"}).exit, 0);
  EXPECT_EQ(node->run({"network", "plan", "--json"}).out, "[]\n");
  const auto down = node->run({"ifdown", "vmbr0"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_THAT(shell("ip link"), Not(HasSubstr("vmbr0")));
  EXPECT_THAT(clients().running(), IsEmpty());
}

TEST_F(DhcpOfTheFile, AKilledClientIsDrift) {
  tree().write(Tree::kInterfaces, bridge("dhcp"));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  ::kill(std::atoi(tree().read("run/dhclient.vmbr0.pid").c_str()), SIGKILL);
  ASSERT_TRUE(eventually([&] { return clients().running().empty(); }));
  EXPECT_THAT(node->run({"network", "plan", "--json"}).out, HasSubstr("\"start-dhcp\""));
  EXPECT_EQ(node->run({"network", "status", "--check"}).exit, 1);
  EXPECT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_THAT(clients().running(), ElementsAre(kFour));
  EXPECT_EQ(node->run({"network", "status", "--check"}).exit, 0);
}

TEST_F(DhcpOfTheFile, StaticToDhcpUnconfirmedIsStaticAgain) {
  tree().write(Tree::kInterfaces, bridge(kStatic));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  const std::string before = node->state();
  tree().write(Tree::kPending, bridge("dhcp"));
  const auto apply = node->run({"network", "apply", "--yes", "--confirm-within", "2"});
  EXPECT_EQ(apply.exit, 5) << apply.err;
  EXPECT_EQ(node->state(), before);
  EXPECT_THAT(clients().running(), IsEmpty());
  EXPECT_TRUE(eventually([&] { return leases().find("100.64.2.") == std::string::npos; })) << leases();
}

TEST_F(DhcpOfTheFile, DhcpToStaticUnconfirmedIsDhcpAgain) {
  tree().write(Tree::kInterfaces, bridge("dhcp"));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  const auto lease = addresses().substr(0, addresses().find("/22"));
  tree().write(Tree::kPending, bridge(kStatic));
  const auto apply = node->run({"network", "apply", "--yes", "--confirm-within", "2"});
  EXPECT_EQ(apply.exit, 5) << apply.err;
  EXPECT_EQ(addresses().substr(0, addresses().find("/22")), lease);
  EXPECT_THAT(addresses(), Not(HasSubstr("100.64.0.102")));
  EXPECT_THAT(clients().running(), ElementsAre(kFour));
  EXPECT_THAT(shell("ip route"), HasSubstr("default via 100.64.0.1 dev vmbr0"));
}

TEST_F(DhcpOfTheFile, DhcpToStaticKept) {
  tree().write(Tree::kInterfaces, bridge("dhcp"));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  tree().write(Tree::kPending, bridge(kStatic));
  const auto apply = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(apply.exit, 0) << apply.err;
  EXPECT_THAT(addresses(), Not(HasSubstr("100.64.2.")));
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  EXPECT_THAT(shell("ip route"), HasSubstr("default via 100.64.0.1 dev vmbr0"));
  EXPECT_THAT(clients().running(), IsEmpty());
  EXPECT_EQ(node->run({"network", "plan", "--json"}).out, "[]\n");
}

TEST_F(DhcpOfTheFile, BothFamiliesFromTheFile) {
  tree().write(Tree::kInterfaces, bridge("dhcp") + "\niface vmbr0 inet6 dhcp\n");
  const auto up = node->run({"ifreload", "-a"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(addresses(), HasSubstr(" 100.64.2."));
  EXPECT_TRUE(eventually([] { return addresses().contains(" 2001:db8:64::"); })) << addresses();
  EXPECT_EQ(node->run({"network", "plan", "--json"}).out, "[]\n");
}

}  // namespace
}  // namespace drawbridge::e2e
