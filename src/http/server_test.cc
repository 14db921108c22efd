// The server on loopback, with clients that say exactly what they are told.
#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

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

Limits quick() {
  Limits limits;
  limits.head = 300ms;
  limits.idle = 400ms;
  limits.grace = 300ms;
  limits.answer = 300ms;
  return limits;
}

TEST(Server, AnswersAndKeepsAlive) {
  TestServer server(echo);
  Client client(server.port());
  for (const std::string body : {"one", "two"}) {
    ASSERT_TRUE(client.say("POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" + body));
    const auto answer = client.hear_answer();
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\nDate: "), HasSubstr(" GMT\r\n"), EndsWith("\r\n\r\nPOST /a?b " + body)));
    EXPECT_THAT(answer, Not(HasSubstr("Connection")));
  }
  client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.hear_all(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.was_closed());
  EXPECT_EQ(server.counters().requests, 3U);
  EXPECT_EQ(server.counters().connections, 1U);
}

TEST(Server, KnowsBothEnds) {
  Ends seen;
  TestServer server([&](const Request& request, const Reply& reply) {
    seen = request.ends;
    EXPECT_FALSE(request.peer_is_root);
    reply({});
  });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.hear_answer();
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ASSERT_EQ(::getsockname(client.descriptor(), reinterpret_cast<sockaddr*>(&own), &size), 0);
  EXPECT_EQ(seen, (Ends{{"127.0.0.1", ntohs(own.sin_port)}, {"127.0.0.1", server.port()}}));
}

TEST(Server, IPv4ClientsOfAnIPv6SocketAreIPv4) {
  Ends seen;
  TestServer server(listen_tcp({"::", 0}), [&](const Request& request, const Reply& reply) {
    seen = request.ends;
    reply({});
  });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.hear_answer();
  EXPECT_EQ(seen.client.address, "127.0.0.1");
}

TEST(Server, AThousandRequestsAtOnce) {
  TestServer server(echo);
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 1000; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  std::thread talker([&] { client.say(all + "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); });
  const auto heard = client.hear_all();
  talker.join();
  EXPECT_THAT(heard, AllOf(HasSubstr("GET /0 "), HasSubstr("GET /999 "), EndsWith("GET /end ")));
  EXPECT_LT(heard.find("GET /998 "), heard.find("GET /999 "));
  EXPECT_EQ(server.counters().requests, 1001U);
}

TEST(Server, ReasonsAndFieldsCantBreakLines) {
  TestServer server([](const Request&, const Reply& reply) {
    Response response{.status = 500, .reason = "can't do: \"ä\"\tis\x01wrong\nsecond line\r\nX-Bad: 1"};
    response.headers.add("X-Note", "a\r\nX-Bad: 2");
    response.headers.add("X Bad", "3");
    response.headers.add("Content-Length", "99");
    reply(std::move(response));
  });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.hear_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 can't do: \"??\" is?wrong\r\n"));
  EXPECT_THAT(answer, AllOf(HasSubstr("X-Note: a??X-Bad: 2\r\n"), HasSubstr("Content-Length: 0\r\n")));
  EXPECT_THAT(answer, Not(HasSubstr("\nX-Bad")));
}

TEST(Server, HeadHasNoBody) {
  TestServer server(echo);
  Client client(server.port());
  client.say("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.hear_all(), AllOf(HasSubstr("Content-Length: 8\r\n"), EndsWith("\r\n\r\n")));
}

TEST(Server, Http10) {
  TestServer server(echo);
  Client client(server.port());
  client.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.hear_answer(), HasSubstr("Connection: keep-alive\r\n"));
  client.say("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.hear_all(), EndsWith("GET /b "));
}

TEST(Server, AnswersLater) {
  Reply kept;
  TestServer server([&](const Request&, Reply reply) { kept = std::move(reply); });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.hear_all(50ms), "");
  server.thread().in_loop([&] { std::exchange(kept, nullptr)({.body = "late"}); });
  EXPECT_THAT(client.hear_answer(), EndsWith("late"));
  // One that comes after the client has gone reaches nobody.
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.hear_all(50ms);
  server.stop();
  server.thread().in_loop([&] { std::exchange(kept, nullptr)({.body = "too late"}); });
}

TEST(Server, AForgottenReplyIsAnError) {
  TestServer server([](const Request&, const Reply&) {});
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.hear_answer(), StartsWith("HTTP/1.1 500 no answer was given\r\n"));
}

TEST(Server, AHandlerThatThrowsIsAnError) {
  TestServer server([](const Request&, const Reply&) { throw std::runtime_error("bad"); });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.hear_answer(), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST(Server, NoAnswerInTime) {
  Reply kept;
  TestServer server([&](const Request&, Reply reply) { kept = std::move(reply); }, {.limits = quick()});
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.hear_all(), AllOf(StartsWith("HTTP/1.1 504 Gateway Timeout\r\n"), HasSubstr("Connection: close")));
  server.thread().in_loop([&] { std::exchange(kept, nullptr)({}); });
  EXPECT_EQ(server.counters().timed_out, 1U);
}

TEST(Server, SlowHeadersEnd) {
  TestServer server(echo, {.limits = quick()});
  Client client(server.port());
  const auto start = std::chrono::steady_clock::now();
  std::thread talker([&] {  // a byte now and then does not put the end off
    for (const char c : std::string("GET / HTTP/1.1\r\nHost: slow-loris.example\r\n")) {
      if (!client.say({&c, 1})) return;
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  talker.join();
  EXPECT_EQ(server.counters().timed_out, 1U);
}

TEST(Server, SlowBodiesEnd) {
  TestServer server(echo, {.limits = quick()});
  Client client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1234");
  EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(Server, IdleConnectionsEnd) {
  TestServer server(echo, {.limits = quick()});
  Client silent(server.port());
  Client once(server.port());
  once.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(once.hear_all(), EndsWith("GET / "));
  EXPECT_TRUE(once.was_closed());
  EXPECT_EQ(silent.hear_all(), "");
  EXPECT_TRUE(silent.was_closed());
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Server, SlowReadersEnd) {
  const auto big = std::make_shared<const std::string>(64 << 20, 'x');
  auto limits = quick();
  limits.least_rate = 1 << 30;
  TestServer server([&](const Request&, const Reply& reply) { reply({.shared_body = big}); }, {.limits = limits});
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(600ms);
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ(server.counters().timed_out, 1U);
  EXPECT_LT(client.hear_all().size(), big->size());
}

TEST(Server, BigBodiesArriveWhole) {
  const auto big = std::make_shared<const std::string>(8 << 20, 'x');
  TestServer server([&](const Request&, const Reply& reply) { reply({.shared_body = big}); });
  Client client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto heard = client.hear_all();
  EXPECT_EQ(heard.size() - heard.find("\r\n\r\n") - 4, big->size());
}

TEST(Server, ABodyThatIsTooLargeIsNotRead) {
  TestServer server(echo);
  Client client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n");
  std::thread talker([&] {
    const std::string piece(1 << 16, 'x');
    for (int i = 0; i < 64; ++i)
      if (!client.say(piece)) return;
    ::shutdown(client.descriptor(), SHUT_WR);
  });
  const auto heard = client.hear_all();
  talker.join();
  EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 413 for data too large\r\n"), HasSubstr("Connection: close\r\n")));
  EXPECT_EQ(server.counters().bodies_too_large, 1U);
  EXPECT_EQ(server.counters().requests, 0U);
}

TEST(Server, SaysContinue) {
  TestServer server(echo);
  Client client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_THAT(client.hear_answer(), EndsWith("POST / ok"));
}

TEST(Server, CountsRefusals) {
  TestServer server(echo);
  const auto answer_to = [&](const std::string& bytes) {
    Client client(server.port());
    client.say(bytes);
    ::shutdown(client.descriptor(), SHUT_WR);
    return client.hear_all();
  };
  EXPECT_THAT(answer_to("PATCH / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 501 method not implemented"));
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer_to("\x16\x03\x01\x02"), StartsWith("HTTP/1.1 400 "));
  const auto counters = server.counters();
  EXPECT_EQ(counters.not_implemented, 1U);
  EXPECT_EQ(counters.malformed, 2U);
  EXPECT_EQ(counters.headers_too_large, 1U);
  EXPECT_EQ(counters.requests, 0U);
}

TEST(Server, OneClientHasSoManyConnections) {
  Limits limits;
  limits.connections_per_client = 3;
  TestServer server(echo, {.limits = limits});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  Client refused(server.port());
  EXPECT_EQ(refused.hear_all(), "");
  EXPECT_TRUE(refused.was_closed());
  EXPECT_EQ(server.counters().too_many_connections, 1U);
  clients.pop_back();
  for (int i = 0; i < 100 && server.connections() == 3; ++i) std::this_thread::sleep_for(10ms);
  Client again(server.port());
  again.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(again.hear_answer(), StartsWith("HTTP/1.1 200"));
}

TEST(Server, TheLongestIdleMakesRoom) {
  Limits limits;
  limits.connections = 3;
  TestServer server(echo, {.limits = limits});
  Client first(server.port());
  first.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  first.hear_answer();
  Client second(server.port());
  second.say("GET / HT");
  Client third(server.port());
  third.say("GET / HT");
  std::this_thread::sleep_for(50ms);
  Client fourth(server.port());
  fourth.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(fourth.hear_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(first.hear_all(1s), "");
  EXPECT_TRUE(first.was_closed());
  second.say("TP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(second.hear_answer(), StartsWith("HTTP/1.1 200"));
}

TEST(Server, SlowBodiesAndSlowReadersMakeRoomToo) {
  Limits limits;
  limits.connections = 3;
  const auto big = std::make_shared<const std::string>(64 << 20, 'x');
  TestServer server(
      [&](const Request& request, const Reply& reply) { request.path == "/big" ? reply({.shared_body = big}) : echo(request, reply); },
      {.limits = limits});
  std::vector<std::unique_ptr<Client>> slow;
  for (const auto* words : {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx", "GET /big HTTP/1.1\r\nHost: x\r\n\r\n",
                            "GET /big HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    slow.push_back(std::make_unique<Client>(server.port()));
    slow.back()->say(words);
    std::this_thread::sleep_for(50ms);
  }
  for (int i = 0; i < 5; ++i) {
    Client other(server.port());
    other.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(other.hear_answer(), StartsWith("HTTP/1.1 200")) << i;
  }
  EXPECT_EQ(slow.front()->hear_all(1s), "") << "it was there longest";
  EXPECT_TRUE(slow.front()->was_closed());
  EXPECT_GE(server.connections(), 2U) << "the idle ones went first";
}

TEST(Server, WhoIsAtWorkOrListensStays) {
  Limits limits;
  limits.connections = 2;
  auto stream = std::make_shared<Stream>();
  std::vector<Reply> kept;
  TestServer server(
      [&](const Request& request, const Reply& reply) { request.path == "/events" ? reply({.stream = stream}) : kept.push_back(reply); },
      {.limits = limits});
  Client working(server.port());
  working.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  Client listening(server.port());
  listening.say("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  listening.hear_until("\r\n\r\n");
  Client third(server.port());
  EXPECT_EQ(third.hear_all(1s), "");
  EXPECT_TRUE(third.was_closed());
  server.thread().in_loop([&] { kept.at(0)({.body = "done"}); });
  EXPECT_THAT(working.hear_answer(), EndsWith("done"));
}

int connect_as(std::uint32_t user, const std::string& path) {
  // The credentials of this thread alone.
  ::syscall(SYS_setresuid, -1, user, -1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::syscall(SYS_setresuid, -1, 0, -1);
  return fd;
}

/// Whether it is answered.
bool is_served(int fd) {
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  std::array<char, 256> answer{};
  return ::send(fd, kAsk.data(), kAsk.size(), MSG_NOSIGNAL) > 0 && ::recv(fd, answer.data(), answer.size(), 0) > 0;
}

TEST(Server, NobodyTakesTheConnectionsThatAreRoots) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be two users";
  const auto path = std::filesystem::temp_directory_path() / ("drawbridge-root-" + std::to_string(::getpid()) + ".sock");
  Limits limits;
  limits.connections = 8;
  limits.kept_for_root = 3;
  std::vector<Reply> kept;
  TestServer server(
      listen_unix(path, {.mode = 0666}),
      [&](const Request& request, const Reply& reply) { request.peer_is_root ? reply({.body = "for root"}) : kept.push_back(reply); },
      {.limits = limits});
  std::vector<int> flood;
  for (int i = 0; i < 20; ++i) {
    flood.push_back(connect_as(65534, path));
    constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    std::ignore = ::send(flood.back(), kAsk.data(), kAsk.size(), MSG_NOSIGNAL);
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(server.connections(), 5U);
  const int root = connect_as(0, path);
  EXPECT_TRUE(is_served(root));
  ::close(root);
  for (const int fd : flood) ::close(fd);
  std::filesystem::remove(path);
}

TEST(Server, Drains) {
  Reply kept;
  TestServer server([&](const Request& request, Reply reply) {
    if (request.path == "/wait")
      kept = std::move(reply);
    else
      reply({});
  });
  Client idle(server.port());
  idle.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.hear_answer();
  Client busy(server.port());
  busy.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  server.drain();
  EXPECT_EQ(idle.hear_all(), "");
  EXPECT_TRUE(idle.was_closed());
  server.thread().in_loop([&] { std::exchange(kept, nullptr)({.body = "done"}); });
  EXPECT_THAT(busy.hear_all(), AllOf(HasSubstr("Connection: close"), EndsWith("done")));
}

TEST(Server, OverAUnixSocket) {
  const auto path = std::filesystem::temp_directory_path() / ("drawbridge-http-" + std::to_string(::getpid()) + ".sock");
  bool root = false;
  TestServer server(listen_unix(path, {.mode = 0640}), [&](const Request& request, const Reply& reply) {
    root = request.peer_is_root;
    EXPECT_EQ(request.ends, Ends());
    reply({});
  });
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
  EXPECT_EQ(listen_unix(path).error().code, Errc::conflict);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  ASSERT_EQ(::send(fd, kAsk.data(), kAsk.size(), 0), static_cast<ssize_t>(kAsk.size()));
  std::array<char, 256> answer{};
  EXPECT_GT(::recv(fd, answer.data(), answer.size(), 0), 0);
  EXPECT_THAT(std::string(answer.data()), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(root, ::geteuid() == 0);
  ::close(fd);
  server.stop();
  EXPECT_TRUE(listen_unix(path).has_value());  // what was left behind is replaced
  std::filesystem::remove(path);
}

TEST(Listener, SaysWhatIsWrong) {
  EXPECT_EQ(listen_unix("/tmp/" + std::string(200, 'x')).error().code, Errc::invalid_input);
  EXPECT_EQ(listen_unix("/nowhere/at/all").error().code, Errc::not_found);
  EXPECT_EQ(listen_tcp({"192.0.2.77", 0}).error().code, Errc::not_found);
  const auto taken = listen_tcp({"127.0.0.1", 0});
  EXPECT_EQ(listen_tcp({"127.0.0.1", taken->port()}).error().code, Errc::conflict);
  EXPECT_EQ(*parse_tcp_address("8006"), (TcpAddress{"::", 8006}));
  EXPECT_EQ(*parse_tcp_address(":8006"), (TcpAddress{"::", 8006}));
  EXPECT_EQ(*parse_tcp_address("192.0.2.1:80"), (TcpAddress{"192.0.2.1", 80}));
  EXPECT_EQ(*parse_tcp_address("[2001:db8::1]:80"), (TcpAddress{"2001:db8::1", 80}));
  for (const auto* text : {"", "x", "host:80", "[::1]", "[::1:80", "192.0.2.1:99999", "192.0.2.1:", "::1:80", "1.2.3.4:-1"})
    EXPECT_EQ(parse_tcp_address(text).error().code, Errc::invalid_input) << text;
}

}  // namespace
}  // namespace drawbridge::http
