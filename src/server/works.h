// Everything behind the api process's socket, in the order in which it needs each other.
#pragma once

#include <memory>

#include "doors/files.h"
#include "server/audit_log.h"
#include "server/changes.h"
#include "server/dispatcher.h"
#include "server/event_hub.h"
#include "server/gate.h"
#include "server/login_desk.h"
#include "server/tasks.h"

namespace drawbridge::server {

struct Works {
  /// `loop` and `files` must outlive it. Errors: those of watching files and the kernel.
  static Result<std::unique_ptr<Works>> open(boost::asio::io_context& loop, doors::Files& files, const World& world);
  Works(boost::asio::io_context& loop, doors::Files& files, const World& where);
  Works(const Works&) = delete;
  Works& operator=(const Works&) = delete;

  World world;
  Gate gate;
  EventHub events;
  std::unique_ptr<Changes> changes;
  CommandRunner runner;
  Tasks tasks;
  AuditLog audit;
  LoginDesk login;
  Dispatcher dispatcher;
};

}  // namespace drawbridge::server
