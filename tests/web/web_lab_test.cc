// `drawbridge web` itself on loopback, attacked with curl, openssl and bare sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "http/certificate.h"
#include "http/http_testing.h"
#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using namespace std::chrono_literals;
using http::Client;
using testing::AllOf;
using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), got);
  ::pclose(pipe);
  return text;
}

std::uint16_t free_port() { return http::listen_tcp({"127.0.0.1", 0})->port(); }

/// The program, serving from a tree of its own.
class Web {
 public:
  explicit Web(std::vector<std::string> more = {}) : port_(free_port()) {
    tree_.write("web/index.html", "<p nonce=\"{{nonce}}\">the page</p>");
    tree_.write("web/assets/index-BdF3kZx1.js", "alert()");
    tree_.write("web/assets/index-BdF3kZx1.js.gz", "zipped");
    tree_.write("secret.txt", "top secret");
    std::filesystem::permissions(tree_.root(), std::filesystem::perms(0755));
    std::filesystem::create_directories(tree_.path("run/drawbridge"));
    std::vector<std::string> words{"--root",   tree_.root(),     "web", "--listen", "127.0.0.1:" + std::to_string(port_),
                                   "--assets", tree_.path("web")};
    if (::geteuid() == 0) more.insert(more.end(), {"--user", "nobody"});
    words.insert(words.end(), more.begin(), more.end());
    running_.emplace(words);
    for (int i = 0; i < 500 && !answers(); ++i) std::this_thread::sleep_for(20ms);
  }
  ~Web() {
    if (running_) end();
  }
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;

  Finished end() {
    ::kill(running_->pid(), SIGTERM);
    const auto finished = running_->wait();
    running_.reset();
    return finished;
  }
  bool answers() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
  }
  std::string url(const std::string& path) const { return "'https://127.0.0.1:" + std::to_string(port_) + path + "'"; }
  std::string curl(const std::string& words) const { return output_of("curl -sSk --noproxy '*' -m 20 " + words); }
  std::string get(const std::string& path, const std::string& words = "") const {
    return curl("-i --path-as-is " + words + " " + url(path));
  }
  pid_t pid() const { return running_->pid(); }
  /// Of the process that serves.
  std::string status() const {
    get("/");  // the port is open before there is one
    const auto child = output_of("pgrep -P " + std::to_string(pid()));
    return read_text("/proc/" + child.substr(0, child.find('\n')) + "/status");
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }
  const Tree& tree() const { return tree_; }

  /// In place of the API service.
  std::unique_ptr<http::TestServer> serve_api(http::Handler handler) const {
    return std::make_unique<http::TestServer>(http::listen_unix(tree_.path("run/drawbridge/api.sock"), {.mode = 0666}), std::move(handler));
  }

 private:
  Tree tree_;
  std::uint16_t port_;
  std::optional<Running> running_;
};

TEST(WebLab, ServesThePageStrictly) {
  Web web;
  const auto page = web.get("/");
  EXPECT_THAT(
      page, AllOf(StartsWith("HTTP/1.1 200 OK"), HasSubstr("the page"), Not(HasSubstr("{{nonce}}")), HasSubstr("Cache-Control: no-store")));
  for (const auto* field : {"Content-Security-Policy: default-src 'self'; style-src 'self' 'nonce-", "X-Content-Type-Options: nosniff",
                            "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin", "frame-ancestors 'none'"})
    EXPECT_THAT(page, HasSubstr(field));
  EXPECT_THAT(web.get("/node/pve1"), HasSubstr("the page"));
  EXPECT_THAT(web.get("/assets/index-BdF3kZx1.js", "-H 'Accept-Encoding: gzip'"), AllOf(HasSubstr("immutable"), EndsWith("zipped")));
  EXPECT_THAT(web.curl("-I " + web.url("/assets/index-BdF3kZx1.js")), AllOf(HasSubstr("Content-Length: 7"), Not(HasSubstr("alert"))));
  EXPECT_EQ(web.end().exit, 0);
}

TEST(WebLab, BrowsersAreHeldToTlsOnlyWhereItIsAskedFor) {
  {
    // A certificate of our own making: who may not click past it would be locked out.
    Web web;
    EXPECT_THAT(web.get("/"), AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("Strict-Transport-Security"))));
  }
  Web web({"--hsts"});
  EXPECT_THAT(web.get("/"), HasSubstr("Strict-Transport-Security: max-age=31536000\r\n"));
  EXPECT_THAT(web.get("/api2/json/version"), HasSubstr("Strict-Transport-Security: max-age=31536000\r\n"));
  EXPECT_THAT(web.end().err, HasSubstr("of our own making"));
  EXPECT_THAT(run({"web", "--listen", "127.0.0.1:0", "--hsts", "--insecure-plain"}).err, HasSubstr("--insecure-plain does not"));
}

TEST(WebLab, TheOneThatServesHasNoRights) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give up rights";
  Web web;
  const auto status = web.status();
  const auto id = output_of("id -u nobody");
  const std::string nobody = id.substr(0, id.find('\n'));
  EXPECT_THAT(status, HasSubstr("Uid:\t" + nobody + "\t" + nobody + "\t" + nobody + "\t" + nobody));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  for (const auto* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    EXPECT_THAT(status, HasSubstr(std::string(set) + ":\t0000000000000000"));
  EXPECT_THAT(status, HasSubstr("Groups:\t \n"));
  struct stat key{};
  ASSERT_EQ(::stat(web.tree().path("var/lib/drawbridge/web/key.pem").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777U, 0600U);
  EXPECT_EQ(key.st_uid, 0U);
}

TEST(WebLab, ItEndsWithItsKeeper) {
  Web web;
  ::kill(web.pid(), SIGKILL);
  for (int i = 0; i < 250 && web.answers(); ++i) std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(web.answers());
}

TEST(WebLab, WhatIsWrongIsToldBeforeAnythingIsServed) {
  const auto no_user = run({"web", "--listen", "127.0.0.1:0", "--insecure-plain", "--user", "no-such-user"});
  EXPECT_THAT(no_user.err, AnyOf(HasSubstr("no user no-such-user"), HasSubstr("only root")));
  EXPECT_NE(no_user.exit, 0);
  EXPECT_EQ(run({"web", "--listen", "nonsense", "--insecure-plain"}).exit, 3);
  EXPECT_THAT(run({"web", "--certificate", "/x", "--user", "nobody"}).err, HasSubstr("--certificate and --key belong together"));
  if (::geteuid() != 0) return;
  const auto taken = http::listen_tcp({"127.0.0.1", 0});
  EXPECT_THAT(run({"web", "--listen", "127.0.0.1:" + std::to_string(taken->port()), "--insecure-plain", "--user", "nobody"}).err,
              HasSubstr("is in use by another program"));
  EXPECT_THAT(run({"web", "--listen", "127.0.0.1:0", "--insecure-plain", "--user", "root"}).err, HasSubstr("must not be"));
}

/// OpenSSL's own server, which takes whatever it is told to: shows that a client's attempt can succeed at all.
class AnyTls {
 public:
  explicit AnyTls(const Tree& keys) : port_(free_port()) {
    const auto pair = *http::make_certificate({"any", {"any"}, {}}, std::time(nullptr));
    keys.write("any.pem", pair.certificate + pair.key);
    const std::string port = std::to_string(port_);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(STDIN_FILENO);
      ::execlp("openssl", "openssl", "s_server", "-accept", port.c_str(), "-cert", keys.path("any.pem").c_str(), "-www", "-quiet",
               "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 250 && output_of("openssl s_client -connect " + address() + " </dev/null").find("CONNECTED") == std::string::npos;
         ++i)
      std::this_thread::sleep_for(20ms);
  }
  ~AnyTls() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  AnyTls(const AnyTls&) = delete;
  AnyTls& operator=(const AnyTls&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  std::uint16_t port_;
  pid_t child_ = -1;
};

TEST(WebLab, OldAndWeakTlsIsRefused) {
  Web web;
  const AnyTls any(web.tree());
  const auto try_at = [&](const std::string& address, const std::string& words) {
    return output_of("openssl s_client -connect " + address + " " + words + " </dev/null");
  };
  const auto try_with = [&](const std::string& words) { return try_at(web.address(), words); };
  EXPECT_THAT(try_with("-tls1_3"), HasSubstr("TLSv1.3"));
  EXPECT_THAT(try_with("-tls1_2"), AllOf(HasSubstr("Protocol  : TLSv1.2"), HasSubstr("ECDHE-ECDSA")));
  // Each of these gets in where it is let in, and only the version or the cipher is wrong with it.
  for (const auto* words :
       {"-tls1_1 -cipher 'ALL:@SECLEVEL=0'", "-tls1 -cipher 'ALL:@SECLEVEL=0'", "-tls1_2 -cipher 'ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0'",
        "-tls1_2 -cipher 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0'", "-tls1_2 -cipher 'aNULL:@SECLEVEL=0'"}) {
    EXPECT_THAT(try_at(any.address(), words), AllOf(HasSubstr("CONNECTED"), Not(HasSubstr("Cipher is (NONE)")))) << words;
    EXPECT_THAT(try_with(words), AllOf(HasSubstr("CONNECTED"), HasSubstr("Cipher is (NONE)"), HasSubstr("alert"))) << words;
  }
  EXPECT_THAT(try_with("-tls1_2 -cipher 'ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0'"),
              HasSubstr("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_THAT(try_with("-alpn h2,http/1.1"), HasSubstr("ALPN protocol: http/1.1"));
  // A session is taken up again.
  const auto session = web.tree().path("session");
  try_with("-tls1_2 -sess_out " + session);
  EXPECT_THAT(try_with("-tls1_2 -sess_in " + session), HasSubstr("Reused, TLSv1.2"));
}

TEST(WebLab, BrokenTlsHurtsNobodyElse) {
  Web web;
  for (const auto& bytes : {std::string("\x16\x03\x01\xff\xff\x01", 6), std::string("\x16\x03\x01\x00\x05hello", 10),
                            std::string(5000, '\x16'), std::string("\x80\x2e\x01", 3), std::string(3, char{0})}) {
    Client client(web.port());
    client.say(bytes);
    ::shutdown(client.descriptor(), SHUT_WR);
    client.hear_all(5s);
    EXPECT_TRUE(client.was_closed());
  }
  // A hello that stops in the middle, left open.
  Client half(web.port());
  half.say(std::string("\x16\x03\x01\x02\x00\x01\x00", 7));
  EXPECT_THAT(web.get("/"), StartsWith("HTTP/1.1 200"));
}

TEST(WebLab, PlainHttpIsShownTheWay) {
  Web web;
  const auto answer = output_of("curl -si --noproxy '*' 'http://" + web.address() + "/node/a?b=c'");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 301 "), HasSubstr("Location: https://" + web.address() + "/node/a?b=c\r\n")));
  EXPECT_THAT(output_of("curl -si --noproxy '*' -d x 'http://" + web.address() + "/api2/json/access/ticket'"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("speaks HTTPS")));
  EXPECT_THAT(output_of("curl -si --noproxy '*' -H 'Host: evil\"><' 'http://" + web.address() + "/'"), StartsWith("HTTP/1.1 400 "));
}

TEST(WebLab, NoPathLeadsOutOfTheFolder) {
  Web web;
  for (const auto* path : {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
                           "//secret.txt", "/..%5csecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%252e%252e/secret.txt",
                           "/..;/secret.txt", "/./../secret.txt", "/etc/passwd%00.js"}) {
    const auto answer = web.get(path);
    EXPECT_THAT(answer, Not(HasSubstr("top secret"))) << path;
    EXPECT_THAT(answer, AnyOf(StartsWith("HTTP/1.1 404"), StartsWith("HTTP/1.1 400"))) << path;
  }
}

TEST(WebLab, FloodsAreRefused) {
  Web web;
  EXPECT_THAT(web.get("/", "-H 'X: " + std::string(17'000, 'a') + "'"), HasSubstr("HTTP/1.1 431 "));
  std::string many;
  for (int i = 0; i < 150; ++i) many += "-H 'X" + std::to_string(i) + ": a' ";
  EXPECT_THAT(web.get("/", many), HasSubstr("HTTP/1.1 431 "));
  EXPECT_THAT(web.get("/" + std::string(9'000, 'a')), HasSubstr("HTTP/1.1 414 "));
  EXPECT_THAT(web.get("/api2/json/version", "-X OPTIONS"), HasSubstr("HTTP/1.1 501 "));
  EXPECT_THAT(web.get("/api2/json/version", "-X POST -H 'Transfer-Encoding: chunked' -d x"), HasSubstr("HTTP/1.1 501 "));
  EXPECT_THAT(web.get("/api2/json/version", "-X GET -d x"), HasSubstr("HTTP/1.1 501 "));
  EXPECT_THAT(web.get("/api2/json/version", "-X POST -H 'Content-Length: 1073741824' -d x"), HasSubstr("HTTP/1.1 413 "));
  const auto big = web.tree().path("big");
  std::ofstream(big) << std::string(4 << 20, 'x');
  EXPECT_THAT(web.get("/api2/json/version", "-X POST --data-binary @" + big), HasSubstr("HTTP/1.1 413 "));
  EXPECT_THAT(web.get("/api2/json/version", "-X POST -H 'Expect:' --data-binary @" + big), HasSubstr("HTTP/1.1 413 "));
}

TEST(WebLab, OneClientCantTakeAllConnections) {
  Web web;
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<Client>(web.port()));
    slow.back()->say("GET / HTTP/1.1\r\nHost: x\r\nX: ");
  }
  std::this_thread::sleep_for(200ms);
  const auto closed = std::ranges::count_if(slow, [](const auto& client) {
    char byte = 0;
    return ::recv(client->descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0 || errno == ECONNRESET;
  });
  EXPECT_GE(closed, 72);
  slow.clear();
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(web.get("/"), StartsWith("HTTP/1.1 200"));
}

TEST(WebLab, ConnectionsAreKept) {
  Web web;
  const auto both = web.curl("-v -o /dev/null -o /dev/null " + web.url("/") + " " + web.url("/assets/index-BdF3kZx1.js"));
  EXPECT_THAT(both, HasSubstr("Re-using existing connection"));
}

TEST(WebLab, TheApiIsBehindIt) {
  Web web;
  EXPECT_THAT(web.get("/api2/json/version"),
              AllOf(StartsWith("HTTP/1.1 503 "), EndsWith("{\"data\":null,\"message\":\"the API service does not run\\n\"}")));
  auto api = web.serve_api([](const http::Request& request, const http::Reply& reply) {
    reply({.status = 400,
           .reason = "Parameter verification failed.",
           .body = request.method + " " + request.target + " " + request.body + " for " +
                   std::string(request.headers.find("X-Drawbridge-Client").value_or("nobody"))});
  });
  const auto answer = web.get("/api2/json/nodes/a/network?x=1", "-d a=b -H 'X-Drawbridge-Client: 192.0.2.66 1'");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 400 Parameter verification failed.\r\n"),
                            HasSubstr("POST /api2/json/nodes/a/network?x=1 a=b for 127.0.0.1 ")));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(web.get("/api2/json/version", "-X HEAD -m 2"), HasSubstr("HTTP/1.1 501 "));
  api.reset();
  EXPECT_THAT(web.get("/api2/json/version"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(web.get("/"), StartsWith("HTTP/1.1 200"));
  api = web.serve_api([](const http::Request&, const http::Reply& reply) { reply({.body = "back"}); });
  EXPECT_THAT(web.get("/api2/json/version"), EndsWith("back"));
}

TEST(WebLab, EventsComeAsTheyHappen) {
  Web web;
  auto stream = std::make_shared<http::Stream>();
  std::promise<void> asked;
  std::promise<void> gone;
  stream->on_closed([&] { gone.set_value(); });
  const auto api = web.serve_api([&](const http::Request&, const http::Reply& reply) {
    http::Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.stream = stream;
    reply(std::move(response));
    asked.set_value();
  });
  FILE* curl = ::popen(("curl -sSkN --noproxy '*' -m 20 " + web.url("/api2/json/events")).c_str(), "r");
  asked.get_future().wait();
  std::array<char, 64> line{};
  for (int i = 0; i < 20; ++i) {
    const auto sent = std::chrono::steady_clock::now();
    api->thread().in_loop([&] { stream->write("data: " + std::to_string(i) + "\n"); });
    ASSERT_NE(std::fgets(line.data(), line.size(), curl), nullptr);
    EXPECT_EQ(std::string(line.data()), "data: " + std::to_string(i) + "\n");
    EXPECT_LT(std::chrono::steady_clock::now() - sent, 1s);
  }
  ::kill(web.pid(), SIGTERM);
  EXPECT_EQ(gone.get_future().wait_for(5s), std::future_status::ready);
  ::pclose(curl);
}

TEST(WebLab, AReplacedCertificateIsTakenOver) {
  Tree keys;
  const auto put = [&](const http::KeyPair& pair) {
    keys.write("web.pem", pair.certificate);
    keys.write("web.key", pair.key);
  };
  const auto pair = [](const std::string& name) { return *http::make_certificate({name, {name}, {}}, std::time(nullptr)); };
  put(pair("first"));
  Web web({"--certificate", keys.path("web.pem"), "--key", keys.path("web.key")});
  const auto subject = [&] { return output_of("openssl s_client -connect " + web.address() + " </dev/null"); };
  EXPECT_THAT(subject(), HasSubstr("CN = first"));
  Client standing(web.port());
  keys.write("web.key", "garbage");
  std::this_thread::sleep_for(300ms);
  EXPECT_THAT(subject(), HasSubstr("CN = first"));
  put(pair("second"));
  for (int i = 0; i < 100 && subject().find("CN = second") == std::string::npos; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_THAT(subject(), HasSubstr("CN = second"));
  EXPECT_THAT(web.end().err, AllOf(HasSubstr("the certificate stays as it is"), HasSubstr("new connections get the new certificate")));
}

TEST(WebLab, PlainWhereItIsAskedFor) {
  Web web({"--insecure-plain"});
  const auto answer = output_of("curl -si --noproxy '*' http://" + web.address() + "/");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("Strict-Transport-Security"))));
}

}  // namespace
}  // namespace drawbridge::e2e
