// DHCP clients as processes, with a stand-in for dhclient: which ones count as running, how they begin and end. The protocol and
// the real program are in tests/cli/dhcp_lab_test.cc.
#include "process/dhcp_clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "process/dhcp_kernel.h"

namespace drawbridge::process {
namespace {

using network::DhcpClient;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const DhcpClient kLo{"lo", Family::ipv4};

/// A dhclient that speaks to nobody: notes its words, writes its pid file in the foreground, and ends the other one for -r.
constexpr const char* kStandIn = R"sh(#!/bin/sh
folder=$(dirname "$0")
echo "$*" >>"$folder/calls"
echo "index $DRAWBRIDGE_IFINDEX" >>"$folder/calls"
while [ $# -gt 0 ]; do
  case $1 in
    -pf) pid_file=$2; shift ;;
    -lf) leases=$2; shift ;;
    -r) release=yes ;;
  esac
  shift
done
if [ -n "$release" ]; then kill "$(cat "$pid_file")"; exit 0; fi
[ -e "$folder/broken" ] && exit 1
echo $$ >"$pid_file"
read -r _ <"$folder/nobody"  # a builtin: no process of its own
)sh";

class DhcpClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "dhcp.XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    write("dhclient", kStandIn);
    ASSERT_EQ(::mkfifo((folder + "/nobody").c_str(), 0600), 0);
    std::filesystem::permissions(folder + "/dhclient", std::filesystem::perms::owner_all);
    options = {.program = folder + "/dhclient",
               .run = folder + "/run",
               .leases = folder + "/leases",
               .lease_patience = std::chrono::milliseconds(200),
               .stop_patience = std::chrono::milliseconds(2'000)};
  }
  void TearDown() override {
    for (const auto& client : clients().running()) EXPECT_TRUE(clients().stop(client));
    std::filesystem::remove_all(folder);
  }

  DhcpClients clients() const { return DhcpClients(options); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder + "/" + name).parent_path());
    std::ofstream(folder + "/" + name) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(folder + "/" + name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  pid_t pid() const { return std::stoi("0" + read("run/dhclient.lo.pid")); }

  std::string folder;
  DhcpOptions options;
};

TEST_F(DhcpClientsTest, StartsOnceAndStops) {
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_THAT(clients().running(), ElementsAre(kLo));
  const pid_t first = pid();
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_EQ(pid(), first);
  EXPECT_EQ(read("calls"), "-4 -pf " + folder + "/run/dhclient.lo.pid -lf " + folder + "/leases/dhclient.lo.leases -d lo\nindex 1\n");

  ASSERT_TRUE(clients().stop(kLo));
  EXPECT_THAT(clients().running(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder + "/run/dhclient.lo.pid"));
  EXPECT_THAT(read("calls"), HasSubstr(" -r lo\n"));
}

TEST_F(DhcpClientsTest, OneThatWasKilledDoesNotRun) {
  ASSERT_TRUE(clients().start(kLo));
  ::kill(pid(), SIGKILL);
  for (int i = 0; i < 100 && !clients().running().empty(); ++i) ::usleep(10'000);
  EXPECT_THAT(clients().running(), IsEmpty());
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_THAT(clients().running(), ElementsAre(kLo));
}

TEST_F(DhcpClientsTest, ANumberThatIsSomebodyElsesByNowIsNoClient) {
  write("run/dhclient.lo.pid", std::to_string(::getpid()) + "\n");
  EXPECT_THAT(clients().running(), IsEmpty());
  ASSERT_TRUE(clients().stop(kLo));  // and certainly nobody to end
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_THAT(clients().running(), ElementsAre(kLo));
}

TEST_F(DhcpClientsTest, AClientOfAnotherToolIsTakenOver) {
  std::filesystem::create_directories(folder + "/run");
  const std::string command = folder + "/dhclient -pf " + folder + "/run/dhclient.lo.pid lo >/dev/null 2>&1 &";
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (int i = 0; i < 200 && clients().running().empty(); ++i) ::usleep(10'000);
  EXPECT_THAT(clients().running(), ElementsAre(kLo));
  const pid_t theirs = pid();
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_EQ(pid(), theirs);
}

TEST_F(DhcpClientsTest, OneOfAnEarlierLinkOfThatNameIsReplaced) {
  std::filesystem::create_directories(folder + "/run");
  const std::string command = "DRAWBRIDGE_IFINDEX=4711 " + folder + "/dhclient -pf " + folder + "/run/dhclient.lo.pid lo >/dev/null 2>&1 &";
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (int i = 0; i < 200 && pid() == 0; ++i) ::usleep(10'000);
  const pid_t old = pid();
  ASSERT_GT(old, 0);
  EXPECT_THAT(clients().running(), IsEmpty());
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_THAT(clients().running(), ElementsAre(kLo));
  EXPECT_NE(pid(), old);
}

TEST_F(DhcpClientsTest, AMissingProgramIsToldWithItsPackage) {
  options.program = folder + "/none";
  const auto started = clients().start(kLo);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::not_found);
  EXPECT_THAT(started.error().hint, HasSubstr("isc-dhcp-client"));
}

TEST_F(DhcpClientsTest, AProgramThatEndsAtOnceIsAnError) {
  write("broken", "");
  const auto started = clients().start(kLo);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().what, HasSubstr("ended at once"));
}

TEST_F(DhcpClientsTest, TheIdentityOfTheLeaseFileIsKept) {
  write("leases/dhclient.lo.leases", "default-duid \"\\000\\001\";\nlease {\n  interface \"lo\";\n}\n");
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_THAT(read("calls"), HasSubstr("-4 -i -pf "));
}

TEST_F(DhcpClientsTest, ForIpv6AProcessWaitsForALinkLocalAddress) {
  // lo never gets one: the waiting process is the client, and ends when it is asked to.
  const DhcpClient six{"lo", Family::ipv6};
  ASSERT_TRUE(clients().start(six));
  EXPECT_THAT(clients().running(), ElementsAre(six));
  EXPECT_EQ(read("calls"), "");
  ASSERT_TRUE(clients().stop(six));
  EXPECT_THAT(clients().running(), IsEmpty());
}

TEST_F(DhcpClientsTest, LeasesAreNotWaitedForLongerThanThePatience) {
  ASSERT_TRUE(clients().start(kLo));
  const auto begin = std::chrono::steady_clock::now();
  clients().wait_for_leases(std::vector{kLo});
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, options.lease_patience);
  EXPECT_LT(waited, options.lease_patience + std::chrono::seconds(2));
  write("leases/dhclient.lo.leases", "lease {\n  fixed-address 127.0.0.1;\n}\n");  // lo has it, so the lease is in force
  options.lease_patience = std::chrono::minutes(5);
  clients().wait_for_leases(std::vector{kLo});
}

TEST(LeaseFile, TheLastOneCounts) {
  EXPECT_EQ(last_leased_address("lease {\n  fixed-address 10.0.0.9;\n}\nlease {\n  fixed-address 10.0.0.12;\n}\n", Family::ipv4),
            "10.0.0.12");
  EXPECT_EQ(last_leased_address("lease6 {\n  ia-na 05:00 {\n    iaaddr 2001:db8::12 {\n", Family::ipv6), "2001:db8::12");
  EXPECT_EQ(last_leased_address("", Family::ipv4), "");
}

/// A kernel that notes what it is told, and refuses the operation on the link "bad".
class NotingKernel final : public doors::Kernel {
 public:
  Result<network::Snapshot> snapshot() override { return state; }
  doors::Execution execute(std::span<const network::Operation> operations) override {
    doors::Execution execution;
    for (const auto& operation : operations) {
      calls.push_back(network::operation_name(operation) + " " + network::operation_object(operation));
      ++execution.attempted;
      if (network::operation_object(operation) != "bad") continue;
      execution.failed = execution.attempted - 1;
      execution.error = Error{Errc::unavailable, "refused", {}, {}, 0};
      break;
    }
    return execution;
  }
  network::Snapshot state;
  std::vector<std::string> calls;
};

class DhcpKernelTest : public DhcpClientsTest {
 protected:
  void SetUp() override {
    DhcpClientsTest::SetUp();
    network::Link lo;
    lo.name = "lo";
    inner.state.links.emplace("lo", lo);
  }
  NotingKernel inner;
};

TEST_F(DhcpKernelTest, ClientsArePartOfTheSnapshotAndOperationsKeepTheirOrder) {
  DhcpKernel kernel(inner, options);
  const std::vector<network::Operation> operations{network::SetUp{"lo", true}, network::StartDhcp{kLo}, network::SetMtu{"lo", 1500}};
  const auto execution = kernel.execute(operations);
  EXPECT_FALSE(execution.error);
  EXPECT_EQ(execution.attempted, 3U);
  EXPECT_THAT(inner.calls, ElementsAre("set-up lo", "set-mtu lo"));
  EXPECT_THAT(kernel.snapshot().value().dhcp_clients, ElementsAre(kLo));
  EXPECT_FALSE(kernel.execute(std::vector<network::Operation>{network::StopDhcp{kLo}}).error);
  EXPECT_THAT(kernel.snapshot().value().dhcp_clients, IsEmpty());
}

TEST_F(DhcpKernelTest, ARefusalNamesItsPlaceInTheWholeBatch) {
  DhcpKernel kernel(inner, options);
  const std::vector<network::Operation> operations{network::SetUp{"lo", true}, network::StartDhcp{kLo}, network::SetUp{"lo", true},
                                                   network::SetMtu{"bad", 1500}};
  const auto execution = kernel.execute(operations);
  EXPECT_EQ(execution.failed, 3U);
  EXPECT_EQ(execution.error->what, "refused");
}

TEST_F(DhcpKernelTest, AClientThatCanNotStartStopsTheBatch) {
  options.program = folder + "/none";
  DhcpKernel kernel(inner, options);
  const std::vector<network::Operation> operations{network::SetUp{"lo", true}, network::StartDhcp{kLo}, network::SetMtu{"lo", 1500}};
  const auto execution = kernel.execute(operations);
  EXPECT_EQ(execution.failed, 1U);
  EXPECT_EQ(execution.error->code, Errc::not_found);
  EXPECT_THAT(inner.calls, ElementsAre("set-up lo"));
}

TEST_F(DhcpKernelTest, ADeletedLinkTakesItsClientAlong) {
  DhcpKernel kernel(inner, options);
  ASSERT_TRUE(clients().start(kLo));
  EXPECT_FALSE(kernel.execute(std::vector<network::Operation>{network::SetMtu{"lo", 1500}, network::DeleteLink{"lo"}}).error);
  EXPECT_THAT(inner.calls, ElementsAre("set-mtu lo", "delete-link lo"));
  EXPECT_THAT(clients().running(), IsEmpty());
  EXPECT_THAT(read("calls"), HasSubstr(" -r lo\n"));
}

}  // namespace
}  // namespace drawbridge::process
