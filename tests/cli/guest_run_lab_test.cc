// VMs that really run: a tiny Linux under QEMU, its cards on bridges of a network namespace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "hypervisor/live_cards.h"
#include "hypervisor/qmp.h"
#include "hypervisor/run_files.h"
#include "lab/tiny_linux.h"
#include "tests/cli/must_run.h"
#include "tests/cli/node.h"
#include "tests/cli/serial_line.h"

namespace drawbridge::e2e {
namespace {

using namespace std::chrono_literals;
using hypervisor::Qmp;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace json = boost::json;

constexpr const char* kConfig = "etc/pve/nodes/pve1/qemu-server/100.conf";
constexpr const char* kCard = "net0=virtio=BC:24:11:5A:07:E1,bridge=vmbr0";

class RunLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = Node::why_not(); !why.empty()) GTEST_SKIP() << why;
    if (::access("/dev/net/tun", R_OK | W_OK) != 0) DRAWBRIDGE_CANT_RUN("no /dev/net/tun");
    node_.emplace();
    node_->tree().write(
        Tree::kInterfaces,
        "auto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.1/24\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n"
        "auto vmbr1\niface vmbr1 inet manual\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n");
    shell(
        "ip link add vmbr0 type bridge && ip link add vmbr1 type bridge && ip addr add 192.0.2.1/24 dev vmbr0 && ip link set vmbr0 up && "
        "ip link set vmbr1 up");
    files_ = hypervisor::run_files(node_->tree().root(), 100);
  }
  void TearDown() override {
    if (!node_) return;
    if (const pid_t pid = process(); pid > 0) ::kill(pid, SIGKILL);
  }

  Finished run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "pve1", "guest"});
    return node_->run(std::move(words));
  }
  /// A VM with the tiny Linux; false: there is none here, and the test is skipped.
  bool create(std::vector<std::string> settings, const std::string& script = "") {
    const auto linux_ = lab::make_tiny_linux(node_->tree().root(), {.script = script});
    if (!linux_.why_not.empty()) {
      // A skip is no failure by itself; where everything must run it is one.
      if (must_run()) ADD_FAILURE() << linux_.why_not;
      return false;
    }
    std::vector<std::string> words{"create", "100", "args=" + linux_.args(), "memory=192", "serial0=socket", "vga=none", "name=tiny"};
    words.insert(words.end(), settings.begin(), settings.end());
    const auto created = run(words);
    EXPECT_EQ(created.exit, 0) << created.err;
    return created.exit == 0;
  }
  pid_t process() const {
    const std::string text = read_text(files_.pid);
    return text.empty() ? 0 : static_cast<pid_t>(std::stol(text));
  }
  Qmp talk() const { return std::move(*Qmp::connect(files_.qmp)); }
  std::string status() const {
    auto qmp = talk();
    const auto answer = qmp.execute("query-status");
    return answer ? std::string(answer->at("status").as_string()) : answer.error().what;
  }
  /// Waits until a line on the serial port holds all the words; else the last lines.
  std::string wait_for_line(const std::vector<std::string>& words, std::chrono::seconds patience = 150s) const {
    return line_of_serial(files_.serial(0), words, patience);
  }
  std::set<std::string> leftovers() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(files_.folder))
      if (entry.path().extension() != ".lock") names.insert(entry.path().filename());
    return names;
  }

  std::optional<Node> node_;
  hypervisor::RunFiles files_;
};

TEST_F(RunLab, AVmStartsTalksAndShutsDown) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  const auto started = run({"start", "100", "--json"});
  ASSERT_EQ(started.exit, 0) << started.err;
  EXPECT_EQ(json::parse(started.out).at("pid").as_int64(), process());
  EXPECT_EQ(status(), "running");
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("master vmbr0"));
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up 1500", "pong"}), "");

  EXPECT_THAT(run({"list"}).out, HasSubstr("running"));
  const auto again = run({"start", "100"});
  EXPECT_EQ(again.exit, 4);
  EXPECT_THAT(again.err, HasSubstr("runs already"));
  EXPECT_EQ(run({"delete", "100"}).exit, 4);

  const auto stopped = run({"stop", "100", "--timeout", "60", "--json"});
  EXPECT_EQ(stopped.exit, 0) << stopped.err;
  EXPECT_EQ(json::parse(stopped.out).at("how").as_string(), "powerdown") << stopped.out;
  EXPECT_THAT(leftovers(), IsEmpty());
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("does not exist"));
  EXPECT_EQ(run({"stop", "100"}).exit, 0);
}

TEST_F(RunLab, ChangesOfARunningVm) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  const auto started = run({"start", "100"});
  ASSERT_EQ(started.exit, 0) << started.err;
  ASSERT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}), "");

  const auto down = run({"set", "100", std::string(kCard) + ",link_down=1"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1 down"}, 60s), "");
  EXPECT_THAT(run({"show", "100"}).out, HasSubstr("link down"));
  EXPECT_EQ(run({"set", "100", kCard}).exit, 0);
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}, 60s), "");

  const auto plugged = run({"set", "100", "net1=e1000=BC:24:11:5A:07:E2,bridge=vmbr1"});
  EXPECT_EQ(plugged.exit, 0) << plugged.err;
  EXPECT_THAT(plugged.err, HasSubstr("net1: plugged in."));
  EXPECT_THAT(shell("ip -o link show tap100i1"), HasSubstr("master vmbr1"));
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1", "bc:24:11:5a:07:e2 up"}, 60s), "");
  EXPECT_THAT(node_->tree().read(kConfig), Not(HasSubstr("[PENDING]")));

  const auto memory = run({"set", "100", "memory=256", "--json"});
  EXPECT_EQ(memory.exit, 0) << memory.err;
  EXPECT_EQ(json::parse(memory.out).at("live").at(0).at("result").as_string(), "pending");
  EXPECT_THAT(node_->tree().read(kConfig), HasSubstr("[PENDING]\nmemory: 256\n"));

  const auto removed = run({"set", "100", "--delete", "net1"});
  EXPECT_EQ(removed.exit, 0) << removed.err;
  EXPECT_THAT(removed.err, HasSubstr("net1: unplugged."));
  EXPECT_THAT(shell("ip -o link show tap100i1"), HasSubstr("does not exist"));
  EXPECT_EQ(run({"stop", "100", "--force"}).exit, 0);
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(RunLab, ARefusedCardLeavesEverythingAsItWas) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  const auto refused = run({"set", "100", "net1=virtio=BC:24:11:5A:07:E2,bridge=vmbr7"});
  EXPECT_EQ(refused.exit, 4) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("there is no bridge vmbr7"));
  EXPECT_THAT(node_->tree().read(kConfig), HasSubstr("[PENDING]\nnet1: virtio=BC:24:11:5A:07:E2,bridge=vmbr7\n"));
  EXPECT_THAT(run({"show", "100"}).out, HasSubstr("not plugged"));
  auto qmp = talk();
  EXPECT_EQ(*hypervisor::plugged_cards(qmp), std::set<std::uint8_t>{0});
}

TEST_F(RunLab, AVmThatDiesAtOnceSaysWhy) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  EXPECT_EQ(run({"set", "100", "args=-kernel /nonexistent"}).exit, 0);
  const auto started = run({"start", "100"});
  EXPECT_EQ(started.exit, 4);
  EXPECT_THAT(started.err, HasSubstr("could not open kernel file '/nonexistent'"));
  EXPECT_THAT(leftovers(), IsEmpty());
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("does not exist"));
}

TEST_F(RunLab, AVmWithoutItsFileCanBeStopped) {
  if (!create({})) GTEST_SKIP() << "no kernel for a VM";
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  std::filesystem::remove(node_->tree().path(kConfig));
  EXPECT_EQ(run({"stop", "100", "--force"}).exit, 0);
  EXPECT_THAT(leftovers(), IsEmpty());
  EXPECT_EQ(run({"stop", "100"}).exit, 3);
}

TEST_F(RunLab, AQemuThatStopsAnsweringIsToldAndEnded) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  const pid_t pid = process();
  ASSERT_GT(pid, 0);
  ::kill(pid, SIGSTOP);
  const auto set = run({"set", "100", std::string(kCard) + ",link_down=1"});
  EXPECT_EQ(set.exit, 4) << set.err;
  EXPECT_THAT(set.err, HasSubstr("does not answer"));
  EXPECT_THAT(node_->tree().read(kConfig), HasSubstr("[PENDING]"));
  const auto stopped = run({"stop", "100", "--json"});
  EXPECT_EQ(stopped.exit, 0) << stopped.err;
  EXPECT_EQ(json::parse(stopped.out).at("how").as_string(), "kill");
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(RunLab, ARunningVmMovesBetweenBridges) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  ASSERT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}), "");
  const auto moved = run({"set", "100", "net0=virtio=BC:24:11:5A:07:E1,bridge=vmbr1"});
  EXPECT_EQ(moved.exit, 0) << moved.err;
  EXPECT_THAT(moved.err, HasSubstr("net0: rewired."));
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("master vmbr1"));
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up 1500 1\r"}, 60s), "") << "vmbr1 has nobody who answers";

  // Trunks can't be on a bridge that is not VLAN-aware: --force writes them, but the port is wired as before.
  const auto failed = run({"set", "100", "--force", "net0=virtio=BC:24:11:5A:07:E1,bridge=vmbr0,trunks=2"});
  EXPECT_EQ(failed.exit, 4) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("the running VM is as before"));
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("master vmbr1"));
  EXPECT_THAT(node_->tree().read(kConfig), HasSubstr("\nnet0: virtio=BC:24:11:5A:07:E1,bridge=vmbr1\n"));
  EXPECT_THAT(run({"show", "100", "--json"}).out, HasSubstr("other settings"));

  EXPECT_EQ(run({"set", "100", kCard}).exit, 0);
  EXPECT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}, 60s), "");
}

TEST_F(RunLab, CardsAreAsTheirOptionsSay) {
  node_->tree().write(Tree::kInterfaces,
                      with(node_->tree().read(Tree::kInterfaces), "iface vmbr1 inet manual\n", "iface vmbr1 inet manual\n\tmtu 9000\n"));
  shell("ip link set vmbr1 mtu 9000");
  if (!create({"cores=2", "net0=virtio=BC:24:11:5A:07:E1,bridge=vmbr1,queues=2", "net1=virtio=BC:24:11:5A:07:E2,bridge=vmbr0,link_down=1",
               "net2=virtio=BC:24:11:5A:07:E3,bridge=vmbr1,mtu=4000"}))
    GTEST_SKIP() << "no kernel for a VM";
  const auto started = run({"start", "100"});
  ASSERT_EQ(started.exit, 0) << started.err;
  EXPECT_EQ(wait_for_line({"e1 up 9000 2", "e2 down 1500 1", "e3 up 4000 1"}), "");
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("mtu 9000"));

  const auto replugged = run({"set", "100", "net2=virtio=BC:24:11:5A:07:E3,bridge=vmbr1,mtu=5000"});
  EXPECT_THAT(replugged.err, HasSubstr("net2: plugged anew.")) << replugged.out;
  EXPECT_EQ(wait_for_line({"e1 up 9000 2", "e3 up 5000 1"}, 60s), "");
  // Refused before the guest loses its card.
  const auto refused = run({"set", "100", "--force", "net2=virtio=BC:24:11:5A:07:E3,bridge=vmbr1,mtu=9500"});
  EXPECT_EQ(refused.exit, 4) << refused.err;
  EXPECT_EQ(wait_for_line({"e3 up 5000 1"}, 60s), "");
}

TEST_F(RunLab, AGuestThatIsBusyKeepsItsCardForAWhile) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  ASSERT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}), "");
  // Its processors stand still, so it can't agree to anything.
  {
    ASSERT_TRUE(talk().execute("stop"));
  }
  const auto removed = run({"set", "100", "--delete", "net0", "--json"});
  EXPECT_EQ(removed.exit, 0) << removed.err;
  EXPECT_EQ(json::parse(removed.out).at("live").at(0).at("result").as_string(), "pending") << removed.out;
  EXPECT_THAT(removed.err, HasSubstr("does not let net0 go"));
  EXPECT_THAT(node_->tree().read(kConfig), HasSubstr("[PENDING]\ndelete: net0\n"));
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("master vmbr0"));
  EXPECT_THAT(run({"show", "100"}).out, HasSubstr("net0 is still plugged in"));

  {
    ASSERT_TRUE(talk().execute("cont"));
  }
  const auto again = run({"set", "100", "--delete", "net0", "--json"});
  EXPECT_EQ(json::parse(again.out).at("live").at(0).at("result").as_string(), "done") << again.out << again.err;
  EXPECT_THAT(node_->tree().read(kConfig), Not(HasSubstr("net0")));
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("does not exist"));
}

TEST_F(RunLab, WhatIsPendingTakesEffectAtTheStart) {
  if (!create({})) GTEST_SKIP() << "no kernel for a VM";
  // A card without a MAC address, as a person might write it.
  node_->tree().write(kConfig, node_->tree().read(kConfig) + "\n[PENDING]\nname: changed\nnet0: virtio,bridge=vmbr0\n");
  const auto started = run({"start", "100"});
  ASSERT_EQ(started.exit, 0) << started.err;
  EXPECT_THAT(started.err, HasSubstr("net0 gets the MAC address"));
  const std::string config = node_->tree().read(kConfig);
  EXPECT_THAT(config, HasSubstr("name: changed\n"));
  EXPECT_THAT(config, testing::ContainsRegex("net0: virtio=BC:24:11:..:..:..,bridge=vmbr0\n"));
  EXPECT_THAT(config, Not(HasSubstr("PENDING")));
  EXPECT_EQ(run({"stop", "100", "--force"}).exit, 0);
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  EXPECT_EQ(node_->tree().read(kConfig), config) << "the address stays";
}

TEST_F(RunLab, CloudInitGivesTheAddress) {
  if (::access("/usr/bin/xorrisofs", X_OK) != 0) DRAWBRIDGE_CANT_RUN("no xorriso");
  if (!create({kCard, "ide2=local:cloudinit,media=cdrom", "ipconfig0=ip=192.0.2.77/24,gw=192.0.2.1"})) GTEST_SKIP() << "no kernel for a VM";
  const auto started = run({"start", "100"});
  ASSERT_EQ(started.exit, 0) << started.err;
  EXPECT_EQ(wait_for_line({"cards: 192.0.2.77/24", "pong"}), "");
  EXPECT_EQ(run({"stop", "100", "--force"}).exit, 0);
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(RunLab, TheServiceCollectsWhatAVmLeavesThatShutsDownByItself) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  Running service({"--root", node_->tree().root(), "--node", "pve1", "daemon"});
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  ASSERT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}), "");
  {
    ASSERT_TRUE(talk().execute("system_powerdown"));
  }
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!leftovers().empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(50ms);
  EXPECT_THAT(leftovers(), IsEmpty());
  EXPECT_THAT(run({"list"}).out, Not(HasSubstr("running")));
  ::kill(service.pid(), SIGTERM);
  service.wait();
}

/// QEMU may take its time to end when its devices have gone already.
TEST_F(RunLab, TheServiceCollectsAfterTheEndNotAfterTheDevice) {
  if (!create({kCard})) GTEST_SKIP() << "no kernel for a VM";
  Running service({"--root", node_->tree().root(), "--node", "pve1", "daemon"});
  ASSERT_EQ(run({"start", "100"}).exit, 0);
  ASSERT_EQ(wait_for_line({"bc:24:11:5a:07:e1 up", "pong"}), "");
  shell("ip link delete tap100i0");
  std::this_thread::sleep_for(1s);
  EXPECT_THAT(leftovers(), Not(IsEmpty())) << "it runs";
  ::kill(process(), SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!leftovers().empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(20ms);
  EXPECT_THAT(leftovers(), IsEmpty());
  ::kill(service.pid(), SIGTERM);
  service.wait();
}

/// QEMU itself must take what the command line says: every model, every bus, both machines.
TEST_F(RunLab, QemuTakesEveryDevice) {
  for (const char* image : {"a.raw", "b.raw", "c.raw", "d.raw", "e.raw"}) node_->tree().write(image, std::string(1 << 20, '\0'));
  const std::string root = node_->tree().root();
  const std::vector<std::string> common{"vga=virtio",
                                        "agent=1",
                                        "serial1=socket",
                                        "scsi0=" + root + "/a.raw,ssd=1,serial=x",
                                        "sata3=" + root + "/b.raw",
                                        "virtio2=" + root + "/c.raw,cache=writeback,discard=on",
                                        "virtio9=" + root + "/d.raw",
                                        "ide2=none,media=cdrom",
                                        "scsi9=" + root + "/e.raw,snapshot=1",
                                        "boot=order=scsi0;net1;ide2",
                                        "cpu=x86-64-v2-AES,flags=+pcid",
                                        "sockets=2",
                                        "cores=2",
                                        "ostype=win11",
                                        "smbios1=uuid=0d5a4a05-8f0e-4cbb-9f63-0cd9ad20b3a7"};
  const std::vector<std::string> models{"virtio",   "e1000", "e1000-82544gc", "e1000e",  "i82551",
                                        "ne2k_pci", "pcnet", "rtl8139",       "vmxnet3", "ne2k_isa"};
  for (const std::string machine : {"pc", "q35", "pc-q35-6.2", "pc-i440fx-7.0"}) {
    for (const std::string scsi : {"lsi", "virtio-scsi-pci", "virtio-scsi-single", "pvscsi", "megasas"}) {
      if (scsi != "lsi" && machine != "pc") continue;
      std::vector<std::string> words{"create", "100", "machine=" + machine, "scsihw=" + scsi};
      words.insert(words.end(), common.begin(), common.end());
      for (std::size_t i = 0; i < models.size(); ++i)
        words.push_back("net" + std::to_string(i) + "=" + models[i] + (i == 0 ? ",bridge=vmbr0,queues=2" : ""));
      words.push_back("net31=virtio");
      const auto created = run(words);
      ASSERT_EQ(created.exit, 0) << created.err;
      const auto started = run({"start", "100"});
      EXPECT_EQ(started.exit, 0) << machine << " " << scsi << ": " << started.err;
      EXPECT_THAT(started.err, Not(HasSubstr("warning"))) << started.err;
      EXPECT_EQ(run({"stop", "100", "--force"}).exit, 0);
      EXPECT_EQ(run({"delete", "100"}).exit, 0);
    }
  }
}

/// DRAWBRIDGE_STARTS: how often; the full run has 500.
TEST_F(RunLab, StartsAndStopsLeaveNothingBehind) {
  if (!create({kCard, "net1=e1000=BC:24:11:5A:07:E2,bridge=vmbr1"})) GTEST_SKIP() << "no kernel for a VM";
  const char* said = std::getenv("DRAWBRIDGE_STARTS");
  const int times = said == nullptr ? 20 : std::atoi(said);
  const std::string before = shell("ip -o link | wc -l");
  const std::string config = node_->tree().read(kConfig);
  for (int i = 0; i < times; ++i) {
    const auto started = run({"start", "100"});
    ASSERT_EQ(started.exit, 0) << i << ": " << started.err;
    const auto stopped = run({"stop", "100", "--force"});
    ASSERT_EQ(stopped.exit, 0) << i << ": " << stopped.err;
  }
  EXPECT_EQ(shell("ip -o link | wc -l"), before);
  EXPECT_THAT(leftovers(), IsEmpty());
  EXPECT_EQ(node_->tree().read(kConfig), config);
  EXPECT_THAT(shell("pgrep -f '[-]pidfile " + files_.pid + "'"), IsEmpty());
}

}  // namespace
}  // namespace drawbridge::e2e
