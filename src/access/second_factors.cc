#include "access/second_factors.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "access/encoding.h"
#include "base/json_text.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

namespace json = boost::json;

constexpr std::array kLists = std::to_array<std::string_view>({"totp", "u2f", "webauthn", "yubico"});
constexpr std::string_view kRecovery = "recovery";

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

UnixTime time_of(const json::object& object) {
  const json::value* value = object.if_contains("created");
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

bool is_enabled(const json::object& object) {
  const json::value* value = object.if_contains("enable");
  return value == nullptr || !value->is_bool() || value->as_bool();
}

const json::object* object_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* list_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

json::object* object_in(json::object& object, std::string_view key) {
  json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

json::array* list_in(json::object& object, std::string_view key) {
  json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

/// The address of an entry: a text, or the member "totp" of an object.
Result<Totp> totp_of(const json::object& entry) {
  const json::object* nested = object_in(entry, "entry");
  return parse_totp(nested != nullptr ? text_of(*nested, "totp") : text_of(entry, "entry"));
}

/// The key is the text of the hex digits, as the familiar files have it.
std::string recovery_hash(const json::object& recovery, std::string_view code) {
  return to_hex(keyed_hash(HashKind::sha256, text_of(recovery, "secret"), code));
}

}  // namespace

UsedCodes UsedCodes::parse(std::string_view text) {
  UsedCodes used;
  boost::system::error_code failure;
  const json::value root = json::parse(text, failure);
  if (failure || !root.is_object()) return used;
  for (const auto& [user, value] : root.as_object()) {
    if (!value.is_object()) continue;
    OfUser& mine = used.users[std::string(user)];
    const json::object& object = value.as_object();
    if (const json::value* failures = object.if_contains("failures"); failures != nullptr && failures->is_int64())
      mine.failures = static_cast<unsigned>(std::clamp<std::int64_t>(failures->as_int64(), 0, kMostWrongCodes));
    if (const json::object* steps = object_in(object, "steps"))
      for (const auto& [id, step] : *steps)
        if (step.is_int64()) mine.steps[std::string(id)] = static_cast<std::uint64_t>(step.as_int64());
  }
  return used;
}

std::string UsedCodes::format() const {
  json::object root;
  for (const auto& [user, mine] : users) {
    json::object steps;
    for (const auto& [id, step] : mine.steps) steps[id] = static_cast<std::int64_t>(step);
    root[user] = json::object{{"failures", mine.failures}, {"steps", std::move(steps)}};
  }
  return json::serialize(root) + "\n";
}

Result<SecondFactors> SecondFactors::parse(std::string_view text, const std::string& path) {
  SecondFactors factors;
  if (trim(text).empty()) return factors;
  boost::system::error_code failure;
  json::value root = json::parse(text, failure);
  if (failure || !root.is_object())
    return fail(Errc::invalid_input, "the file of second factors is no JSON object", {path, 0, 0},
                "restore it, or delete it and set them up anew");
  factors.root_ = std::move(root.as_object());
  return factors;
}

std::string SecondFactors::format() const { return json::serialize(root_) + "\n"; }

const json::object* SecondFactors::find(std::string_view user) const {
  const json::object* users = object_in(root_, "users");
  return users == nullptr ? nullptr : object_in(*users, user);
}

json::object& SecondFactors::make(std::string_view user) {
  json::value& users = root_["users"];
  if (!users.is_object()) users = json::object{};
  json::value& mine = users.as_object()[user];
  if (!mine.is_object()) mine = json::object{};
  return mine.as_object();
}

std::vector<std::string> SecondFactors::users() const {
  std::vector<std::string> names;
  if (const json::object* users = object_in(root_, "users"))
    for (const auto& [name, value] : *users) names.emplace_back(name);
  std::ranges::sort(names);
  return names;
}

std::vector<Factor> SecondFactors::factors(std::string_view user) const {
  std::vector<Factor> all;
  const json::object* mine = find(user);
  if (mine == nullptr) return all;
  for (const std::string_view type : kLists) {
    const json::array* list = list_in(*mine, type);
    if (list == nullptr) continue;
    for (const json::value& each : *list)
      if (const json::object* entry = each.if_object())
        all.push_back({text_of(*entry, "id"), std::string(type), text_of(*entry, "description"), time_of(*entry), is_enabled(*entry)});
  }
  if (const json::object* recovery = object_in(*mine, kRecovery))
    all.push_back({std::string(kRecovery), std::string(kRecovery), "", time_of(*recovery), true});
  return all;
}

bool SecondFactors::is_needed(std::string_view user) const {
  return std::ranges::any_of(factors(user), [](const Factor& factor) { return factor.enabled && factor.type != kRecovery; });
}

bool SecondFactors::is_locked(std::string_view user) const {
  const json::object* mine = find(user);
  const json::value* locked = mine == nullptr ? nullptr : mine->if_contains("totp-locked");
  return locked != nullptr && locked->is_bool() && locked->as_bool();
}

void SecondFactors::unlock(std::string_view user) {
  if (find(user) == nullptr) return;
  make(user).erase("totp-locked");
  make(user).erase("tfa-locked-until");
}

std::string SecondFactors::challenge(std::string_view user) const {
  json::object asked;
  const auto all = factors(user);
  asked["totp"] =
      !is_locked(user) && std::ranges::any_of(all, [](const Factor& factor) { return factor.enabled && factor.type == "totp"; });
  json::array left;
  for (const std::size_t place : recovery_left(user)) left.emplace_back(place);
  asked[kRecovery] = std::move(left);
  return json::serialize(asked);
}

void SecondFactors::add_totp(std::string_view user, const Factor& factor, const Totp& totp) {
  json::value& list = make(user)["totp"];
  if (!list.is_array()) list = json::array{};
  list.as_array().push_back(json::object{{"id", factor.id},
                                         {"description", factor.description},
                                         {"created", factor.created},
                                         {"enable", factor.enabled},
                                         {"entry", format_totp(totp)}});
}

bool SecondFactors::change(std::string_view user, const Factor& factor) {
  if (find(user) == nullptr) return false;
  for (const std::string_view type : kLists) {
    json::array* list = list_in(make(user), type);
    if (list == nullptr) continue;
    for (json::value& each : *list) {
      json::object* entry = each.if_object();
      if (entry == nullptr || text_of(*entry, "id") != factor.id) continue;
      (*entry)["description"] = factor.description;
      (*entry)["enable"] = factor.enabled;
      return true;
    }
  }
  return false;
}

bool SecondFactors::remove(std::string_view user, std::string_view id) {
  if (find(user) == nullptr) return false;
  if (id == kRecovery) return make(user).erase(kRecovery) > 0;
  for (const std::string_view type : kLists) {
    json::array* list = list_in(make(user), type);
    if (list == nullptr) continue;
    const auto entry =
        std::ranges::find_if(*list, [&](const json::value& each) { return each.is_object() && text_of(each.as_object(), "id") == id; });
    if (entry == list->end()) continue;
    list->erase(entry);
    return true;
  }
  return false;
}

void SecondFactors::remove_user(std::string_view user) {
  if (json::object* users = object_in(root_, "users")) users->erase(user);
}

void SecondFactors::set_recovery(std::string_view user, const std::vector<std::string>& codes, std::string_view key, UnixTime now) {
  json::object recovery{{"secret", to_hex(key)}, {"created", now}};
  json::array hashes;
  for (const std::string& code : codes) hashes.emplace_back(recovery_hash(recovery, code));
  recovery["entries"] = std::move(hashes);
  make(user)[kRecovery] = std::move(recovery);
}

std::vector<std::size_t> SecondFactors::recovery_left(std::string_view user) const {
  std::vector<std::size_t> left;
  const json::object* mine = find(user);
  const json::object* recovery = mine == nullptr ? nullptr : object_in(*mine, kRecovery);
  const json::array* entries = recovery == nullptr ? nullptr : list_in(*recovery, "entries");
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i)
    if ((*entries)[i].is_string()) left.push_back(i);
  return left;
}

Result<void> SecondFactors::answer(std::string_view user, std::string_view response, UsedCodes& used, UnixTime now) {
  constexpr std::string_view kTotpMark = "totp:";
  constexpr std::string_view kRecoveryMark = "recovery:";
  UsedCodes::OfUser& mine = used.users[std::string(user)];
  if (response.starts_with(kRecoveryMark)) return answer_recovery(user, response.substr(kRecoveryMark.size()), mine);
  if (response.starts_with(kTotpMark))
    response.remove_prefix(kTotpMark.size());
  else if (response.contains('-'))
    return answer_recovery(user, response, mine);
  return answer_totp(user, response, mine, now);
}

Result<void> SecondFactors::answer_totp(std::string_view user, std::string_view code, UsedCodes::OfUser& used, UnixTime now) {
  if (is_locked(user)) return fail(Errc::denied, "too many wrong codes: only a recovery code helps, or \"user unlock\"");
  const json::object* mine = find(user);
  const json::array* list = mine == nullptr ? nullptr : list_in(*mine, "totp");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const json::object* entry = (*list)[i].if_object();
    if (entry == nullptr || !is_enabled(*entry)) continue;
    const auto totp = totp_of(*entry);
    if (!totp) continue;
    const std::string id = text_of(*entry, "id");
    const auto last = used.steps.find(id);
    const auto step = match_totp(*totp, code, now, last == used.steps.end() ? std::nullopt : std::optional(last->second));
    if (!step) continue;
    used.steps[id] = *step;
    used.failures = 0;
    return {};
  }
  if (++used.failures >= kMostWrongCodes && mine != nullptr) {
    make(user)["totp-locked"] = true;
    used.failures = 0;
  }
  return fail(Errc::denied, "the code is wrong, or has been used");
}

Result<void> SecondFactors::answer_recovery(std::string_view user, std::string_view code, UsedCodes::OfUser& used) {
  json::object* recovery = find(user) == nullptr ? nullptr : object_in(make(user), kRecovery);
  json::array* entries = recovery == nullptr ? nullptr : list_in(*recovery, "entries");
  const std::string hash = recovery == nullptr ? "" : recovery_hash(*recovery, to_lower(trim(code)));
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    json::value& entry = (*entries)[i];
    if (!entry.is_string() || !is_same_secret(std::string_view(entry.as_string()), hash)) continue;
    entry = nullptr;
    unlock(user);
    used.failures = 0;
    return {};
  }
  return fail(Errc::denied, "the recovery code is wrong, or has been used");
}

std::string format_recovery_code(std::string_view random) {
  std::string code = to_hex(random.substr(0, 8));
  for (const std::size_t place : {12U, 8U, 4U}) code.insert(place, "-");
  return code;
}

}  // namespace drawbridge::access
