#include "server/gate.h"

#include <ctime>

#include "auth/authenticate.h"
#include "base/text.h"

namespace drawbridge::server {
namespace {

http::End parse_end(std::string_view text) {
  const auto words = split_words(text);
  if (words.size() != 2) return {};
  return {std::string(words[0]), parse_number<std::uint16_t>(words[1]).value_or(0)};
}

}  // namespace

http::Ends ends_of(const http::Request& request) {
  const auto client = request.headers.find("X-Drawbridge-Client");
  const auto server = request.headers.find("X-Drawbridge-Server");
  return {client ? parse_end(*client) : request.ends.client, server ? parse_end(*server) : request.ends.server};
}

Gate::Gate(doors::Files& files, std::string root) : access_(files, root) {}

Result<access::Identity> Gate::authenticate(const http::Request& request) {
  const auto header = [&](std::string_view name) { return std::string(request.headers.find(name).value_or("")); };
  const bool passed_on = request.headers.find("X-Drawbridge-Client").has_value();
  const auth::Credentials credentials{.cookies = header("Cookie"),
                                      .authorization = header("Authorization"),
                                      .csrf_token = header("CSRFPreventionToken"),
                                      .changes = request.method != "GET" && request.method != "HEAD"};
  // Who shows a ticket or a token wants to be taken for that, on the socket too.
  const bool shows_nothing = credentials.authorization.empty() && auth::ticket_in_cookies(credentials.cookies).empty();
  if (request.peer_is_root && !passed_on && shows_nothing) return access::Identity{std::string(access::kRoot), ""};
  return auth::authenticate(access_, credentials, std::time(nullptr));
}

bool Gate::is_still(const http::Request& request, const access::Identity& identity) {
  const auto now = authenticate(request);
  return now && *now == identity;
}

std::shared_ptr<const access::Users> Gate::users() {
  auto users = access_.users();
  return users ? *users : std::make_shared<const access::Users>(access::make_users({}));
}

}  // namespace drawbridge::server
