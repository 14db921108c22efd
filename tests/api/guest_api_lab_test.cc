// Guests that really run, from their making to their end, by requests alone: a VM under QEMU with its agent, a container of LXC.
#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "lab/tiny_linux.h"
#include "tests/api/api_lab.h"
#include "tests/cli/must_run.h"
#include "tests/cli/serial_line.h"

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

using Form = std::map<std::string, std::string>;

constexpr const char* kVm = "/nodes/alpha/qemu/100";
constexpr const char* kContainer = "/nodes/alpha/lxc/101";
constexpr const char* kCard = "virtio=BC:24:11:5A:07:E1,bridge=vmbr0";

class GuestApiLab : public ApiLab {
 protected:
  void SetUp() override {
    ApiLab::SetUp();
    if (!api) return;
    tree().write(Tree::kInterfaces,
                 "auto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.1/24\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n"
                 "auto vmbr1\niface vmbr1 inet manual\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n");
    shell(
        "ip link add vmbr0 type bridge && ip link add vmbr1 type bridge && ip addr add 192.0.2.1/24 dev vmbr0; ip link set vmbr0 up; ip "
        "link set vmbr1 up");
  }
  void TearDown() override {
    if (api)
      for (const auto* path : {kVm, kContainer})
        if (ask("GET", std::string(path) + "/status/current").status == 200) act("POST", std::string(path) + "/status/stop");
    ApiLab::TearDown();
  }

  /// Values of any kind; a shell sees none of them.
  Reply send(const std::string& verb, const std::string& path, const Form& form) const {
    std::string options;
    for (const auto& [name, value] : form) {
      tree().write("form-" + name, value);
      options += " --data-urlencode " + name + "@" + tree().path("form-" + name);
    }
    return ask(verb, path, "", options);
  }
  /// How the task ended that this started; or what was said instead of starting one.
  std::string act(const std::string& verb, const std::string& path, const Form& form = {}) const {
    const auto reply = send(verb, path, form);
    const auto* data = reply.body.is_object() ? reply.body.as_object().if_contains("data") : nullptr;
    if (data == nullptr || !data->is_string()) return std::to_string(reply.status) + " " + json::serialize(reply.body);
    const std::string upid(data->as_string());
    const std::string end = end_of(upid);
    return end == "OK" ? end : end + "\n" + json::serialize(get("/nodes/alpha/tasks/" + upid + "/log"));
  }
  std::string status(const std::string& path) const { return std::string(get(path + "/status/current").at("status").as_string()); }
  /// Why there is none here, or empty.
  std::string make_vm(bool agent) const {
    const auto linux_ = lab::make_tiny_linux(tree().root(), {.agent = agent});
    if (!linux_.why_not.empty()) return linux_.why_not;
    EXPECT_EQ(act("POST", "/nodes/alpha/qemu",
                  {{"vmid", "100"},
                   {"args", linux_.args()},
                   {"memory", "192"},
                   {"serial0", "socket"},
                   {"vga", "none"},
                   {"name", "tiny"},
                   {"net0", kCard},
                   {"agent", agent ? "1" : "0"}}),
              "OK");
    return "";
  }
  std::string says(const std::vector<std::string>& words, std::chrono::seconds patience = 150s) const {
    return line_of_serial(tree().path("run/drawbridge/guests/100.serial0"), words, patience);
  }
};

TEST_F(GuestApiLab, AVmFromItsMakingToItsEnd) {
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) DRAWBRIDGE_CANT_RUN("no /dev/net/tun");
  if (const auto why = make_vm(false); !why.empty()) DRAWBRIDGE_CANT_RUN(why);
  EXPECT_EQ(status(kVm), "stopped");
  EXPECT_EQ(act("POST", std::string(kVm) + "/status/start"), "OK");
  EXPECT_EQ(status(kVm), "running");
  EXPECT_THAT(act("POST", std::string(kVm) + "/status/start"), HasSubstr("runs already"));
  EXPECT_EQ(says({"bc:24:11:5a:07:e1 up 1500", "pong"}), "");
  EXPECT_THAT(json::serialize(get("/nodes/alpha/qemu")), HasSubstr("\"status\":\"running\""));
  EXPECT_THAT(json::serialize(ask("GET", std::string(kVm) + "/agent/network-get-interfaces").body), HasSubstr("no guest agent"));
  EXPECT_NE(ask("DELETE", kVm).status, 200) << "it runs";

  // Its cable is pulled, a second card comes and goes, the first one moves to another bridge: all while it runs.
  EXPECT_EQ(send("PUT", std::string(kVm) + "/config", {{"net0", std::string(kCard) + ",link_down=1"}}).status, 200);
  EXPECT_EQ(says({"bc:24:11:5a:07:e1 down"}, 60s), "");
  EXPECT_EQ(act("POST", std::string(kVm) + "/config", {{"net0", kCard}, {"net1", "e1000=BC:24:11:5A:07:E2,bridge=vmbr1"}}), "OK");
  EXPECT_THAT(shell("ip -o link show tap100i1"), HasSubstr("master vmbr1"));
  EXPECT_EQ(says({"bc:24:11:5a:07:e1 up", "bc:24:11:5a:07:e2 up"}, 60s), "");
  // A guest that is slow keeps its card, which is then pending: asked for again, as anyone would.
  for (int i = 0; i < 10 && shell("ip -o link show tap100i1").contains("master"); ++i)
    EXPECT_EQ(send("PUT", std::string(kVm) + "/config", {{"delete", "net1"}}).status, 200);
  EXPECT_THAT(shell("ip -o link show tap100i1"), HasSubstr("does not exist"));
  EXPECT_EQ(send("PUT", std::string(kVm) + "/config", {{"net0", "virtio=BC:24:11:5A:07:E1,bridge=vmbr1"}}).status, 200);
  EXPECT_THAT(shell("ip -o link show tap100i0"), HasSubstr("master vmbr1"));
  EXPECT_THAT(json::serialize(get(std::string(kVm) + "/cards")), HasSubstr("\"tap100i0\""));

  // What needs a new start waits for one, and is told.
  EXPECT_EQ(send("PUT", std::string(kVm) + "/config", {{"memory", "256"}}).status, 200);
  EXPECT_THAT(json::serialize(get(std::string(kVm) + "/pending")), HasSubstr(R"("key":"memory","value":"192","pending":"256")"));

  EXPECT_EQ(act("POST", std::string(kVm) + "/status/shutdown", {{"timeout", "60"}}), "OK");
  EXPECT_EQ(status(kVm), "stopped");
  EXPECT_EQ(act("DELETE", kVm), "OK");
  EXPECT_EQ(json::serialize(get("/nodes/alpha/qemu")), "[]");
}

TEST_F(GuestApiLab, TheAgentTellsAVmsAddresses) {
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) DRAWBRIDGE_CANT_RUN("no /dev/net/tun");
  if (const auto why = make_vm(true); !why.empty()) DRAWBRIDGE_CANT_RUN(why);
  ASSERT_EQ(act("POST", std::string(kVm) + "/status/start"), "OK");
  EXPECT_EQ(says({"bc:24:11:5a:07:e1 up 1500", "pong"}), "");
  Reply inside;
  for (int i = 0; i < 60 && inside.status != 200; ++i) {
    inside = ask("GET", std::string(kVm) + "/agent/network-get-interfaces");
    if (inside.status != 200) ::poll(nullptr, 0, 500);
  }
  ASSERT_EQ(inside.status, 200) << json::serialize(inside.body);
  const std::string text = json::serialize(inside.body);
  EXPECT_THAT(text, HasSubstr("\"hardware-address\":\"bc:24:11:5a:07:e1\""));
  EXPECT_THAT(text, HasSubstr("\"ip-address\":\"192.0.2.7\""));
}

TEST_F(GuestApiLab, AContainerFromItsMakingToItsEnd) {
  if (::access("/usr/bin/lxc-start", X_OK) != 0 || ::access("/bin/busybox", X_OK) != 0) DRAWBRIDGE_CANT_RUN("no lxc-start or no busybox");
  for (const auto* folder : {"bin", "sbin", "proc", "sys", "dev"}) std::filesystem::create_directories(tree().path("rootfs/") + folder);
  std::filesystem::copy_file("/bin/busybox", tree().path("rootfs/bin/busybox"));
  tree().write("rootfs/sbin/init", "#!/bin/busybox sh\ntrap 'exit 0' PWR TERM\n/bin/busybox sleep 600 &\nwait\n");
  std::filesystem::permissions(tree().path("rootfs/sbin/init"), std::filesystem::perms(0755));

  EXPECT_EQ(act("POST", "/nodes/alpha/lxc",
                {{"vmid", "101"},
                 {"hostname", "web"},
                 {"rootfs", tree().path("rootfs")},
                 {"memory", "64"},
                 {"net0", "name=eth0,bridge=vmbr0,ip=192.0.2.8/24"}}),
            "OK");
  EXPECT_EQ(act("POST", std::string(kContainer) + "/status/start"), "OK");
  EXPECT_EQ(status(kContainer), "running");
  EXPECT_THAT(shell("ping -c 2 -w 10 192.0.2.8"), HasSubstr(" 0% packet loss"));
  const std::string inside = json::serialize(get(std::string(kContainer) + "/interfaces"));
  EXPECT_THAT(inside, HasSubstr("\"name\":\"eth0\""));
  EXPECT_THAT(inside, HasSubstr("192.0.2.8/24"));
  EXPECT_EQ(act("POST", std::string(kContainer) + "/status/shutdown", {{"timeout", "20"}}), "OK");
  EXPECT_EQ(status(kContainer), "stopped");
  EXPECT_THAT(shell("ip -o link"), Not(HasSubstr("veth101")));
  EXPECT_EQ(act("DELETE", kContainer), "OK");
}

}  // namespace
}  // namespace drawbridge::e2e
