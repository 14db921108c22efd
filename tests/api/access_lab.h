// The api process with users who log in, and requests to it as the web process passes them on.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/cli/node.h"

namespace drawbridge::e2e {

struct AccessReply {
  int status = 0;
  boost::json::value body;
  std::string text;
};

/// What a client of the API holds.
struct Client {
  std::string ticket;
  std::string csrf;
  std::string token;
};

class AccessLab : public testing::Test {
 protected:
  void SetUp() override {
    tree.write(Tree::kInterfaces, kDefaultInterfaces);
    tree.write(
        "etc/pve/user.cfg",
        "user:root@pam:1:0:::::\nuser:anna@pve:1:0:::::\nuser:bert@pve:1:0:::::\ngroup:ops:bert@pve::\n"
        "acl:1:/access/groups:anna@pve:PVEUserAdmin:\nacl:1:/access/realm:anna@pve:PVEUserAdmin:\nacl:1:/vms:anna@pve:PVEVMAdmin:\n");
    tree.write("password", "correct horse\n");
    for (const char* user : {"anna@pve", "bert@pve"})
      ASSERT_EQ(tree.run({"user", "password", user}, {.input = tree.path("password")}).exit, 0);
    api = std::make_unique<Running>(std::vector<std::string>{"--root", tree.root(), "--node", "alpha", "api"});
    for (int i = 0; i < 500 && !tree.has(kSocket); ++i) ::poll(nullptr, 0, 10);
    ASSERT_TRUE(tree.has(kSocket));
  }
  void TearDown() override {
    if (!api) return;
    ::kill(api->pid(), SIGTERM);
    EXPECT_EQ(api->wait().exit, 0);
  }

  /// As the web process sends it, for a client at `address`.
  AccessReply ask(const Client& client, const std::string& verb, const std::string& path, const std::vector<std::string>& form = {},
                  const std::string& address = "192.0.2.4") const {
    std::string command = "curl -s -m 60 -w '\\n%{http_code}' --unix-socket " + tree.path(kSocket) + " -X " + verb +
                          " -H 'X-Drawbridge-Client: " + address + " 4711' -H 'X-Drawbridge-Server: 192.0.2.1 8006'";
    if (!client.ticket.empty())
      command += " -H \"Cookie: PVEAuthCookie=$(printf %s '" + client.ticket + "' | sed 's/:/%3A/g;s/+/%2B/g;s/=/%3D/g;s,/,%2F,g')\"";
    if (!client.csrf.empty()) command += " -H 'CSRFPreventionToken: " + client.csrf + "'";
    if (!client.token.empty()) command += " -H 'Authorization: PVEAPIToken=" + client.token + "'";
    for (const std::string& field : form) command += " --data-urlencode '" + field + "'";
    AccessReply reply;
    reply.text = shell(command + " 'http://alpha/api2/json" + path + "'");
    const auto line = reply.text.rfind('\n', reply.text.size() - 2);
    reply.status = std::atoi(reply.text.c_str() + (line == std::string::npos ? 0 : line + 1));
    boost::system::error_code failed;
    reply.body = boost::json::parse(reply.text.substr(0, line), failed);
    return reply;
  }
  Client log_in(const std::string& user, const std::string& password = "correct horse") const {
    const auto reply = ask({}, "POST", "/access/ticket", {"username=" + user, "password=" + password});
    EXPECT_EQ(reply.status, 200) << reply.text;
    if (reply.status != 200) return {};
    const auto& data = reply.body.at("data");
    return {std::string(data.at("ticket").as_string()), std::string(data.at("CSRFPreventionToken").as_string()), ""};
  }

  static constexpr const char* kSocket = "run/drawbridge/api.sock";
  Tree tree;
  std::unique_ptr<Running> api;
};

}  // namespace drawbridge::e2e
