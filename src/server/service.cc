#include "server/service.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>

#include "http/server.h"
#include "server/direct.h"
#include "server/dispatcher.h"

namespace drawbridge::server {
namespace {

DirectMethods all_direct(const ServiceSettings& settings, Tasks& tasks) {
  DirectMethods all = node_methods(settings.world);
  all.merge(task_methods(tasks));
  return all;
}

}  // namespace

Result<void> serve(doors::Files& files, const ServiceSettings& settings) {
  boost::asio::io_context loop(1);
  const World& world = settings.world;
  EventHub events(loop, world.node);
  auto changes = TRY(Changes::open(loop, world.root, world.node, [&](const std::set<std::string>& topics) { events.tell(topics); }));
  Gate gate(files, world.root);
  CommandRunner runner(loop, world);
  Tasks tasks(loop, world, world.root + "/var/log/drawbridge/tasks", [&] { changes->note("tasks"); });
  AuditLog audit(world.root);
  Dispatcher dispatcher({world, gate, runner, tasks, *changes, events, audit}, all_direct(settings, tasks));
  std::error_code made;  // where it can't be made, listening says so
  std::filesystem::create_directories(std::filesystem::path(settings.socket).parent_path(), made);
  auto listener = TRY(http::listen_unix(settings.socket, {.mode = settings.group.empty() ? 0600U : 0660U, .group = settings.group}));
  http::Settings options;
  options.limits.connections = 256;
  http::Server server(loop, std::move(listener), std::move(options),
                      [&](http::Request request, http::Reply reply) { dispatcher.handle(std::move(request), std::move(reply)); });
  boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const auto& error, int) {
    if (!error) loop.stop();
  });
  if (settings.ready) settings.ready();
  loop.run();
  return {};
}

}  // namespace drawbridge::server
