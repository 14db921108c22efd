#include "server/service.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <iostream>
#include <optional>

#include "http/server.h"
#include "server/works.h"

namespace drawbridge::server {
namespace {

/// Connections, and for each command and task some pipes.
void raise_file_limit(std::size_t files) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= files) return;
  limit.rlim_cur = std::min<rlim_t>(files, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// One request that trips over the program's own fault must not take the others with it.
void run_on(boost::asio::io_context& loop) {
  for (;;) {
    try {
      loop.run();
      return;
    } catch (const std::exception& fault) {
      std::cerr << "drawbridge: a fault of the program itself: " << fault.what() << "\n";
    }
  }
}

}  // namespace

Result<http::Response> ask(doors::Files& files, const World& world, http::Request request) {
  boost::asio::io_context loop(1);
  auto works = TRY(Works::open(loop, files, world));
  request.peer_is_root = true;
  std::optional<http::Response> response;
  works->dispatcher.handle(std::move(request), [&](http::Response made) {
    response = std::move(made);
    loop.stop();
  });
  loop.run();
  if (!response) return fail(Errc::bug, "the request was not answered");
  return std::move(*response);
}

Result<void> serve(doors::Files& files, const ServiceSettings& settings) {
  boost::asio::io_context loop(1);
  auto works = TRY(Works::open(loop, files, settings.world));
  std::error_code made;  // where it can't be made, listening says so
  std::filesystem::create_directories(std::filesystem::path(settings.socket).parent_path(), made);
  auto listener = TRY(http::listen_unix(settings.socket, {.mode = settings.group.empty() ? 0600U : 0660U, .group = settings.group}));
  http::Settings options;
  // More than the web service has for all its clients, and some that it can't take: nobody on the network keeps root on this host out.
  constexpr std::size_t kForRoot = 64;
  constexpr std::size_t kKeptByWeb = 64;
  options.limits.connections = http::Limits{}.connections + kKeptByWeb + kForRoot;
  options.limits.kept_for_root = kForRoot;
  raise_file_limit(options.limits.connections + 1024);
  http::Server server(loop, std::move(listener), std::move(options),
                      [&](http::Request request, http::Reply reply) { works->dispatcher.handle(std::move(request), std::move(reply)); });
  boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const auto& error, int) {
    if (!error) loop.stop();
  });
  if (settings.ready) settings.ready();
  run_on(loop);
  return {};
}

}  // namespace drawbridge::server
