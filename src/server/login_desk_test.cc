// Logging in through the desk, with real processes that look at passwords, and a PAM that is as slow as we like.
#include "server/login_desk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "access/ticket.h"
#include "api/description.h"
#include "doors/fake_files.h"
#include "store/directory_files.h"

namespace drawbridge::server {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What an attempt came to, and when.
struct Outcome {
  unsigned status = 0;
  std::chrono::milliseconds after{0};
  std::string message = {};
};

class LoginDesks : public testing::Test {
 protected:
  LoginDesks() {
    std::filesystem::create_directories(root_ + "/etc/pve");
    std::ofstream(root_ + "/etc/pve/user.cfg") << "user:root@pam:1:0:::::\nuser:slow@pam:1:0:::::\nuser:off@pam:0:0:::::\n";
  }
  ~LoginDesks() override { std::filesystem::remove_all(root_); }

  static LoginSettings settings() {
    LoginSettings made;
    made.late.delay = 600ms;
    made.system = [](const std::string& name, const std::string& password, const std::string&) -> Result<void> {
      if (name == "slow") std::this_thread::sleep_for(250ms);
      if (name == "hangs") std::this_thread::sleep_for(2s);
      if (password == "right") return {};
      return fail(Errc::denied, "wrong");
    };
    return made;
  }
  /// The outcome is filled in when it is there.
  std::shared_ptr<Outcome> log_in(const std::string& user, const std::string& password, const std::string& address) {
    const auto method = api::Description::own().find("POST", "/access/ticket");
    auth::AccessFiles files(files_, root_);
    const Call call{
        *method->method, api::Parameters({{"username", user}, {"password", password}}), {}, *files.users(), {{address, 4711}, {}}, {}};
    auto outcome = std::make_shared<Outcome>();
    desk_.log_in(call, [this, outcome, began = Clock::now()](const api::Answer& answer) {
      *outcome = {answer.status, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began), answer.message};
      if (answer.ok()) ticket_ = answer.data.at("ticket").as_string();
    });
    return outcome;
  }
  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }
  void wait_for(const std::shared_ptr<Outcome>& outcome) {
    for (int i = 0; i < 500 && outcome->status == 0; ++i) run_for(10ms);
  }

  const std::string root_ = testing::TempDir() + "drawbridge-login-test-" + std::to_string(::getpid());
  boost::asio::io_context loop_{1};
  store::DirectoryFiles files_;
  LoginDesk desk_{loop_, files_, root_, settings()};
  std::string ticket_;
};

TEST_F(LoginDesks, TheTimeOfAFailureTellsNothing) {
  // One that PAM takes its time for, one that is not even asked about, one whose name is none.
  const auto slow = log_in("slow@pam", "wrong", "192.0.2.1");
  const auto off = log_in("off@pam", "wrong", "192.0.2.2");
  const auto unknown = log_in("nobody@pve", "wrong", "192.0.2.3");
  const auto nonsense = log_in(" @@ ", "wrong", "192.0.2.4");
  run_for(1500ms);
  for (const auto& each : {slow, off, unknown, nonsense}) {
    EXPECT_EQ(each->status, 401U);
    EXPECT_GE(each->after, 600ms);
    EXPECT_LT(each->after, 800ms) << "it would tell how long the work took";
  }
}

TEST_F(LoginDesks, OfAnotherRealmItIsToldWhy) {
  std::ofstream(root_ + "/etc/pve/domains.cfg") << "ldap: corp\n\tcomment Example\n";
  // Whether there is such a user makes no difference.
  std::ofstream(root_ + "/etc/pve/user.cfg", std::ios::app) << "user:zoe@corp:1:0:::::\n";
  const auto zoe = log_in("zoe@corp", "right", "192.0.2.1");
  const auto nobody = log_in("nobody@corp", "right", "192.0.2.2");
  run_for(1s);
  for (const auto& each : {zoe, nobody}) {
    EXPECT_EQ(each->status, 401U);
    EXPECT_EQ(each->message, "users of the realm corp (ldap) can't log in here: only those of pam and pve can");
  }
}

TEST_F(LoginDesks, WhatTakesLongerIsToldAtTheNextMultiple) {
  std::ofstream(root_ + "/etc/pve/user.cfg", std::ios::app) << "user:hangs@pam:1:0:::::\n";
  const auto late = log_in("hangs@pam", "wrong", "192.0.2.1");
  run_for(3s);
  EXPECT_EQ(late->status, 401U);
  EXPECT_GE(late->after, 2400ms);
  EXPECT_LT(late->after, 2600ms);
}

TEST_F(LoginDesks, AFloodFromManyAddressesKeepsNobodyOutWhoIsKnown) {
  std::ofstream(root_ + "/etc/pve/user.cfg", std::ios::app) << "user:hangs@pam:1:0:::::\n";
  wait_for(log_in("root@pam", "right", "192.0.2.7"));
  ASSERT_FALSE(ticket_.empty());
  std::vector<std::shared_ptr<Outcome>> flood;
  for (int i = 0; i < 400; ++i)
    flood.push_back(log_in(i % 2 == 0 ? "root@pam" : "hangs@pam", "guess", "203.0." + std::to_string(i % 113) + "." + std::to_string(i)));
  const auto root = log_in("root@pam", "right", "192.0.2.7");
  wait_for(root);
  EXPECT_EQ(root->status, 200U);
  EXPECT_LT(root->after, 1s);
  // And who is in already stays in.
  const auto renewed = log_in("root@pam", ticket_, "203.0.113.250");
  EXPECT_EQ(renewed->status, 200U) << "needs no process";
  EXPECT_GT(std::ranges::count_if(flood, [](const auto& each) { return each->status == 503; }), 200) << "sent away at once";
}

TEST_F(LoginDesks, OneAddressIsSentAwaySoon) {
  std::vector<std::shared_ptr<Outcome>> flood;
  for (int i = 0; i < 100; ++i) flood.push_back(log_in("slow@pam", "guess", "2001:db8::" + std::to_string(i)));
  EXPECT_EQ(std::ranges::count_if(flood, [](const auto& each) { return each->status == 429; }), 92);
  run_for(3s);
  EXPECT_EQ(std::ranges::count_if(flood, [](const auto& each) { return each->status == 401; }), 8);
}

TEST_F(LoginDesks, WorkOfOneUserIsBounded) {
  int busy = 0, done = 0;
  for (int i = 0; i < 40; ++i)
    desk_.work_apart(
        [] {
          std::this_thread::sleep_for(100ms);
          return std::string();
        },
        [&](const api::Answer& answer) { (answer.status == 503 ? busy : done) += 1; });
  run_for(3s);
  EXPECT_EQ(busy, 24);
  EXPECT_EQ(done, 16);
}

TEST(LateAnswersOfTheLoop, TheOldestGivesWay) {
  boost::asio::io_context loop(1);
  LateAnswers late(loop, {.delay = 200ms, .most = 4, .most_of_client = 2});
  std::string called;
  const auto now = Clock::now();
  const auto add = [&](const std::string& client, char name) { late.add(client, now, [&called, name] { called += name; }); };
  add("x", 'a');
  add("x", 'b');
  add("x", 'c');
  EXPECT_EQ(called, "a") << "of its client";
  add("y", 'd');
  add("z", 'e');
  add("w", 'f');
  EXPECT_EQ(called, "ab") << "of all";
  EXPECT_EQ(late.waiting(), 4U);
  loop.run_for(150ms);
  EXPECT_EQ(called, "ab");
  loop.run_for(1s);
  EXPECT_EQ(called.size(), 6U);
}

}  // namespace
}  // namespace drawbridge::server
