#include "access/realms.h"

#include <algorithm>
#include <optional>

#include "access/identity.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

/// "ldap: corp"; nullopt for lines within a section.
std::optional<Realm> read_head(std::string_view line) {
  const auto colon = line.find(':');
  if (line.empty() || is_blank(line.front()) || colon == std::string_view::npos) return std::nullopt;
  Realm realm{.name = std::string(trim(line.substr(colon + 1))), .type = std::string(trim(line.substr(0, colon)))};
  return is_realm(realm.name) && is_access_name(realm.type) ? std::optional(std::move(realm)) : std::nullopt;
}

/// "type=oath,step=30" to "oath". What can't be read is asked for nevertheless: nobody gets in by a mistyped line.
std::string factor_type(std::string_view value) {
  for (const std::string_view item : split(value, ','))
    if (const auto text = trim(item); text.starts_with("type=") && text.size() > 5) return std::string(trim(text.substr(5)));
  return std::string(value);
}

void take_line(Realm& realm, std::string_view line) {
  const auto text = trim(line);
  const auto end = std::ranges::find_if(text, is_blank) - text.begin();
  const auto key = text.substr(0, static_cast<std::size_t>(end));
  const auto value = trim(text.substr(static_cast<std::size_t>(end)));
  if (key == "comment" && realm.comment.empty()) realm.comment = printable(value, 4096);
  if (key == "default") realm.is_default = value == "1" || value == "yes" || value == "on" || value == "true";
  if (key == "tfa" && realm.second_factor.empty()) realm.second_factor = factor_type(value);
}

bool is_own(std::string_view name) { return name == "pam" || name == "pve"; }

}  // namespace

Realms parse_realms(std::string_view text) {
  Realms realms;
  Realm ignored;
  Realm* section = &ignored;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) section = &ignored;
    if (trim(line).empty() || trim(line).starts_with('#')) continue;
    if (is_blank(line.front())) {
      take_line(*section, line);
      continue;
    }
    section = &ignored;
    // A directory under the name of one of our own can't take its place.
    auto head = read_head(line);
    if (!head || (is_own(head->name) && head->type != head->name)) continue;
    const auto [place, is_new] = realms.try_emplace(head->name, *head);
    if (is_new) section = &place->second;
  }
  for (const auto& [name, comment] : {std::pair{"pam", "Linux PAM"}, std::pair{"pve", "built in"}})
    if (Realm& own = realms.try_emplace(name, Realm{.name = name, .type = name}).first->second; own.comment.empty()) own.comment = comment;
  const auto chosen = std::ranges::find_if(realms, [](const auto& each) { return each.second.is_default; });
  if (chosen == realms.end()) realms["pam"].is_default = true;
  for (auto& [name, realm] : realms) realm.is_default = realm.is_default && (chosen == realms.end() || name == chosen->first);
  return realms;
}

std::string failure_words(const Realms& realms, std::string_view user) {
  const auto realm = realms.find(realm_of(user));
  if (realm == realms.end() || realm->second.is_supported()) return "authentication failure";
  return "users of the realm " + realm->first + " (" + printable(realm->second.type, 32) +
         ") can't log in here: only those of pam and pve can";
}

}  // namespace drawbridge::access
