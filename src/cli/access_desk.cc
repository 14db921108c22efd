#include "cli/access_desk.h"

#include <termios.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <ctime>
#include <iostream>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"

namespace drawbridge::cli {
namespace {

/// The terminal shows nothing while it lives.
class Silence {
 public:
  Silence() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_silent_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (is_silent_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool is_silent_ = false;
};

Result<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line))
    return fail(Errc::invalid_input, "there is nothing to read", {}, "give it on standard input, one line");
  return line;
}

Result<std::string> ask_secret(Context& context, const std::string& question) {
  const Silence silence;
  context.console.print_error_text(question + ": ");
  auto answer = read_line();
  context.console.print_error_text("\n");
  return answer;
}

}  // namespace

Result<AccessDesk> open_access(Context& context) {
  AccessDesk desk{auth::AccessFiles(context.system.files(), context.system.root()), nullptr, {}, {}, {}};
  desk.lock = TRY(desk.files.lock());
  desk.bytes = TRY(desk.files.text(desk.files.paths().users));
  if (const auto digest = context.arguments().value("digest"); digest && *digest != sha256_hex(desk.bytes))
    return fail(Errc::conflict, "the file is no longer the one with this digest", {desk.files.paths().users, 0, 0}, "look at it again");
  desk.document = access::parse_user_document(desk.bytes, desk.files.paths().users);
  desk.users = access::make_users(desk.document);
  return desk;
}

Exit save_access(Context& context, AccessDesk& desk, const access::UserDocument& after, const boost::json::object& more) {
  const std::string& path = desk.files.paths().users;
  const std::string bytes = access::print(after);
  if (bytes != desk.bytes)
    if (const auto written = desk.files.write(path, bytes); !written) return context.console.fail(written.error());
  desk.lock.reset();
  const std::string diff = unified_diff(path, desk.bytes, path, bytes);
  if (context.console.json()) {
    boost::json::object document{{"path", path}, {"changed", bytes != desk.bytes}, {"diff", diff}, {"digest", sha256_hex(bytes)}};
    for (const auto& [key, value] : more) document[key] = value;
    context.console.print_document(boost::json::serialize(document));
    return Exit::done;
  }
  context.console.print(context.console.color_diff(diff));
  if (bytes == desk.bytes) context.console.note("Nothing changes: it is so already.");
  return Exit::done;
}

Result<std::shared_ptr<const access::Users>> read_users(Context& context) {
  auth::AccessFiles files(context.system.files(), context.system.root());
  auto users = TRY(files.users());
  context.console.diagnose(users->diagnostics);
  return users;
}

Result<access::User> known_user(const Context& context, const access::Users& users) {
  const std::string id = context.arguments().value("USER").value_or("");
  const access::User* user = users.find_user(id);
  if (user != nullptr) return *user;
  std::vector<std::string> names;
  for (const auto& [name, each] : users.users) names.push_back(name);
  const auto near = nearest(id, names);
  return fail(Errc::not_found, "there is no user " + printable(id, 80), {},
              near ? "did you mean " + *near + "?" : "\"user list\" names them");
}

Result<access::Token> known_token(const Context& context, const access::Users& users) {
  const std::string text = context.arguments().value("TOKEN").value_or("");
  const auto id = access::parse_identity(text);
  const access::Token* token = id ? users.find_token(*id) : nullptr;
  if (token == nullptr)
    return fail(Errc::not_found, "there is no token " + printable(text, 80), {}, "\"token list\" names them, as USER!TOKEN");
  return *token;
}

access::UnixTime unix_time() { return std::time(nullptr); }

std::string time_text(access::UnixTime time) {
  if (time == 0) return "never";
  const std::time_t moment = time;
  std::tm parts{};
  char text[32] = "";
  if (gmtime_r(&moment, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

Result<std::string> read_secret(const Context& context, const std::string& question, bool is_new) {
  Context asking = context;
  if (!context.console.asks()) return read_line();
  std::string secret = TRY(ask_secret(asking, question));
  if (!is_new) return secret;
  if (TRY(ask_secret(asking, question + " again")) != secret)
    return fail(Errc::invalid_input, "the two are not the same", {}, "nothing was changed; try again");
  return secret;
}

}  // namespace drawbridge::cli
