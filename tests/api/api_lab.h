// The api process of a node of its own, and requests to it over its socket.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {

inline constexpr const char* kSocket = "run/drawbridge/api.sock";

struct Reply {
  int status = 0;
  boost::json::value body;
};

class ApiLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
    api = std::make_unique<Running>(std::vector<std::string>{"--root", tree().root(), "--node", "alpha", "api"});
    for (int i = 0; i < 500 && !tree().has(kSocket); ++i) ::poll(nullptr, 0, 10);
    ASSERT_TRUE(tree().has(kSocket));
  }
  void TearDown() override {
    if (!api) return;
    ::kill(api->pid(), SIGTERM);
    EXPECT_EQ(api->wait().exit, 0);
  }
  const Tree& tree() const { return node->tree(); }

  Reply ask(const std::string& verb, const std::string& path, const std::string& form = "", const std::string& more = "") const {
    std::string command = "curl -s -m 60 -w '\\n%{http_code}' --unix-socket " + tree().path(kSocket) + " -X " + verb + " " + more;
    if (!form.empty()) command += " -d '" + form + "'";
    const std::string text = shell(command + " 'http://alpha/api2/json" + path + "'");
    const auto line = text.rfind('\n', text.size() - 2);
    Reply reply;
    reply.status = std::atoi(text.c_str() + (line == std::string::npos ? 0 : line + 1));
    boost::system::error_code failed;
    reply.body = boost::json::parse(text.substr(0, line), failed);
    return reply;
  }
  /// "data" of an answer that must be good.
  boost::json::value get(const std::string& path) const {
    const auto reply = ask("GET", path);
    EXPECT_EQ(reply.status, 200) << boost::json::serialize(reply.body);
    return reply.body.is_object() ? reply.body.at("data") : boost::json::value();
  }
  /// How a task ended, once it has.
  std::string end_of(const std::string& upid) const {
    for (int i = 0; i < 600; ++i) {
      const auto status = get("/nodes/alpha/tasks/" + upid + "/status");
      if (status.is_object() && status.at("status").as_string() == "stopped") return std::string(status.at("exitstatus").as_string());
      ::poll(nullptr, 0, 50);
    }
    return "never";
  }
  boost::json::value interface(const std::string& name) const {
    const auto list = get("/nodes/localhost/network");
    for (const auto& each : list.as_array())
      if (each.at("iface").as_string() == name) return each;
    return nullptr;
  }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> api;
};

}  // namespace drawbridge::e2e
