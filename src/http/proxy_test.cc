// A proxy between a server and its clients: what it hands on, what it takes away, and what it says when the one behind is gone.
#include "http/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "http/http_testing.h"

namespace drawbridge::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ProxyTest : public testing::Test {
 protected:
  ProxyTest() : path_((std::filesystem::temp_directory_path() / ("drawbridge-proxy-" + std::to_string(::getpid()) + ".sock")).string()) {
    front_.emplace([this](Request request, const Reply& reply) { proxy_->forward(std::move(request), reply); });
    front_->thread().in_loop(
        [&] { proxy_.emplace(front_->thread().loop(), ProxySettings{.socket = path_, .answer = 500ms, .pause = 5000ms, .most_idle = 4}); });
  }
  ~ProxyTest() override {
    front_->stop();
    front_->thread().in_loop([&] { proxy_.reset(); });
    front_.reset();
    back_.reset();
    std::filesystem::remove(path_);
  }
  void serve(Handler handler) {
    back_.reset();
    back_.emplace(listen_unix(path_), std::move(handler));
  }
  std::string ask(const std::string& rest = "GET /api2/json HTTP/1.1\r\nHost: node\r\n\r\n") {
    Client client(front_->port());
    client.say(rest);
    return client.hear_answer();
  }

  std::string path_;
  std::optional<TestServer> back_;
  std::optional<TestServer> front_;
  std::optional<Proxy> proxy_;
};

TEST_F(ProxyTest, HandsRequestsOn) {
  Request seen;
  serve([&](Request request, const Reply& reply) {
    seen = std::move(request);
    Response response{.status = 400, .reason = "no such interface \"vmbr9\"", .body = "{}"};
    response.headers.add("Set-Cookie", "a=b");
    response.headers.add("Connection", "x-secret");
    response.headers.add("X-Secret", "1");
    reply(std::move(response));
  });
  const auto answer =
      ask("POST /api2/json/a%2Fb?c=d HTTP/1.1\r\nHost: node:8006\r\nX-Drawbridge-Client: 10.0.0.1 1\r\nx-drawbridge-Root: "
          "yes\r\nConnection: X-Mine, "
          "close\r\nX-Mine: 1\r\nCookie: PVEAuthCookie=x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/api2/json/a%2Fb?c=d");
  EXPECT_EQ(seen.body, "abc");
  EXPECT_EQ(seen.headers.find("Host"), "node:8006");
  EXPECT_EQ(seen.headers.find("Cookie"), "PVEAuthCookie=x");
  EXPECT_THAT(std::string(seen.headers.find("X-Drawbridge-Client").value_or("")), StartsWith("127.0.0.1 "));
  EXPECT_EQ(seen.headers.count("X-Drawbridge-Client"), 1U);
  EXPECT_EQ(seen.headers.find("X-Drawbridge-Server"), "127.0.0.1 " + std::to_string(front_->port()));
  for (const auto* name : {"X-Drawbridge-Root", "X-Mine", "Expect", "Connection"}) EXPECT_EQ(seen.headers.find(name), std::nullopt) << name;
  EXPECT_THAT(answer,
              AllOf(HasSubstr("HTTP/1.1 400 no such interface \"vmbr9\"\r\n"), HasSubstr("Set-Cookie: a=b\r\n"), EndsWith("\r\n\r\n{}")));
}

TEST_F(ProxyTest, UsesConnectionsAgain) {
  serve(echo);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(ask(), EndsWith("GET /api2/json "));
  EXPECT_EQ(back_->counters().connections, 1U);
  EXPECT_EQ(back_->counters().requests, 20U);
}

TEST_F(ProxyTest, DownAndBack) {
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 503 the API service does not run\r\n"), HasSubstr("Content-Type: application/json"),
                           EndsWith("{\"data\":null,\"message\":\"the API service does not run\\n\"}")));
  serve(echo);
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 200"));
  back_.reset();
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 503 "));
  serve(echo);
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ProxyTest, ItEndsInTheMiddle) {
  serve([&](const Request&, const Reply&) {
    boost::asio::post(back_->thread().loop(), [] {});
    throw std::runtime_error("never mind");
  });
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 500 "));
  Reply kept;
  std::promise<void> asked;
  serve([&](const Request&, Reply reply) {
    kept = std::move(reply);
    asked.set_value();
  });
  Client client(front_->port());
  client.say("POST /api2/json HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
  asked.get_future().wait();
  back_->stop();
  EXPECT_THAT(client.hear_answer(), StartsWith("HTTP/1.1 502 the API service ended before it answered\r\n"));
  kept = nullptr;
}

TEST_F(ProxyTest, NoAnswerInTime) {
  Reply kept;
  serve([&](const Request&, Reply reply) { kept = std::move(reply); });
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 504 the API service gives no answer\r\n"));
  back_->stop();
  kept = nullptr;
}

TEST_F(ProxyTest, EventsComeAtOnceAndEndWithTheirReader) {
  auto stream = std::make_shared<Stream>();
  std::promise<void> closed;
  stream->on_closed([&] { closed.set_value(); });
  serve([&](const Request&, const Reply& reply) {
    Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.stream = stream;
    reply(std::move(response));
  });
  Client client(front_->port());
  client.say("GET /api2/json/events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.hear_until("\r\n\r\n"), HasSubstr("text/event-stream"));
  for (const std::string text : {"data: 1\n\n", "data: 2\n\n"}) {
    back_->thread().in_loop([&] { stream->write(text); });
    EXPECT_THAT(client.hear_until(text), HasSubstr(text));
  }
  std::this_thread::sleep_for(700ms);  // longer than a pause of other answers
  back_->thread().in_loop([&] { stream->write("data: 3\n\n"); });
  EXPECT_THAT(client.hear_until("data: 3"), HasSubstr("data: 3"));
  client.hang_up();
  EXPECT_EQ(closed.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(ProxyTest, AStreamEndsWithTheServerBehind) {
  auto stream = std::make_shared<Stream>();
  serve([&](const Request&, const Reply& reply) {
    Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.stream = stream;
    reply(std::move(response));
  });
  Client client(front_->port());
  client.say("GET /api2/json/events HTTP/1.1\r\nHost: x\r\n\r\n");
  client.hear_until("\r\n\r\n");
  back_.reset();
  EXPECT_THAT(client.hear_all(), Not(EndsWith("0\r\n\r\n")));
  EXPECT_TRUE(client.was_closed());
}

TEST_F(ProxyTest, BigAnswersGoThrough) {
  const auto big = std::make_shared<const std::string>(20 << 20, 'x');
  serve([&](const Request&, const Reply& reply) { reply({.shared_body = big}); });
  Client client(front_->port());
  client.say("GET /api2/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(700ms);  // a client that begins late is not dropped
  const auto heard = client.hear_all(30s);
  EXPECT_THAT(heard.substr(0, 400), HasSubstr("Content-Length: " + std::to_string(big->size())));
  EXPECT_EQ(heard.size() - heard.find("\r\n\r\n") - 4, big->size());
}

}  // namespace
}  // namespace drawbridge::http
