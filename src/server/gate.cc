#include "server/gate.h"

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

Gate::Gate(doors::Files& files, std::string root) : files_(files), root_(std::move(root)) {}

Result<access::Identity> Gate::authenticate(const http::Request& request) {
  const bool passed_on = request.headers.find("X-Drawbridge-Client").has_value();
  if (request.peer_is_root && !passed_on) return access::Identity{std::string(access::kRoot), ""};
  return fail(Errc::denied, "No ticket");
}

std::shared_ptr<const access::Users> Gate::users() {
  const std::string path = root_ + "/etc/pve/user.cfg";
  const auto bytes = files_.read(path);
  return std::make_shared<const access::Users>(access::make_users(access::parse_user_document(bytes ? *bytes : "", path)));
}

}  // namespace drawbridge::server
