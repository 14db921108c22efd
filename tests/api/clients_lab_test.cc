// Clients that administrators have already, unchanged, against the whole: TLS, web process, api process, a real kernel behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <boost/json.hpp>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

constexpr const char* kPassword = "correct horse battery staple";
const std::string kClients = std::string(DRAWBRIDGE_SOURCE_DIR) + "/tests/api/clients/";

class ClientsLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    shell("ip link set lo up");
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
    shell("chmod 755 " + tree().root());  // the web process, which is nobody, reaches the socket in it
    make_user();
    const auto start = [&](std::vector<std::string> words) {
      words.insert(words.begin(), {"--root", tree().root(), "--node", "alpha"});
      return std::make_unique<Running>(words);
    };
    api = start({"api", "--group", "nogroup"});
    web = start({"web", "--user", "nobody", "--listen", "127.0.0.1:8006"});
    // 401: both are there, and we are nobody yet.
    const auto ready = [] { return shell("curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:8006/api2/json/version") == "401"; };
    for (int i = 0; i < 300 && !ready(); ++i) ::poll(nullptr, 0, 50);
  }
  void TearDown() override {
    for (auto* process : {&web, &api}) {
      if (!*process) continue;
      ::kill((*process)->pid(), SIGTERM);
      EXPECT_EQ((*process)->wait().exit, 0);
    }
  }
  const Tree& tree() const { return node->tree(); }

  Finished run(std::vector<std::string> words, const std::string& input = "/dev/null") const {
    words.insert(words.begin(), {"--node", "alpha"});
    return node->run(std::move(words), {.environment = {}, .program = {}, .input = input});
  }

  void make_user() {
    tree().write("password", std::string(kPassword) + "\n");
    const auto created = run({"user", "create", "anna@pve", "--password"}, tree().path("password"));
    ASSERT_EQ(created.exit, 0) << created.err;
    ASSERT_EQ(run({"acl", "set", "/", "anna@pve", "Administrator"}).exit, 0);
    const auto token = run({"token", "create", "anna@pve!ci", "privsep=0", "--json"});
    ASSERT_EQ(token.exit, 0) << token.err;
    secret = json::parse(token.out).at("value").as_string().c_str();
    const auto roots = run({"token", "create", "root@pam!ci", "privsep=0", "--json"});
    ASSERT_EQ(roots.exit, 0) << roots.err;
    root_secret = json::parse(roots.out).at("value").as_string().c_str();
  }

  /// Output of a command, and "exit N" at its end.
  static std::string told(const std::string& command) {
    // Python's requests would believe these rather than that it need not verify.
    return shell("unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE; (" + command + ") 2>&1; echo exit $?");
  }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> api;
  std::unique_ptr<Running> web;
  std::string secret;
  std::string root_secret;
};

TEST_F(ClientsLab, Proxmoxer) {
  const std::string out =
      told("/usr/bin/python3 " + kClients + "with_proxmoxer.py 127.0.0.1:8006 alpha anna@pve '" + kPassword + "' ci " + secret);
  EXPECT_THAT(out, HasSubstr("exit 0")) << out;
}

TEST_F(ClientsLab, Ansible) {
  const std::string home = "HOME=" + tree().root() + " ANSIBLE_LOCALHOST_WARNING=false ";
  const std::string out = told(home + "ansible-playbook " + kClients + "with_ansible.yml -e ansible_python_interpreter=/usr/bin/python3" +
                               " -e host=127.0.0.1:8006 -e node=alpha -e user=anna@pve -e token=ci -e secret=" + secret);
  EXPECT_THAT(out, HasSubstr("exit 0")) << out;
  const std::string config = tree().read("etc/pve/nodes/alpha/qemu-server/200.conf");
  EXPECT_THAT(config, HasSubstr("cores: 2"));
  EXPECT_THAT(config, HasSubstr("tag=8"));
  EXPECT_THAT(config, testing::Not(HasSubstr("net0")));
  const std::string inventory =
      told(home + "PROXMOX_URL=https://127.0.0.1:8006 PROXMOX_USER=anna@pve PROXMOX_TOKEN_ID=ci PROXMOX_TOKEN_SECRET=" + secret +
           " ansible-inventory -i " + kClients + "inventory.proxmox.yml --list");
  EXPECT_THAT(inventory, HasSubstr("exit 0")) << inventory;
  EXPECT_THAT(inventory, HasSubstr("proxmox_all_qemu"));
  EXPECT_THAT(inventory, HasSubstr("\"proxmox_vmid\": 200"));
}

TEST_F(ClientsLab, ProxmoxApiOfNpm) {
  const std::string out = told("node " DRAWBRIDGE_NPM_CLIENT "/with_proxmox_api.mjs 127.0.0.1 8006 alpha anna@pve ci " + secret);
  EXPECT_THAT(out, HasSubstr("proxmox-api: good")) << out;
}

TEST_F(ClientsLab, Curl) {
  const auto call = [&](const std::string& words) {
    return told("curl -sk -H 'Authorization: PVEAPIToken=root@pam!ci=" + root_secret + "' " + words);
  };
  const std::string base = "https://127.0.0.1:8006/api2/json/nodes/alpha/";
  EXPECT_THAT(call("-d vmid=300 -d name=web " + base + "qemu"), HasSubstr(":qmcreate:300:root@pam!ci:"));
  EXPECT_THAT(call(base + "tasks?source=all"), HasSubstr("qmcreate"));
  // Not even root's token is root: folders of the host are his alone.
  EXPECT_THAT(call("-w '%{http_code}' -d vmid=301 -d hostname=web -d rootfs=/srv/web " + base + "lxc"), HasSubstr("403"));
  // A user with every right is still not root.
  EXPECT_THAT(told("curl -sk -w '%{http_code}' -H 'Authorization: PVEAPIToken=anna@pve!ci=" + secret + "' -d vmid=301 -d rootfs=/etc " +
                   base + "lxc"),
              HasSubstr("403"));
}

}  // namespace
}  // namespace drawbridge::e2e
