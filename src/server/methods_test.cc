// Every method that is described is answered, and nothing else is.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "api/step.h"
#include "doors/fake_files.h"
#include "server/direct.h"
#include "server/login_desk.h"

namespace drawbridge::server {
namespace {

TEST(Methods, EachIsAnsweredByOneOfUs) {
  boost::asio::io_context loop(1);
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
  const World world{.program = "/bin/false", .root = testing::TempDir() + "drawbridge-methods-test", .node = "alpha"};
  CommandRunner runner(loop, world);
  Tasks tasks(loop, world, world.root + "/tasks", nullptr);
  LoginDesk login(loop, files, world.root);
  auto direct = node_methods(world);
  direct.merge(task_methods(tasks, world.node));
  direct.merge(pool_methods(files, world));
  direct.merge(access_methods({files, world.root, runner, login}));

  std::set<std::string> described{"GET /events"};
  for (const auto& method : api::Description::own().methods()) {
    described.insert(method.key());
    const bool answered = direct.contains(method.key()) || api::find_step(method.key()) != nullptr || method.path == "/events";
    EXPECT_TRUE(answered) << method.key();
    EXPECT_FALSE(direct.contains(method.key()) && api::find_step(method.key()) != nullptr) << method.key();
  }
  for (const auto& [key, handler] : direct) EXPECT_TRUE(described.contains(key)) << key << " is not described";
}

}  // namespace
}  // namespace drawbridge::server
