#include "server/login_desk.h"

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <ctime>

#include "access/permissions.h"
#include "base/text.h"
#include "server/apart.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

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
  // Who knows the password alone is not to learn what it opens.
  if (told.at("half").as_bool())
    data["NeedTFA"] = 1;
  else
    data["cap"] = capabilities(users, user);
  return api::answer(std::move(data));
}

std::optional<json::object> read_object(const std::optional<std::string>& text) {
  boost::system::error_code failure;
  const json::value value = text ? json::parse(*text, failure) : json::value();
  if (failure || !value.is_object()) return std::nullopt;
  return value.as_object();
}

}  // namespace

/// One look at a password.
struct LoginDesk::Attempt {
  Attempting who;
  std::string address;
  LateAnswers::Time arrived = std::chrono::steady_clock::now();
  std::function<std::string()> work;
  Respond respond;
  Told told;
};

LoginDesk::LoginDesk(boost::asio::io_context& loop, doors::Files& files, std::string root, LoginSettings settings)
    : loop_(loop),
      files_(files),
      root_(std::move(root)),
      settings_(std::move(settings)),
      access_(files, root_),
      line_(settings_.line),
      late_(loop, settings_.late) {}

void LoginDesk::fail_late(const std::string& address, const std::string& user, LateAnswers::Time arrived, Respond respond) {
  const auto realms = access_.realms();
  const std::string words = access::failure_words(realms ? *realms : access::Realms(), user);
  late_.add(access::client_key(address), arrived, [respond = std::move(respond), words] { respond(api::failure(401, words)); });
}

void LoginDesk::attempt(const Call& call, const std::string& user, std::function<std::string()> work, Respond respond, Told told) {
  const auto made = std::make_shared<Attempt>();
  made->address = call.ends.client.address;
  made->who = {access::client_key(made->address), user, limit_.is_home(made->address, user, steady_now())};
  made->work = std::move(work);
  made->respond = std::move(respond);
  made->told = std::move(told);
  switch (line_.enter(made->who, [this, made] { begin(made); })) {
    case LoginLine::Place::taken: return;
    case LoginLine::Place::too_many_of_client:
      return made->respond(api::failure(429, "too many logins from this address at once; try again"));
    case LoginLine::Place::too_many: return made->respond(api::failure(503, "too many logins at once; try again"));
  }
}

void LoginDesk::begin(const std::shared_ptr<Attempt>& attempt) {
  // Who must wait is not even listened to: guessing costs us nothing.
  const bool must_wait = limit_.wait(attempt->address, attempt->who.user, steady_now()).count() > 0;
  if (must_wait ||
      !run_apart(loop_, attempt->work, kPatience, [this, attempt](std::optional<std::string> text) { end(attempt, std::move(text)); })) {
    fail_late(attempt->address, attempt->who.user, attempt->arrived, attempt->respond);
    // Not from within: the line is asked for its next one while it calls us.
    boost::asio::post(loop_, [this, attempt] { line_.leave(attempt->who); });
  }
}

void LoginDesk::end(const std::shared_ptr<Attempt>& attempt, std::optional<std::string> text) {
  const auto object = read_object(text);
  const bool failed = !object || object->contains("why");
  if (failed) {
    limit_.note_failure(attempt->address, attempt->who.user, steady_now());
    fail_late(attempt->address, attempt->who.user, attempt->arrived, attempt->respond);
  } else {
    limit_.note_success(attempt->address, attempt->who.user, steady_now());
    attempt->told(std::move(*text));
  }
  line_.leave(attempt->who);
}

/// Nobody guesses a signature: neither limits nor processes are needed, and no flood of logins ends the sessions that there are.
bool LoginDesk::renew(const auth::LoginRequest& request, const Call& call, const Respond& respond) {
  if (!request.challenge.empty() || !auth::is_ticket(request.password)) return false;
  const auto arrived = std::chrono::steady_clock::now();
  const auto answer = auth::log_in(access_, request, nullptr, unix_now());
  if (answer)
    respond(ticket_answer(*read_object(format_answer(answer)), *call.users));
  else
    fail_late(request.address, "", arrived, respond);
  return true;
}

void LoginDesk::log_in(const Call& call, Respond respond) {
  const auto arrived = std::chrono::steady_clock::now();
  const auth::LoginRequest request{.user = call.parameters.text("username"),
                                   .password = call.parameters.text("password"),
                                   .realm = call.parameters.text("realm"),
                                   .one_time = call.parameters.text("otp"),
                                   .challenge = call.parameters.text("tfa-challenge"),
                                   .address = call.ends.client.address};
  const auto user = auth::full_user_id(request);
  // A token is no user: it can't make itself a ticket.
  if (!user || !call.identity.token.empty()) return fail_late(request.address, "", arrived, std::move(respond));
  if (renew(request, call, respond)) return;
  const auto work = [this, request] {
    auth::AccessFiles files(files_, root_);
    return format_answer(auth::log_in(files, request, settings_.system, unix_now()));
  };
  attempt(call, *user, work, respond,
          [users = call.users, respond](const std::string& text) { respond(ticket_answer(*read_object(text), *users)); });
}

void LoginDesk::confirm_password(const Call& call, std::string_view parameter, Respond respond, std::function<void()> allowed) {
  if (call.identity.is_root()) return allowed();
  const auto work = [this, user = call.identity.user, password = call.parameters.text(parameter), address = call.ends.client.address] {
    auth::AccessFiles files(files_, root_);
    const auto good = auth::check_password(files, user, password, address, settings_.system, unix_now());
    return json::serialize(good ? json::object{{"user", user}} : json::object{{"why", printable(good.error().what, 200)}});
  };
  attempt(call, call.identity.user, work, std::move(respond), [allowed = std::move(allowed)](const std::string&) { allowed(); });
}

void LoginDesk::work_apart(std::function<std::string()> work, const Respond& respond) {
  const auto busy = [&] { respond(api::failure(503, "too much is going on; try again")); };
  if (working_ >= settings_.most_work) return busy();
  const bool begun = run_apart(
      loop_, [work = std::move(work)] { return "." + work(); }, kPatience,
      [this, respond](std::optional<std::string> text) {
        --working_;
        if (!text) return respond(api::failure(500, "the work ended without an answer"));
        respond(text->size() == 1 ? api::answer(nullptr) : api::failure(400, text->substr(1)));
      });
  if (!begun) return busy();
  ++working_;
}

}  // namespace drawbridge::server
