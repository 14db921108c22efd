// The client against a peer that says what it likes, as a thread with a socket.
#include "hypervisor/qmp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <thread>

#include "hypervisor/qmp_message_fuzz_body.h"

namespace drawbridge::hypervisor {
namespace {

using testing::HasSubstr;
constexpr const char* kGreeting = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n";
constexpr Milliseconds kShort{150};

/// Accepts one client; says the greeting, then one text for each line it reads, then closes (or stays silent).
class Peer {
 public:
  explicit Peer(std::vector<std::string> answers, bool stays = false, std::string greeting = kGreeting)
      : path_(testing::TempDir() + "qmp" + std::to_string(::getpid()) + ".sock") {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    listener_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    thread_ = std::thread([this, answers = std::move(answers), stays, greeting = std::move(greeting)] { serve(answers, stays, greeting); });
  }
  ~Peer() {
    thread_.join();
    ::unlink(path_.c_str());
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  const std::string& path() const { return path_; }

 private:
  static void say(int to, const std::string& text) {
    EXPECT_EQ(::send(to, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  void serve(const std::vector<std::string>& answers, bool stays, const std::string& greeting) const {
    const Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    say(client.get(), greeting);
    std::array<char, 4096> bytes{};
    for (const std::string& answer : answers) {
      if (::read(client.get(), bytes.data(), bytes.size()) <= 0) return;
      say(client.get(), answer);
    }
    // Until the client has gone.
    while (stays && ::read(client.get(), bytes.data(), bytes.size()) > 0) {
    }
  }

  std::string path_;
  Descriptor listener_;
  std::thread thread_;
};

constexpr const char* kAgreed = "{\"return\": {}, \"id\": 1}\n";

TEST(Qmp, GivesWhatACommandReturns) {
  const Peer peer({kAgreed, "{\"return\": {\"status\": \"running\"}, \"id\": 2}\n"});
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp) << qmp.error().what;
  const auto status = qmp->execute("query-status");
  ASSERT_TRUE(status) << status.error().what;
  EXPECT_EQ(status->at("status").as_string(), "running");
}

TEST(Qmp, KeepsEventsForWhoWaits) {
  const Peer peer(
      {kAgreed, "{\"event\": \"STOP\"}\n{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"net1\"}}\n{\"return\": {}, \"id\": 2}\n"},
      true);
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp);
  ASSERT_TRUE(qmp->execute("device_del", {{"id", "net1"}}));
  const auto is_deletion = [](const QmpEvent& event) { return event.name == "DEVICE_DELETED"; };
  const auto event = qmp->wait_for(is_deletion, kShort);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data.at("device").as_string(), "net1");
  EXPECT_EQ(qmp->wait_for(is_deletion, kShort).error().code, Errc::timed_out);
}

TEST(Qmp, TellsARefusalInQemusWords) {
  const Peer peer({kAgreed, "{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"Device 'net7' not found\"}, \"id\": 2}\n",
                   "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, \"id\": 3}\n"});
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp);
  const auto refused = qmp->execute("set_link", {{"name", "net7"}, {"up", true}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_found);
  EXPECT_THAT(refused.error().what, HasSubstr("Device 'net7' not found"));
  EXPECT_EQ(qmp->execute("cont").error().code, Errc::unavailable);
}

TEST(Qmp, DoesNotWaitForeverForAGreeting) {
  const Peer peer({}, true, "");
  EXPECT_EQ(Qmp::connect(peer.path(), kShort).error().code, Errc::timed_out);
}

TEST(Qmp, DoesNotWaitForeverForAnAnswer) {
  const Peer peer({kAgreed}, true);
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp);
  const auto answer = qmp->execute("query-status", {}, kShort);
  EXPECT_EQ(answer.error().code, Errc::timed_out);
  EXPECT_FALSE(answer.error().hint.empty());
}

TEST(Qmp, DropsTheLateAnswerOfACommandItGaveUp) {
  const Peer peer({kAgreed, "", "{\"return\": 2, \"id\": 2}\n{\"return\": 3, \"id\": 3}\n"});
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp);
  EXPECT_EQ(qmp->execute("query-status", {}, kShort).error().code, Errc::timed_out);
  EXPECT_EQ(qmp->execute("query-status")->as_int64(), 3);
}

TEST(Qmp, SeesThatThePeerHasGone) {
  const Peer peer({kAgreed});
  auto qmp = Qmp::connect(peer.path());
  ASSERT_TRUE(qmp);
  EXPECT_EQ(qmp->execute("query-status").error().code, Errc::unavailable);
}

TEST(Qmp, TakesNoNonsense) {
  for (const char* said : {"HTTP/1.1 400\r\n", "[]\n", "{}\n", "{\"error\": 3}\n", "null\n"}) {
    const Peer peer({}, true, said);
    EXPECT_EQ(Qmp::connect(peer.path(), kShort).error().code, Errc::unavailable) << said;
  }
}

TEST(Qmp, WithoutSocket) {
  EXPECT_EQ(Qmp::connect("/nonexistent/qmp").error().code, Errc::not_found);
  EXPECT_EQ(Qmp::connect("/" + std::string(200, 'x')).error().code, Errc::invalid_input);
}

TEST(QmpMessage, IsToldByItsMembers) {
  EXPECT_TRUE(std::holds_alternative<QmpGreeting>(*parse_qmp_message("{\"QMP\":{}}")));
  EXPECT_EQ(std::get<QmpReturn>(*parse_qmp_message("{\"return\":[],\"id\":7}")).id, 7U);
  EXPECT_EQ(std::get<QmpReturn>(*parse_qmp_message("{\"return\":[],\"id\":\"x\"}")).id, 0U);
  EXPECT_EQ(std::get<QmpEvent>(*parse_qmp_message("{\"event\":\"RESET\",\"data\":3}")).name, "RESET");
  EXPECT_FALSE(parse_qmp_message("{\"event\":3}"));
  EXPECT_FALSE(parse_qmp_message(std::string(100000, '[')));
}

RC_GTEST_PROP(QmpMessage, HoldsForAnyBytes, (const std::string& bytes)) { RC_ASSERT(check_qmp_bytes(bytes) == ""); }

TEST(LineBuffer, EndsWithoutEnd) {
  LineBuffer lines;
  const std::string piece(1 << 20, 'x');
  Result<void> added;
  for (int i = 0; i < 17 && added; ++i) added = lines.add(piece);
  EXPECT_FALSE(added);
}

}  // namespace
}  // namespace drawbridge::hypervisor
