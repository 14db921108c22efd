// Requests a second and their times through `drawbridge web` (TLS, kept connections) to a server in place of the API service, with the
// page's own file, and without the web service in between, as the floor.      bench_web PROGRAM [CONNECTIONS] [SECONDS]
#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"

namespace {

using namespace drawbridge;
using Clock = std::chrono::steady_clock;

struct Target {
  std::string unix_path;  ///< empty: TLS to 127.0.0.1
  std::uint16_t port = 0;
};

int connect_to(const Target& target) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  target.unix_path.copy(local.sun_path, sizeof local.sun_path - 1);
  sockaddr_in remote{};
  remote.sin_family = AF_INET;
  remote.sin_port = htons(target.port);
  remote.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_unix = !target.unix_path.empty();
  const int fd = ::socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int connected = is_unix ? ::connect(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local)
                                : ::connect(fd, reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
  if (connected == 0) return fd;
  ::close(fd);
  return -1;
}

/// One kept connection, request after request; milliseconds of each.
std::vector<double> ask_on(const Target& target, const std::string& request, SSL_CTX* context, const std::atomic<bool>& over) {
  std::vector<double> times;
  const int fd = connect_to(target);
  SSL* session = target.unix_path.empty() ? ::SSL_new(context) : nullptr;
  if (fd < 0 || (session != nullptr && (::SSL_set_fd(session, fd) != 1 || ::SSL_connect(session) != 1)))
    std::fprintf(stderr, "no connection\n"), std::exit(1);
  std::vector<char> answer(64 * 1024);
  const auto say = [&](const std::string& text) {
    return session != nullptr ? ::SSL_write(session, text.data(), static_cast<int>(text.size())) : ::send(fd, text.data(), text.size(), 0);
  };
  const auto hear = [&](std::size_t at) {
    return session != nullptr ? ::SSL_read(session, answer.data() + at, static_cast<int>(answer.size() - at))
                              : ::recv(fd, answer.data() + at, answer.size() - at, 0);
  };
  while (!over) {
    const auto start = Clock::now();
    say(request);
    std::size_t got = 0;
    for (std::size_t whole = answer.size(); got < whole;) {
      const auto more = hear(got);
      if (more <= 0) std::fprintf(stderr, "cut off\n"), std::exit(1);
      got += static_cast<std::size_t>(more);
      const std::string_view text(answer.data(), got);
      const auto end = text.find("\r\n\r\n");
      const auto told = text.find("Content-Length: ");
      if (end != std::string_view::npos) whole = end + 4 + std::strtoul(text.data() + told + 16, nullptr, 10);
    }
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  ::SSL_free(session);
  ::close(fd);
  return times;
}

void measure(const char* name, const Target& target, const std::string& path, int connections, int seconds) {
  SSL_CTX* context = ::SSL_CTX_new(::TLS_client_method());
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: node\r\nCookie: PVEAuthCookie=PVE%3Aroot@pam%3A6745F0A1%3A%3A" +
                              std::string(340, 'x') + "\r\n\r\n";
  std::atomic<bool> over = false;
  std::vector<std::vector<double>> all(static_cast<std::size_t>(connections));
  std::vector<std::thread> threads;
  for (auto& times : all) threads.emplace_back([&] { times = ask_on(target, request, context, over); });
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  over = true;
  for (auto& thread : threads) thread.join();
  std::vector<double> times;
  for (const auto& some : all) times.insert(times.end(), some.begin(), some.end());
  std::ranges::sort(times);
  const auto at = [&](double part) { return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))]; };
  std::printf("%-34s %8.0f requests/s   median %6.2f ms   99 %% %6.2f ms\n", name, static_cast<double>(times.size()) / seconds, at(0.5),
              at(0.99));
  ::SSL_CTX_free(context);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "bench_web PROGRAM [CONNECTIONS] [SECONDS]\n"), 2;
  const int connections = argc > 2 ? std::atoi(argv[2]) : 50;
  const int seconds = argc > 3 ? std::atoi(argv[3]) : 5;
  ::signal(SIGPIPE, SIG_IGN);
  const std::string root = "/tmp/drawbridge-bench-web-" + std::to_string(::getpid());
  std::filesystem::create_directories(root + "/run/drawbridge");
  std::filesystem::create_directories(root + "/web/assets");
  std::ofstream(root + "/web/assets/index-12345678.js") << std::string(10'000, 'x');

  boost::asio::io_context loop(1);
  auto listener = http::listen_unix(root + "/run/drawbridge/api.sock", {.mode = 0666});
  if (!listener) return std::fprintf(stderr, "%s\n", listener.error().what.c_str()), 1;
  const std::string body = "{\"data\":\"" + std::string(2'000, 'x') + "\"}";
  const http::Server server(loop, std::move(*listener), {}, [&](const http::Request&, const http::Reply& reply) { reply({.body = body}); });
  std::thread api([&] { loop.run(); });

  Target web;
  web.port = http::listen_tcp({"127.0.0.1", 0})->port();
  const std::string address = "127.0.0.1:" + std::to_string(web.port);
  const std::string assets = root + "/web";
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(argv[1], "drawbridge", "--root", root.c_str(), "-q", "web", "--listen", address.c_str(), "--assets", assets.c_str(),
            ::geteuid() == 0 ? "--user" : nullptr, "nobody", nullptr);
    ::_exit(127);
  }
  for (int i = 0, fd = -1; i < 200 && (fd = connect_to(web)) < 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  measure("API without the web service", {root + "/run/drawbridge/api.sock", 0}, "/api2/json/nodes", connections, seconds);
  measure("API through the web service, TLS", web, "/api2/json/nodes", connections, seconds);
  measure("file of 10 kB, TLS", web, "/assets/index-12345678.js", connections, seconds);
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
  loop.stop();
  api.join();
  std::filesystem::remove_all(root);
  return 0;
}
