#include "server/tasks.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "server/process_times.h"
#include "server/spawn.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kEnd = ".end";

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the task has left: {"endtime","status"}.
void take_end(Task& task, const std::string& path) {
  boost::system::error_code error;
  const json::value end = json::parse(read_text(path), error);
  if (error || !end.is_object()) return;
  if (const auto* when = end.as_object().if_contains("endtime"); when != nullptr && when->is_int64())
    task.ended = static_cast<std::uint32_t>(when->as_int64());
  if (const auto* status = end.as_object().if_contains("status"); status != nullptr && status->is_string())
    task.status = status->as_string();
}

Task look_at(const std::string& folder, const api::Upid& upid) {
  Task task{.upid = upid, .running = false, .ended = 0, .status = ""};
  take_end(task, folder + "/" + api::format_upid(upid) + std::string(kEnd));
  if (task.ended != 0) return task;
  task.running = process_start(static_cast<int>(upid.pid)) == upid.pstart;
  if (!task.running) task.status = "unexpected status";
  return task;
}

std::vector<api::Upid> known_upids(const std::string& folder) {
  std::vector<api::Upid> upids;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(folder, gone))
    if (auto upid = api::parse_upid(entry.path().filename().string())) upids.push_back(std::move(*upid));
  std::ranges::sort(upids, [](const auto& a, const auto& b) { return std::tie(a.start, a.pid) > std::tie(b.start, b.pid); });
  return upids;
}

/// "ok", "warning", "error", "unknown": as clients filter.
std::string_view kind_of(const Task& task) {
  if (task.status == "OK") return "ok";
  if (task.status.starts_with("WARNINGS: ")) return "warning";
  return task.status == "unexpected status" ? "unknown" : "error";
}

bool fits(const TaskFilter& filter, const Task& task) {
  const auto& upid = task.upid;
  if (filter.source == "active" && !task.running) return false;
  if (filter.source == "archive" && task.running) return false;
  if (filter.errors && (task.running || task.status == "OK")) return false;
  if (!filter.type.empty() && upid.type != filter.type) return false;
  if (!filter.user.empty() && upid.user.find(filter.user) == std::string::npos) return false;
  if (!filter.id.empty() && upid.id != filter.id) return false;
  if (upid.start < filter.since || upid.start > filter.until) return false;
  if (filter.statuses.empty()) return true;
  const auto wanted = split_list(filter.statuses);
  return !task.running && std::ranges::find(wanted, kind_of(task)) != wanted.end();
}

Result<int> make_log(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
  if (file < 0) return fail_errno(errno, "can't make the task's log");
  return file;
}

/// Looks after a task's process until it has ended.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(boost::asio::io_context& loop, int ended, pid_t pid, std::function<void()> then)
      : ended_(loop, ended), pid_(pid), then_(std::move(then)) {}

  void go_on() {
    ended_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const auto& error) {
      if (error) return;
      if (!reap(self->pid_)) return self->go_on();
      self->then_();
    });
  }

 private:
  boost::asio::posix::stream_descriptor ended_;
  pid_t pid_;
  std::function<void()> then_;
};

}  // namespace

Tasks::Tasks(boost::asio::io_context& loop, World world, std::string folder, Changed changed)
    : loop_(loop), world_(std::move(world)), folder_(std::move(folder)), changed_(std::move(changed)) {}

Result<std::string> Tasks::start(const std::vector<api::Words>& commands, std::string_view type, const std::string& id,
                                 const std::string& user, const OnBehalf& behalf) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return fail(Errc::unavailable, "can't make " + folder_ + ": " + failed.message());
  forget_old();
  int name[2] = {-1, -1};
  if (::pipe2(name, O_CLOEXEC) != 0) return fail_errno(errno, "can't start a task");
  std::vector<std::string> all{"__task", folder_, "--"};
  std::vector<std::vector<std::string>> full;
  for (const auto& words : commands) full.push_back(full_words(world_, words, false));
  const auto packed = pack_commands(full);
  all.insert(all.end(), packed.begin(), packed.end());
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  auto spawned = spawn(world_.program, all, command_environment(behalf), {name[0], nothing, nothing}, true);
  ::close(name[0]);
  ::close(nothing);
  if (!spawned) {
    ::close(name[1]);
    return fail(std::move(spawned.error()));
  }
  const api::Upid upid{.node = world_.node,
                       .pid = static_cast<std::uint32_t>(spawned->pid),
                       .pstart = process_start(spawned->pid).value_or(0),
                       .start = static_cast<std::uint32_t>(std::time(nullptr)),
                       .type = std::string(type),
                       .id = id,
                       .user = user};
  std::string text = api::format_upid(upid);
  auto log = api::parse_upid(text)
                 ? make_log(folder_ + "/" + text)
                 : Result<int>(fail(Errc::unsupported, "a task can't bear the name of user '" + printable(user, 64) + "'"));
  // Without a log there is no name, and without its name the child does nothing.
  if (log) {
    ::close(*log);
    const std::string line = text + "\n";
    std::ignore = ::write(name[1], line.data(), line.size());
  }
  ::close(name[1]);
  watch_end(spawned->ended, spawned->pid, user);
  if (!log) return fail(std::move(log.error()));
  if (changed_) changed_(user);
  return text;
}

void Tasks::watch_end(int ended, int pid, const std::string& user) {
  std::make_shared<Watch>(loop_, ended, pid, [this, user] {
    if (changed_) changed_(user);
  })->go_on();
}

void Tasks::forget_old() const {
  const auto upids = known_upids(folder_);
  for (std::size_t i = kMostKept; i < upids.size(); ++i) {
    const std::string path = folder_ + "/" + api::format_upid(upids[i]);
    ::unlink((path + std::string(kEnd)).c_str());
    ::unlink(path.c_str());
  }
}

TaskList Tasks::list(const TaskFilter& filter, const std::function<bool(const Task&)>& may_see) const {
  TaskList found;
  for (const auto& upid : known_upids(folder_)) {
    Task task = look_at(folder_, upid);
    if (!fits(filter, task) || !may_see(task)) continue;
    found.total += 1;
    if (found.total > filter.start && found.tasks.size() < filter.limit) found.tasks.push_back(std::move(task));
  }
  return found;
}

std::optional<Task> Tasks::find(const api::Upid& upid) const {
  struct stat there{};
  if (::stat((folder_ + "/" + api::format_upid(upid)).c_str(), &there) != 0) return std::nullopt;
  return look_at(folder_, upid);
}

TaskLog Tasks::log(const api::Upid& upid, std::size_t start, std::size_t limit) const {
  TaskLog log{.lines = {}, .first = start, .total = 0};
  const std::string text = read_text(folder_ + "/" + api::format_upid(upid));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line); ++log.total)
    if (log.total >= start && (limit == 0 || log.lines.size() < limit)) log.lines.push_back(printable(line, 4096));
  return log;
}

void Tasks::stop(const Task& task) const {
  if (task.running && process_start(static_cast<int>(task.upid.pid)) == task.upid.pstart)
    ::kill(-static_cast<pid_t>(task.upid.pid), SIGINT);
}

json::object task_json(const Task& task) {
  const auto& upid = task.upid;
  json::object object{{"upid", api::format_upid(upid)}, {"node", upid.node}, {"pid", upid.pid}, {"pstart", upid.pstart},
                      {"starttime", upid.start},        {"type", upid.type}, {"id", upid.id},   {"user", upid.user}};
  if (task.running) return object;
  if (task.ended != 0) object["endtime"] = task.ended;
  object["status"] = task.status;
  return object;
}

}  // namespace drawbridge::server
