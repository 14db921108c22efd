#include "server/dispatcher.h"

#include <algorithm>
#include <chrono>

#include "api/step.h"
#include "base/text.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "/api2/";

/// "/api2/extjs/nodes" → extjs, "/nodes". nullopt: it is below no envelope that is known.
struct Place {
  api::Envelope envelope = api::Envelope::json;
  std::string_view path;
};
std::optional<Place> place_of(std::string_view path) {
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const auto slash = path.find('/');
  const auto name = path.substr(0, slash);
  const auto rest = slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
  if (name == "json") return Place{api::Envelope::json, rest};
  if (name == "extjs") return Place{api::Envelope::extjs, rest};
  return std::nullopt;
}

/// "anna@pam from 192.0.2.4".
OnBehalf behalf_of(const access::Identity& identity, const http::Ends& ends) {
  OnBehalf behalf{.author = access::format_identity(identity), .session = ""};
  if (ends.client.address.empty()) return behalf;
  behalf.author += " from " + ends.client.address;
  behalf.session =
      ends.client.address + " " + std::to_string(ends.client.port) + " " + ends.server.address + " " + std::to_string(ends.server.port);
  return behalf;
}

std::string diff_of(const std::vector<json::value>& documents) {
  std::string diff;
  for (const auto& document : documents)
    if (const auto* member = document.is_object() ? document.as_object().if_contains("diff") : nullptr;
        member != nullptr && member->is_string())
      diff += member->as_string();
  return diff;
}

/// Not everything that answers are made from tells when it changes: files sourced from elsewhere, other nodes' files, settings of drivers.
bool is_old(std::chrono::steady_clock::time_point since) { return std::chrono::steady_clock::now() - since > std::chrono::seconds(2); }

/// What a method's change is about, in the words of Changes.
std::string topic_of(const std::string& path) {
  const auto holds = [&](std::string_view part) { return path.find(part) != std::string::npos; };
  if (holds("/firewall")) return "firewall";
  if (holds("/qemu") || holds("/lxc")) return "guests";
  return holds("/access") ? "access" : "network";
}

bool is_change(api::Effect effect) { return effect == api::Effect::writes || effect == api::Effect::works; }

bool holds(const Call& call, const api::Need& need) {
  const auto at = [&](std::string_view path) { return access::require(*call.users, call.identity, path, need.any_of, true).has_value(); };
  if (at(need.path)) return true;
  if (!need.or_below) return false;
  const std::string below = need.path + "/";
  const auto& acl = call.users->acl;
  for (auto place = acl.lower_bound(below); place != acl.end() && place->first.starts_with(below); ++place)
    if (at(place->first)) return true;
  return false;
}

/// Takes out of a list what is not the caller's to see.
void leave_visible(const api::Step& step, const Call& call, api::Answer& answer) {
  if (!step.visible || !answer.data.is_array() || call.identity.is_root()) return;
  if (step.sees_all) {
    if (holds(call, step.sees_all(call.parameters))) return;
    answer.beside.clear();
  }
  auto& list = answer.data.as_array();
  const auto gone = std::remove_if(list.begin(), list.end(), [&](const json::value& item) {
    const auto need = step.visible(item);
    return need && !holds(call, *need);
  });
  list.erase(gone, list.end());
  if (step.reduced)
    for (auto& item : list) item = step.reduced(item);
}

}  // namespace

struct Dispatcher::Exchange {
  http::Request request;
  http::Reply reply;
  api::Envelope envelope = api::Envelope::json;
  std::optional<AuditEntry> audit;  ///< of a change, as soon as it is known which
  std::optional<Call> call;
  const api::Step* step = nullptr;
  std::vector<json::value> documents;
  std::uint64_t generation = 0;  ///< before the first command ran

  const api::Parameters& parameters() const { return call->parameters; }
};

/// Commands on their way.
struct Dispatcher::Run {
  std::shared_ptr<Exchange> exchange;
  std::vector<api::Words> commands;
  bool may_keep = false;
  Then then;
  std::vector<json::value> documents;
};

Dispatcher::Dispatcher(Parts parts, std::map<std::string, Direct, std::less<>> direct) : parts_(parts), direct_(std::move(direct)) {}

void Dispatcher::handle(http::Request request, http::Reply reply) {
  auto exchange = std::make_shared<Exchange>();
  exchange->request = std::move(request);
  exchange->reply = std::move(reply);
  const auto place = place_of(exchange->request.path);
  if (!place) return finish(exchange, api::failure(404, "there is nothing at this path"));
  exchange->envelope = place->envelope;
  begin(exchange, place->path);
}

void Dispatcher::begin(const std::shared_ptr<Exchange>& exchange, std::string_view path) {
  const auto& request = exchange->request;
  const auto match = api::Description::own().find(request.method, path);
  if (!match && request.method == "GET")
    if (const auto names = api::Description::own().children(path); !names.empty()) return list_folder(exchange, names);
  if (!match || match->method == nullptr)
    return finish(exchange, api::failure(501, "Method '" + request.method + " " + printable(path, 200) + "' not implemented"));
  const auto& method = *match->method;
  const auto check = access::Check::parse(method.permissions);
  if (!check) return finish(exchange, api::failure(500, check.error().what));
  if (method.verb != "GET")
    exchange->audit = AuditEntry{
        .identity = {}, .from = ends_of(request).client.address, .verb = method.verb, .path = method.path, .parameters = match->words};
  access::Identity identity;
  if (auto asked = parts_.gate.authenticate(request))
    identity = std::move(*asked);
  else if (check->needs_identity())
    return finish(exchange, api::failure(401, asked.error().what));
  const auto type = request.headers.find("Content-Type");
  auto given = api::decode_request(request.query, type.value_or(""), request.body);
  if (!given) return finish(exchange, api::failure(400, given.error().what));
  auto users = parts_.gate.users();
  auto words = match->words;
  if (exchange->audit) {
    exchange->audit->identity = identity;
    exchange->audit->parameters.insert(given->begin(), given->end());
  }
  if (const auto node = words.find("node"); node != words.end() && node->second == "localhost") node->second = parts_.world.node;
  auto checked = api::check_parameters(method, words, *given);
  // Rights are tested with the words that will be acted on, not with another spelling of them; what is wrong is told only after that.
  access::Parameters all = *given;
  for (const auto& [name, value] : words) all.insert_or_assign(name, value);
  for (const auto& [name, value] : checked.parameters.all()) all.insert_or_assign(name, value);
  if (auto allowed = check->test(*users, identity, all); !allowed) return finish(exchange, api::failure(403, allowed.error().what));
  if (const auto node = words.find("node"); node != words.end() && node->second != parts_.world.node)
    return finish(exchange, api::failure(595, "node '" + printable(node->second, 64) + "' can't be reached"));
  const auto ends = ends_of(request);
  exchange->call.emplace(Call{method, std::move(checked.parameters), identity, std::move(users), ends, behalf_of(identity, ends)});
  if (exchange->audit && checked.faults.empty()) exchange->audit->parameters = exchange->parameters().all();
  if (!checked.faults.empty()) return finish(exchange, api::parameter_failure(std::move(checked.faults)));
  if (method.path == "/events") return open_events(exchange);
  if (const auto direct = direct_.find(method.key()); direct != direct_.end())
    return direct->second(*exchange->call, [this, exchange](api::Answer made) { finish(exchange, std::move(made)); });
  const auto* step = api::find_step(method.key());
  if (step == nullptr) return finish(exchange, api::failure(501, "Method '" + method.key() + "' not implemented"));
  run_step(exchange, *step);
}

/// A path that is only a folder: what is in it. Every user may know that.
void Dispatcher::list_folder(const std::shared_ptr<Exchange>& exchange, const std::vector<std::string>& names) {
  if (auto asked = parts_.gate.authenticate(exchange->request); !asked) return finish(exchange, api::failure(401, asked.error().what));
  json::array list;
  for (const auto& name : names) list.push_back(json::object{{"name", name}, {"subdir", name}});
  finish(exchange, api::answer(std::move(list)));
}

void Dispatcher::open_events(const std::shared_ptr<Exchange>& exchange) {
  const auto& identity = exchange->call->identity;
  auto stream = parts_.events.open(
      identity, [&gate = parts_.gate, request = exchange->request, identity] { return gate.is_still(request, identity); });
  if (!stream) return finish(exchange, api::failure(stream.error().code == Errc::conflict ? 429 : 503, stream.error().what));
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.stream = std::move(*stream);
  exchange->reply(std::move(response));
}

void Dispatcher::run_step(const std::shared_ptr<Exchange>& exchange, const api::Step& step) {
  exchange->step = &step;
  exchange->generation = parts_.changes->generation();
  if (exchange->call->identity.is_root() || !step.needs) return do_step(exchange);
  if (!step.consults) return ask_needs(exchange);
  run_all(exchange, step.consults(exchange->parameters()), true, [this, exchange](std::vector<json::value> documents) {
    exchange->documents = std::move(documents);
    ask_needs(exchange);
  });
}

void Dispatcher::ask_needs(const std::shared_ptr<Exchange>& exchange) {
  const auto& call = *exchange->call;
  for (const auto& need : exchange->step->needs(call.parameters, exchange->documents))
    if (auto allowed = access::require(*call.users, call.identity, need.path, need.any_of, true); !allowed)
      return finish(exchange, api::failure(403, allowed.error().what));
  exchange->documents.clear();
  do_step(exchange);
}

void Dispatcher::do_step(const std::shared_ptr<Exchange>& exchange) {
  const auto& step = *exchange->step;
  if (step.effect == api::Effect::works) {
    if (!step.rehearses) return start_task(exchange);
    return run_all(exchange, step.rehearses(exchange->parameters()), false, [this, exchange](std::vector<json::value> documents) {
      exchange->documents = std::move(documents);  // their difference is for the audit log
      start_task(exchange);
    });
  }
  run_all(exchange, step.commands(exchange->parameters()), step.effect == api::Effect::reads,
          [this, exchange](std::vector<json::value> documents) {
            exchange->documents = std::move(documents);
            end_step(exchange);
          });
}

void Dispatcher::run_all(const std::shared_ptr<Exchange>& exchange, std::vector<api::Words> commands, bool may_keep, Then then) {
  next_command(std::make_shared<Run>(Run{exchange, std::move(commands), may_keep, std::move(then), {}}));
}

void Dispatcher::next_command(const std::shared_ptr<Run>& run) {
  const auto& exchange = run->exchange;
  if (run->documents.size() == run->commands.size()) return run->then(std::move(run->documents));
  const auto& words = run->commands[run->documents.size()];
  const std::string key = join(words, "\n");
  if (const auto kept = kept_.find(key);
      run->may_keep && kept != kept_.end() && kept->second.generation == exchange->generation && !is_old(kept->second.since)) {
    run->documents.push_back(kept->second.document);
    return next_command(run);
  }
  parts_.runner.run(words, exchange->call->behalf, [this, run, key](api::Ran ran) {
    auto document = api::read_document(ran, run->exchange->parameters(), run->exchange->step->force_parameter);
    if (!document) return finish(run->exchange, std::move(document.error()));
    if (run->may_keep) {
      if (kept_.size() >= kMostKept) kept_.clear();
      kept_.insert_or_assign(key, Kept{run->exchange->generation, std::chrono::steady_clock::now(), *document});
    }
    run->documents.push_back(std::move(*document));
    next_command(run);
  });
}

void Dispatcher::end_step(const std::shared_ptr<Exchange>& exchange) {
  const auto& step = *exchange->step;
  const auto& call = *exchange->call;
  const bool reads = !is_change(step.effect);
  api::Answer made = step.shape ? step.shape(call.parameters, exchange->documents)
                                : api::answer(reads && !exchange->documents.empty() ? exchange->documents.front() : json::value());
  if (made.ok()) leave_visible(step, call, made);
  finish(exchange, std::move(made));
}

void Dispatcher::start_task(const std::shared_ptr<Exchange>& exchange) {
  const auto& step = *exchange->step;
  const auto& call = *exchange->call;
  const std::string id = step.task_id ? step.task_id(call.parameters) : "";
  auto upid = parts_.tasks.start(step.commands(call.parameters), step.task_type, id, access::format_identity(call.identity), call.behalf);
  finish(exchange, upid ? api::answer(json::value(*upid)) : api::failure(500, upid.error().what));
}

void Dispatcher::finish(const std::shared_ptr<Exchange>& exchange, api::Answer answer) {
  const bool asks_only = exchange->step != nullptr && !is_change(exchange->step->effect);
  if (exchange->audit && !asks_only) {
    answer.diff += diff_of(exchange->documents);
    parts_.audit.note(*exchange->audit, answer);
    // Who reads after his own write must not get what was kept before it, even where the folder was too new to be watched.
    const bool was_refused = answer.status == 400 || answer.status == 401 || answer.status == 403;
    const std::string& path = exchange->audit->path;
    if (!was_refused && path != "/access/ticket") parts_.changes->note(topic_of(path));
  }
  auto rendered = api::render(answer, exchange->envelope);
  // Who isn't logged in gets no body, as clients know it; who tries to log in in vain gets one that clients look into.
  if (answer.status == 401 && exchange->call) rendered.body = "{\"data\":null}";
  http::Response response;
  response.status = static_cast<int>(rendered.status);
  response.reason = std::move(rendered.reason);
  response.headers.set("Content-Type", "application/json;charset=UTF-8");
  response.headers.set("Cache-Control", "no-store");
  for (const auto& cookie : answer.cookies) response.headers.add("Set-Cookie", cookie);
  response.body = std::move(rendered.body);
  exchange->reply(std::move(response));
}

}  // namespace drawbridge::server
