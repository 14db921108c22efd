// /nodes/{node}/tasks.
#include "access/permissions.h"
#include "server/direct.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

bool may(const Call& call, const char* privilege) {
  return access::require(*call.users, call.identity, "/nodes/" + call.parameters.text("node"), {privilege}).has_value();
}

/// One's own; a user's are those of his tokens as well, a token's are its own alone.
bool is_own(const Call& call, const Task& task) {
  const std::string& owner = task.upid.user;
  return owner == access::format_identity(call.identity) || (call.identity.token.empty() && owner.starts_with(call.identity.user + "!"));
}

TaskFilter filter_of(const api::Parameters& p) {
  return {.start = static_cast<std::size_t>(p.number("start")),
          .limit = static_cast<std::size_t>(p.number("limit", 50)),
          .source = p.text("source") == "all" ? ""
                    : p.has("source")         ? p.text("source")
                                              : "archive",
          .type = p.text("typefilter"),
          .user = p.text("userfilter"),
          .id = p.text("vmid"),
          .errors = p.flag("errors"),
          .since = static_cast<std::uint32_t>(p.number("since")),
          .until = static_cast<std::uint32_t>(p.number("until", UINT32_MAX)),
          .statuses = p.text("statusfilter")};
}

/// The task that the call is about, if it is the caller's to see.
std::expected<Task, api::Answer> task_of(const Tasks& tasks, const Call& call, const char* privilege) {
  const auto upid = api::parse_upid(call.parameters.text("upid"));
  const auto task = upid ? tasks.find(*upid) : std::nullopt;
  if (!task) return std::unexpected(api::parameter_failure({{"upid", "there is no such task"}}));
  if (!is_own(call, *task) && !may(call, privilege))
    return std::unexpected(api::failure(403, "Permission check failed (/nodes/" + call.parameters.text("node") + ", " + privilege + ")"));
  return *task;
}

void list_tasks(const Tasks& tasks, const Call& call, const Respond& respond) {
  const bool all = may(call, "Sys.Audit");
  const auto found = tasks.list(filter_of(call.parameters), [&](const Task& task) { return all || is_own(call, task); });
  json::array list;
  for (const auto& task : found.tasks) list.push_back(task_json(task));
  api::Answer made = api::answer(std::move(list));
  made.beside["total"] = found.total;
  respond(std::move(made));
}

/// As many as one looks through. Other nodes are asked for theirs by their names.
void list_latest(const Tasks& tasks, const std::string& node, const Call& call, const Respond& respond) {
  constexpr std::size_t kLatest = 50;
  const bool all = access::require(*call.users, call.identity, "/nodes/" + node, {"Sys.Audit"}).has_value();
  TaskFilter filter;
  filter.limit = kLatest;
  json::array list;
  for (const auto& task : tasks.list(filter, [&](const Task& task) { return all || is_own(call, task); }).tasks)
    list.push_back(task_json(task));
  respond(api::answer(std::move(list)));
}

void show_status(const Tasks& tasks, const Call& call, const Respond& respond) {
  const auto task = task_of(tasks, call, "Sys.Audit");
  if (!task) return respond(task.error());
  json::object object = task_json(*task);
  object.erase("status");
  object["status"] = task->running ? "running" : "stopped";
  if (!task->running) object["exitstatus"] = task->status;
  respond(api::answer(std::move(object)));
}

void show_log(const Tasks& tasks, const Call& call, const Respond& respond) {
  const auto task = task_of(tasks, call, "Sys.Audit");
  if (!task) return respond(task.error());
  const auto& p = call.parameters;
  const bool whole = p.flag("download");
  const auto log = tasks.log(task->upid, whole ? 0 : static_cast<std::size_t>(p.number("start")),
                             whole ? 0 : static_cast<std::size_t>(p.number("limit", 50)));
  json::array lines;
  for (std::size_t i = 0; i < log.lines.size(); ++i) lines.push_back(json::object{{"n", log.first + i + 1}, {"t", log.lines[i]}});
  if (lines.empty()) lines.push_back(json::object{{"n", 1}, {"t", "no content"}});
  api::Answer made = api::answer(std::move(lines));
  made.beside["total"] = log.total;
  respond(std::move(made));
}

void stop_task(const Tasks& tasks, const Call& call, const Respond& respond) {
  const auto task = task_of(tasks, call, "Sys.Modify");
  if (!task) return respond(task.error());
  tasks.stop(*task);
  respond(api::answer(nullptr));
}

}  // namespace

DirectMethods task_methods(Tasks& tasks, const std::string& node) {
  const auto bound = [&tasks](auto act) { return [&tasks, act](const Call& call, const Respond& respond) { act(tasks, call, respond); }; };
  return {{"GET /cluster/tasks", [&tasks, node](const Call& call, const Respond& respond) { list_latest(tasks, node, call, respond); }},
          {"GET /nodes/{node}/tasks", bound(list_tasks)},
          {"GET /nodes/{node}/tasks/{upid}",
           [](const Call&, const Respond& respond) {
             respond(api::answer(json::array{json::object{{"name", "log"}}, json::object{{"name", "status"}}}));
           }},
          {"DELETE /nodes/{node}/tasks/{upid}", bound(stop_task)},
          {"GET /nodes/{node}/tasks/{upid}/status", bound(show_status)},
          {"GET /nodes/{node}/tasks/{upid}/log", bound(show_log)}};
}

}  // namespace drawbridge::server
