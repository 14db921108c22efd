// A server in a thread of its own, and a client that says exactly the bytes it is told.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "http/server.h"

namespace drawbridge::http {

/// A loop in a thread; what is made in it is destroyed in it.
class LoopThread {
 public:
  LoopThread() : guard_(boost::asio::make_work_guard(loop_)), thread_([this] { loop_.run(); }) {}
  ~LoopThread() {
    guard_.reset();
    loop_.stop();
    thread_.join();
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  boost::asio::io_context& loop() { return loop_; }
  /// Runs it in the loop's thread and waits for it.
  template <class Act>
  auto in_loop(Act act) {
    std::packaged_task<decltype(act())()> task(std::move(act));
    auto done = task.get_future();
    boost::asio::post(loop_, [&task] { task(); });
    return done.get();
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

class TestServer {
 public:
  /// On a loopback port of the system's choice.
  explicit TestServer(Handler handler, Settings settings = {})
      : TestServer(listen_tcp({"127.0.0.1", 0}), std::move(handler), std::move(settings)) {}
  TestServer(Result<Listener> listener, Handler handler, Settings settings = {}) {
    if (!listener) throw std::runtime_error(listener.error().what);
    port_ = listener->port();
    thread_.in_loop([&] { server_.emplace(thread_.loop(), std::move(*listener), std::move(settings), std::move(handler)); });
  }
  ~TestServer() { stop(); }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  void stop() {
    thread_.in_loop([&] { server_.reset(); });
  }
  std::uint16_t port() const { return port_; }
  Counters counters() {
    return thread_.in_loop([&] { return server_->counters(); });
  }
  std::size_t connections() {
    return thread_.in_loop([&] { return server_->connections(); });
  }
  void drain() {
    thread_.in_loop([&] { server_->drain(); });
  }
  LoopThread& thread() { return thread_; }

 private:
  LoopThread thread_;
  std::uint16_t port_ = 0;
  std::optional<Server> server_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { hang_up(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int descriptor() const { return descriptor_; }
  void hang_up() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  /// False: the server is gone.
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Everything until the server closes, or for so long.
  std::string hear_all(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    return hear([](const std::string&) { return false; }, patience);
  }
  /// Until the text has come. What comes after it in the same piece is kept.
  std::string hear_until(std::string_view text, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    static constexpr std::size_t kPiece = 4096;
    const auto ends = [&](const std::string& all) {
      return all.find(text, all.size() > kPiece + text.size() ? all.size() - kPiece - text.size() : 0) != std::string::npos;
    };
    return hear(ends, patience);
  }
  /// One answer with its Content-Length body.
  std::string hear_answer() {
    return hear([](const std::string& all) {
      const auto end = all.find("\r\n\r\n");
      const auto told = all.find("Content-Length: ");
      if (end == std::string::npos) return false;
      return told == std::string::npos || told > end || all.size() >= end + 4 + std::stoul(all.substr(told + 16));
    });
  }
  bool was_closed() const { return closed_; }

 private:
  template <class Enough>
  std::string hear(Enough enough, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string all;
    while (!enough(all)) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd wait{descriptor_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) break;
      std::array<char, 4096> piece{};
      const auto got = ::recv(descriptor_, piece.data(), piece.size(), 0);
      closed_ = got <= 0;
      if (closed_) break;
      all.append(piece.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

  int descriptor_;
  bool closed_ = false;
};

/// Answers with what it was asked.
inline void echo(const Request& request, const Reply& reply) {
  Response response;
  response.body = request.method + " " + request.target + " " + request.body;
  reply(std::move(response));
}

}  // namespace drawbridge::http
