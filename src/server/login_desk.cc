#include "server/login_desk.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <ctime>

#include "access/permissions.h"
#include "base/text.h"
#include "server/apart.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kFailureDelay{3};
constexpr std::chrono::milliseconds kPatience = auth::kPamPatience + std::chrono::seconds(5);

access::LoginLimit::Time steady_now() {
  return std::chrono::duration_cast<access::LoginLimit::Time>(std::chrono::steady_clock::now().time_since_epoch());
}

access::UnixTime unix_now() { return std::time(nullptr); }

/// What the child says: an object; empty text is never said.
std::string format_answer(const Result<auth::LoginAnswer>& answer) {
  if (!answer) return json::serialize(json::object{{"why", printable(answer.error().what, 200)}});
  return json::serialize(json::object{
      {"user", answer->user}, {"ticket", answer->ticket}, {"csrf", answer->csrf_token}, {"half", answer->needs_second_factor}});
}

/// What the page shows and hides by: the privileges at the tops of the tree, by area.
json::object capabilities(const access::Users& users, const std::string& user) {
  json::object cap;
  for (const auto& [area, path] : {std::pair{"access", "/access"},
                                   {"dc", "/"},
                                   {"nodes", "/nodes"},
                                   {"sdn", "/sdn"},
                                   {"storage", "/storage"},
                                   {"vms", "/vms"},
                                   {"mapping", "/mapping"}}) {
    json::object held;
    for (const std::string& name : access::privilege_names(access::permissions(users, {user, ""}, path).held)) held[name] = 1;
    cap[area] = std::move(held);
  }
  return cap;
}

api::Answer ticket_answer(const json::object& told, const access::Users& users) {
  const std::string user(told.at("user").as_string());
  json::object data{{"username", user}, {"ticket", told.at("ticket")}, {"CSRFPreventionToken", told.at("csrf")}};
  data["cap"] = capabilities(users, user);
  if (told.at("half").as_bool()) data["NeedTFA"] = 1;
  return api::answer(std::move(data));
}

std::optional<json::object> read_object(const std::optional<std::string>& text) {
  boost::system::error_code failure;
  const json::value value = text ? json::parse(*text, failure) : json::value();
  if (failure || !value.is_object()) return std::nullopt;
  return value.as_object();
}

}  // namespace

LoginDesk::LoginDesk(boost::asio::io_context& loop, doors::Files& files, std::string root)
    : loop_(loop), files_(files), root_(std::move(root)) {}

void LoginDesk::fail_late(Respond respond) {
  auto timer = std::make_shared<boost::asio::steady_timer>(loop_, kFailureDelay);
  timer->async_wait([timer, respond = std::move(respond)](const auto&) { respond(api::failure(401, "authentication failure")); });
}

void LoginDesk::attempt(const std::string& address, const std::string& user, const std::function<std::string()>& work, Told told) {
  // Who must wait is not even listened to: guessing costs us nothing.
  if (limit_.wait(address, user, steady_now()).count() > 0 || running_ >= kMostAtOnce) return told(std::nullopt);
  ++running_;
  auto ended = [this, address, user, told](std::optional<std::string> text) {
    --running_;
    const auto object = read_object(text);
    const bool failed = !object || object->contains("why");
    if (failed)
      limit_.note_failure(address, user, steady_now());
    else
      limit_.note_success(user);
    told(failed ? std::nullopt : std::move(text));
  };
  if (run_apart(loop_, work, kPatience, std::move(ended))) return;
  --running_;
  told(std::nullopt);
}

void LoginDesk::log_in(const Call& call, Respond respond) {
  // A token is no user: it can't make itself a ticket.
  if (!call.identity.token.empty()) return fail_late(std::move(respond));
  const auth::LoginRequest request{.user = call.parameters.text("username"),
                                   .password = call.parameters.text("password"),
                                   .realm = call.parameters.text("realm"),
                                   .one_time = call.parameters.text("otp"),
                                   .challenge = call.parameters.text("tfa-challenge"),
                                   .address = call.ends.client.address};
  const auto user = auth::full_user_id(request);
  if (!user) return fail_late(std::move(respond));
  const auto work = [this, request] {
    auth::AccessFiles files(files_, root_);
    return format_answer(auth::log_in(files, request, auth::system_password(), unix_now()));
  };
  attempt(request.address, *user, work, [this, users = call.users, respond = std::move(respond)](const std::optional<std::string>& text) {
    const auto told = read_object(text);
    if (!told) return fail_late(respond);
    respond(ticket_answer(*told, *users));
  });
}

void LoginDesk::confirm_password(const Call& call, std::string_view parameter, Respond respond, std::function<void()> allowed) {
  if (call.identity.is_root()) return allowed();
  const std::string user = call.identity.user;
  const std::string password = call.parameters.text(parameter);
  const std::string address = call.ends.client.address;
  const auto work = [this, user, password, address] {
    auth::AccessFiles files(files_, root_);
    const auto good = auth::check_password(files, user, password, address, auth::system_password(), unix_now());
    return json::serialize(good ? json::object{{"user", user}} : json::object{{"why", printable(good.error().what, 200)}});
  };
  attempt(address, user, work, [this, respond = std::move(respond), allowed = std::move(allowed)](const std::optional<std::string>& text) {
    if (!text) return fail_late(respond);
    allowed();
  });
}

void LoginDesk::work_apart(std::function<std::string()> work, const Respond& respond) {
  const bool begun = run_apart(
      loop_, [work = std::move(work)] { return "." + work(); }, kPatience,
      [respond](std::optional<std::string> text) {
        if (!text) return respond(api::failure(500, "the work ended without an answer"));
        respond(text->size() == 1 ? api::answer(nullptr) : api::failure(400, text->substr(1)));
      });
  if (!begun) respond(api::failure(500, "no process is left for it; try again"));
}

}  // namespace drawbridge::server
