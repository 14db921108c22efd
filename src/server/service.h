// The api process: everything above the unix socket, joined and run.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "doors/files.h"
#include "http/message.h"
#include "server/command_runner.h"

namespace drawbridge::server {

struct ServiceSettings {
  World world;
  std::string socket;  ///< where it listens
  std::string group;   ///< whose members may connect; empty: root alone
  std::function<void()> ready;
};

/// One request, answered in this process as the service would answer root@pam. Errors: those of opening what it needs.
Result<http::Response> ask(doors::Files& files, const World& world, http::Request request);

/// Serves until SIGTERM or SIGINT. Errors: conflict (another one listens), denied, not_found (the group), unavailable.
Result<void> serve(doors::Files& files, const ServiceSettings& settings);

}  // namespace drawbridge::server
