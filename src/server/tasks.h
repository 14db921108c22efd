// Tasks: long work in a process of its own, named by a UPID, with a log that grows while it runs and stays when it is done. They
// outlive the api process: what a task is lies in its two files, UPID (the log) and UPID.end.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/upid.h"
#include "base/result.h"
#include "server/command_runner.h"

namespace drawbridge::server {

struct Task {
  api::Upid upid;
  bool running = false;
  std::uint32_t ended = 0;  ///< Unix time; 0: it runs, or nobody knows
  std::string status;       ///< "OK", "WARNINGS: n", the error; empty while it runs
};

/// What a list is asked for; nothing set: everything.
struct TaskFilter {
  std::size_t start = 0;
  std::size_t limit = 50;
  std::string source;  ///< "active", "archive"; empty: both
  std::string type;
  std::string user;     ///< a part of the user's name
  std::string id;       ///< a VMID
  bool errors = false;  ///< only those that failed
  std::uint32_t since = 0;
  std::uint32_t until = UINT32_MAX;
  std::string statuses;  ///< "ok,error,warning,unknown"
};

struct TaskList {
  std::vector<Task> tasks;  ///< newest first
  std::size_t total = 0;    ///< before start and limit
};

struct TaskLog {
  std::vector<std::string> lines;
  std::size_t first = 0;  ///< number of the first, from 0
  std::size_t total = 0;
};

class Tasks {
 public:
  /// Called from the loop when a task has begun or ended, with its user.
  using Changed = std::function<void(const std::string& user)>;
  Tasks(boost::asio::io_context& loop, World world, std::string folder, Changed changed);

  /// Starts it and gives its UPID: the commands one after the other, until one fails. Errors: those of the system; unsupported, if the
  /// user's name can't stand in a UPID.
  Result<std::string> start(const std::vector<api::Words>& commands, std::string_view type, const std::string& id, const std::string& user,
                            const OnBehalf& behalf);
  /// `may_see`: whether a task is the caller's to see.
  TaskList list(const TaskFilter& filter, const std::function<bool(const Task&)>& may_see) const;
  /// nullopt: there is no such task.
  std::optional<Task> find(const api::Upid& upid) const;
  TaskLog log(const api::Upid& upid, std::size_t start, std::size_t limit) const;
  /// Asks it to end, as Ctrl-C would.
  void stop(const Task& task) const;

  /// How many are kept; the oldest go first.
  static constexpr std::size_t kMostKept = 1000;

 private:
  void watch_end(int ended, int pid, const std::string& user);
  void forget_old() const;

  boost::asio::io_context& loop_;
  World world_;
  std::string folder_;
  Changed changed_;
};

/// The task's own process: reads its UPID from standard input, runs the command with the log as its output, and writes how it
/// ended. Gives the exit status.
int run_task(const std::string& folder, const std::string& program, const std::vector<std::vector<std::string>>& commands);

/// Commands as words of one command line, each behind the number of its words, and back; nullopt for anything else.
std::vector<std::string> pack_commands(const std::vector<std::vector<std::string>>& commands);
std::optional<std::vector<std::vector<std::string>>> unpack_commands(const std::vector<std::string>& words);

/// The members that clients know: {"upid","node","pid","pstart","starttime","type","id","user"} and, if it has ended, "endtime", "status".
boost::json::object task_json(const Task& task);

}  // namespace drawbridge::server
