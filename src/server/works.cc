#include "server/works.h"

#include "server/direct.h"

namespace drawbridge::server {
namespace {

DirectMethods all_direct(const World& world, Tasks& tasks, const AccessParts& access) {
  DirectMethods all = node_methods(world);
  all.merge(access_methods(access));
  all.merge(task_methods(tasks, world.node));
  all.merge(pool_methods(access.files, world));
  return all;
}

}  // namespace

Result<std::unique_ptr<Works>> Works::open(boost::asio::io_context& loop, doors::Files& files, const World& world) {
  auto works = std::make_unique<Works>(loop, files, world);
  works->changes = TRY(Changes::open(loop, world.root, world.node, [at = works.get()](const auto& topics) { at->events.tell(topics); }));
  return works;
}

Works::Works(boost::asio::io_context& loop, doors::Files& files, const World& where)
    : world(where),
      gate(files, world.root),
      events(loop, world.node, [this] { return gate.users(); }),
      runner(loop, world),
      tasks(loop, world, world.root + "/var/log/drawbridge/tasks",
            [this](const std::string& owner) {
              events.note_task_of(owner);
              changes->note("tasks");
            }),
      audit(world.root),
      login(loop, files, world.root),
      dispatcher({world, gate, runner, tasks, changes, events, audit}, all_direct(world, tasks, {files, world.root, runner, login})) {}

}  // namespace drawbridge::server
