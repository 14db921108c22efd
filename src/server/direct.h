// The methods that no command answers, by key.
#pragma once

#include <map>
#include <string>

#include "doors/files.h"
#include "server/call.h"
#include "server/gate.h"
#include "server/tasks.h"

namespace drawbridge::server {

using DirectMethods = std::map<std::string, Direct, std::less<>>;

/// version, nodes, the node's state.
DirectMethods node_methods(const World& world);
/// Tasks: list, status, log, stop.
DirectMethods task_methods(Tasks& tasks, const std::string& node);

/// Pools; `files` must outlive them.
DirectMethods pool_methods(doors::Files& files, const World& world);
class LoginDesk;
struct AccessParts {
  doors::Files& files;
  std::string root;
  CommandRunner& runner;
  LoginDesk& login;
};
/// Users, tokens, roles, rights, second factors, tickets.
DirectMethods access_methods(const AccessParts& parts);

}  // namespace drawbridge::server
