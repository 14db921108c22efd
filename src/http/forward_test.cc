// A web service, the API service behind it, and another node's web service over TLS: what goes where, and what happens when the other
// node is down, slow, another one, or broken.
#include "http/forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "http/certificate.h"
#include "http/http_testing.h"
#include "http/proxy.h"
#include "http/tls.h"

namespace drawbridge::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const KeyPair& some_keys() {
  static const KeyPair kPair = *make_certificate({"beta", {"beta"}, {"127.0.0.1"}}, std::time(nullptr));
  return kPair;
}
const KeyPair& other_keys() {
  static const KeyPair kPair = *make_certificate({"beta", {"beta"}, {"127.0.0.1"}}, std::time(nullptr));
  return kPair;
}

ForwardOrder order_for(std::uint16_t port) {
  return {.node = "beta",
          .address = "127.0.0.1",
          .port = port,
          .fingerprint = *certificate_fingerprint(some_keys().certificate),
          .voucher = "by=alpha;sign=x"};
}

Request request_of(const std::string& method, const std::string& body = "") {
  Request request{
      .method = method, .target = "/api2/json/nodes/beta/network?a=b", .path = {}, .query = {}, .headers = {}, .body = body, .ends = {}};
  request.headers = {{"Host", "alpha:8006"},
                     {"Cookie", "other=1; PVEAuthCookie=PVE%3Aroot; more=2"},
                     {"csrfpreventiontoken", "65A1:x"},
                     {"Content-Type", "application/json"},
                     {"X-Drawbridge-Client", "192.0.2.1 1"},
                     {"Drawbridge-Forwarded", "by=mallory"},
                     {"Origin", "https://alpha:8006"},
                     {"Accept-Encoding", "gzip"}};
  return request;
}

TEST(Forward, OrdersComeBack) {
  const auto order = order_for(8006);
  EXPECT_EQ(parse_forward_order(format_forward_order(order)).value(), order);
  for (const auto* wrong : {"", "beta", "beta host.example 8006 AB x", "beta 192.0.2.1 99999 AB x", "beta 192.0.2.1 1 AB", "a b c d e f"})
    EXPECT_FALSE(parse_forward_order(wrong)) << wrong;
}

TEST(Forward, TheNodeGetsWhatItNeedsAndNoMore) {
  const auto text = format_for_node(request_of("PUT", "{}"), order_for(8006));
  EXPECT_EQ(text,
            "PUT /api2/json/nodes/beta/network?a=b HTTP/1.1\r\nHost: 127.0.0.1:8006\r\nConnection: close\r\n"
            "csrfpreventiontoken: 65A1:x\r\nContent-Type: application/json\r\nCookie: PVEAuthCookie=PVE%3Aroot\r\n"
            "Drawbridge-Forwarded: by=alpha;sign=x\r\nPVEDisableProxy: yes\r\nContent-Length: 2\r\n\r\n{}");
  auto order = order_for(8006);
  order.address = "2001:db8::2";
  EXPECT_THAT(format_for_node(request_of("GET"), order),
              AllOf(HasSubstr("Host: [2001:db8::2]:8006\r\n"), Not(HasSubstr("Content-Length"))));
}

TEST(Forward, TheNodeSpeaksForItselfOnly) {
  Response response{.status = 400, .reason = "no", .body = "{}"};
  response.headers = {{"Content-Type", "application/json"},         {"Set-Cookie", "PVEAuthCookie=theirs"},
                      {"Content-Security-Policy", "default-src *"}, {"X-Drawbridge-Forward", "gamma 192.0.2.3 8006 AB x"},
                      {"Location", "https://elsewhere/"},           {"cache-control", "no-store"}};
  const auto taken = take_from_node(response, order_for(1));
  EXPECT_EQ(taken.status, 400);
  EXPECT_EQ(taken.headers, (Headers{{"Content-Type", "application/json"}, {"cache-control", "no-store"}}));
  response.status = 401;
  const auto unknown = take_from_node(response, order_for(1));
  EXPECT_EQ(unknown.status, 595);
  EXPECT_THAT(unknown.reason, HasSubstr("does not know who asks"));
}

/// alpha: a front and an API service that orders to ask beta; beta: a web service over TLS.
class ForwardTest : public testing::Test {
 protected:
  ForwardTest()
      : path_((std::filesystem::temp_directory_path() / ("drawbridge-forward-" + std::to_string(::getpid()) + ".sock")).string()) {
    front_.emplace([this](Request request, const Reply& reply) { proxy_->forward(std::move(request), reply); });
    front_->thread().in_loop([&] {
      const ForwardSettings patience{.connect = 700ms, .answer = 700ms, .pause = 5000ms, .most = 3, .most_of_node = 2};
      proxy_.emplace(front_->thread().loop(),
                     ProxySettings{.socket = path_, .forwarder = Forwarder::open(front_->thread().loop(), patience).value()});
    });
    behind_.emplace(listen_unix(path_), [this](const Request& request, const Reply& reply) {
      may_forward_ = request.headers.count(std::string(kMayForwardField));
      Response response;
      response.headers.set(std::string(kForwardField), format_forward_order(order_));
      reply(std::move(response));
    });
  }
  ~ForwardTest() override {
    front_->stop();
    front_->thread().in_loop([&] { proxy_.reset(); });
    front_.reset();
    behind_.reset();
    beta_.reset();
    std::filesystem::remove(path_);
  }
  void serve_beta(Handler handler, const KeyPair& keys = some_keys(), Settings settings = {}) {
    tls_ = Tls::open(keys).value();
    settings.tls = tls_.get();
    beta_.emplace(std::move(handler), std::move(settings));
    order_ = order_for(beta_->port());
  }
  std::string ask(const std::string& what = "GET /api2/json/nodes/beta/x HTTP/1.1\r\nHost: alpha\r\nConnection: close\r\n\r\n") {
    Client client(front_->port());
    client.say(what);
    return client.hear_all();
  }

  std::string path_;
  ForwardOrder order_ = order_for(1);
  std::size_t may_forward_ = 0;
  std::unique_ptr<Tls> tls_;
  std::optional<TestServer> beta_;
  std::optional<TestServer> behind_;
  std::optional<TestServer> front_;
  std::optional<Proxy> proxy_;
};

TEST_F(ForwardTest, TheNamedNodeAnswers) {
  Request seen;
  serve_beta([&](Request request, const Reply& reply) {
    seen = std::move(request);
    Response response{.status = 400, .reason = "no such bridge", .body = "{\"data\":null}"};
    response.headers.set("Content-Type", "application/json");
    response.headers.set("X-Drawbridge-Forward", format_forward_order(order_));
    response.headers.set("Set-Cookie", "a=b");
    reply(std::move(response));
  });
  const std::string body(300'000, 'x');
  const auto answer =
      ask("POST /api2/json/nodes/beta/network?q=1 HTTP/1.1\r\nHost: alpha\r\nCookie: PVEAuthCookie=t\r\nCSRFPreventionToken: c\r\n"
          "X-Drawbridge-May-Forward: yes\r\nContent-Length: 300000\r\nConnection: close\r\n\r\n" +
          body);
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 400 no such bridge\r\n"), EndsWith("\r\n\r\n{\"data\":null}"),
                            Not(HasSubstr("X-Drawbridge")), Not(HasSubstr("Set-Cookie"))));
  EXPECT_EQ(may_forward_, 1U);
  EXPECT_EQ(seen.method + " " + seen.target, "POST /api2/json/nodes/beta/network?q=1");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.headers.find("Cookie"), "PVEAuthCookie=t");
  EXPECT_EQ(seen.headers.find("CSRFPreventionToken"), "c");
  EXPECT_EQ(seen.headers.find(kForwardedField), "by=alpha;sign=x");
}

TEST_F(ForwardTest, NothingIsSentToAnotherCertificate) {
  bool asked = false;
  serve_beta(
      [&](const Request&, const Reply& reply) {
        asked = true;
        reply({});
      },
      other_keys());
  const auto answer = ask();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 595 what answers at 127.0.0.1:"), HasSubstr("another certificate"),
                            HasSubstr(*certificate_fingerprint(other_keys().certificate)), HasSubstr("nothing was sent")));
  EXPECT_FALSE(asked);
  EXPECT_EQ(beta_->counters().requests, 0U);
  EXPECT_EQ(beta_->counters().failed_handshakes, 1U);
}

TEST_F(ForwardTest, NobodyThere) {
  serve_beta(echo);
  const auto order = order_;
  beta_.reset();
  order_ = order;
  EXPECT_THAT(ask(),
              AllOf(StartsWith("HTTP/1.1 595 node 'beta' can't be reached at 127.0.0.1:"), HasSubstr("Connection refused; is it up")));
  // And back again.
  serve_beta(echo);
  EXPECT_THAT(ask(), EndsWith("GET /api2/json/nodes/beta/x "));
}

TEST_F(ForwardTest, SomebodyElseThere) {
  TestServer plain(echo);
  order_ = order_for(plain.port());
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 595 "), HasSubstr("does not speak TLS")));
}

TEST_F(ForwardTest, NoHandshakeInTime) {
  auto silent = listen_tcp({"127.0.0.1", 0});  // takes connections, and that is all
  order_ = order_for(silent->port());
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 595 node 'beta' can't be reached"), HasSubstr("did not answer in time")));
}

TEST_F(ForwardTest, NoAnswerInTime) {
  Reply kept;
  serve_beta([&](const Request&, Reply reply) { kept = std::move(reply); });
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 596 node 'beta' gave no answer in time"), HasSubstr("may have been carried out")));
  beta_->stop();
  kept = nullptr;
}

TEST_F(ForwardTest, ItEndsInTheMiddle) {
  Reply kept;
  std::promise<void> asked;
  serve_beta([&](const Request&, Reply reply) {
    kept = std::move(reply);
    asked.set_value();
  });
  Client client(front_->port());
  client.say("GET /api2/json/nodes/beta/x HTTP/1.1\r\nHost: alpha\r\nConnection: close\r\n\r\n");
  asked.get_future().wait();
  beta_->stop();
  EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 596 node 'beta' ended before it answered"));
  kept = nullptr;
}

TEST_F(ForwardTest, ANodeThatHangsLeavesRoomForOthers) {
  std::vector<Reply> kept;
  serve_beta([&](const Request&, Reply reply) { kept.push_back(std::move(reply)); });
  const std::string words = "GET /api2/json/nodes/beta/x HTTP/1.1\r\nHost: alpha\r\nConnection: close\r\n\r\n";
  Client first(front_->port());
  Client second(front_->port());
  first.say(words);
  second.say(words);
  for (int i = 0; i < 200 && beta_->counters().requests < 2; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 503 too many requests wait for node 'beta'"));
  EXPECT_THAT(first.hear_all(), StartsWith("HTTP/1.1 596 "));
  EXPECT_THAT(second.hear_all(), StartsWith("HTTP/1.1 596 "));
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 596 "));  // there is room again
  beta_->stop();
  kept.clear();
}

TEST_F(ForwardTest, EventsComeAtOnceAndEndWithTheirReader) {
  auto stream = std::make_shared<Stream>();
  std::promise<void> closed;
  stream->on_closed([&] { closed.set_value(); });
  serve_beta([&](const Request&, const Reply& reply) {
    Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.stream = stream;
    reply(std::move(response));
  });
  Client client(front_->port());
  client.say("GET /api2/json/nodes/beta/x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.hear_until("\r\n\r\n"), HasSubstr("text/event-stream"));
  for (const std::string text : {"data: 1\n\n", "data: 2\n\n"}) {
    beta_->thread().in_loop([&] { stream->write(text); });
    EXPECT_THAT(client.hear_until(text), HasSubstr(text));
  }
  std::this_thread::sleep_for(1000ms);  // longer than an answer may take
  beta_->thread().in_loop([&] { stream->write("data: 3\n\n"); });
  EXPECT_THAT(client.hear_until("data: 3"), HasSubstr("data: 3"));
  client.hang_up();
  EXPECT_EQ(closed.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(ForwardTest, BigAnswersGoThrough) {
  const auto big = std::make_shared<const std::string>(8 << 20, 'x');
  serve_beta([&](const Request&, const Reply& reply) { reply({.shared_body = big}); });
  Client client(front_->port());
  client.say("GET /api2/json/nodes/beta/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto heard = client.hear_all(30s);
  EXPECT_EQ(heard.size() - heard.find("\r\n\r\n") - 4, big->size());
}

TEST_F(ForwardTest, WithoutAForwarderOrdersAreNotFollowed) {
  serve_beta(echo);
  front_->thread().in_loop([&] {
    proxy_.reset();
    proxy_.emplace(front_->thread().loop(), ProxySettings{.socket = path_});
  });
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("X-Drawbridge")), Not(HasSubstr("nodes/beta"))));
  EXPECT_EQ(may_forward_, 0U);
}

}  // namespace
}  // namespace drawbridge::http
