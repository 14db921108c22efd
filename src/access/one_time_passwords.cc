#include "access/one_time_passwords.h"

#include <boost/json.hpp>

#include "access/encoding.h"
#include "access/keyed_hash.h"
#include "base/digest.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

namespace json = boost::json;

std::string hash_of(std::string_view user, std::string_view password) {
  return sha256_hex(std::string(user) + "\n" + std::string(password));
}

}  // namespace

OneTimePasswords OneTimePasswords::parse(std::string_view text) {
  OneTimePasswords passwords;
  boost::system::error_code failure;
  const json::value root = json::parse(text, failure);
  if (failure || !root.is_object()) return passwords;
  for (const auto& [user, value] : root.as_object()) {
    const json::object* entry = value.if_object();
    const json::value* hash = entry == nullptr ? nullptr : entry->if_contains("hash");
    const json::value* until = entry == nullptr ? nullptr : entry->if_contains("until");
    if (hash != nullptr && hash->is_string() && until != nullptr && until->is_int64())
      passwords.entries_[std::string(user)] = {std::string(hash->as_string()), until->as_int64()};
  }
  return passwords;
}

std::string OneTimePasswords::format() const {
  json::object root;
  for (const auto& [user, entry] : entries_) root[user] = json::object{{"hash", entry.hash}, {"until", entry.until}};
  return json::serialize(root) + "\n";
}

void OneTimePasswords::add(std::string_view user, std::string_view password, UnixTime until, UnixTime now) {
  std::erase_if(entries_, [&](const auto& each) { return each.second.until <= now; });
  entries_[std::string(user)] = {hash_of(user, password), until};
}

bool OneTimePasswords::take(std::string_view user, std::string_view password, UnixTime now) {
  const auto found = entries_.find(user);
  if (found == entries_.end() || found->second.until <= now || !is_same_secret(found->second.hash, hash_of(user, password))) return false;
  entries_.erase(found);
  return true;
}

std::string format_one_time_password(std::string_view random) {
  std::string text = to_lower(to_base32(random)).substr(0, 20);
  for (const std::size_t place : {15U, 10U, 5U})
    if (place < text.size()) text.insert(place, "-");
  return text;
}

}  // namespace drawbridge::access
