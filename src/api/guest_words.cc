#include "api/guest_words.h"

#include "api/guest_needs.h"
#include "guest/guest.h"

namespace drawbridge::api {
namespace {

/// Settings begin with their names, so no value is ever taken for an option.
void add_settings(Words& words, const Parameters& parameters) {
  for (const auto& [name, value] : parameters.all())
    if (is_setting(name)) words.push_back(name + "=" + value);
}

void add_option(Words& words, const Parameters& parameters, std::string_view parameter, std::string_view option) {
  if (const std::string value = parameters.text(parameter); !value.empty()) words.push_back(std::string(option) + "=" + value);
}

void add_skiplock(Words& words, const Parameters& parameters) {
  if (parameters.flag("skiplock")) words.emplace_back("--skip-lock");
}

}  // namespace

Words guest_words(std::string_view verb, guest::Kind kind, const Parameters& parameters) {
  return {"guest", std::string(verb), parameters.text("vmid"), "--kind=" + std::string(guest::kind_word(kind))};
}

std::vector<Words> create_words(guest::Kind kind, const Parameters& parameters) {
  Words create{"guest", "create", parameters.text("vmid")};
  if (kind == guest::Kind::lxc) create.emplace_back("--lxc");
  add_settings(create, parameters);
  std::vector<Words> all = one(std::move(create));
  if (parameters.flag("start")) all.push_back(guest_words("start", kind, parameters));
  return all;
}

Words set_words(guest::Kind kind, const Parameters& parameters) {
  Words words = guest_words("set", kind, parameters);
  add_settings(words, parameters);
  add_option(words, parameters, "delete", "--delete");
  add_option(words, parameters, "revert", "--revert");
  add_option(words, parameters, "digest", "--digest");
  add_skiplock(words, parameters);
  return words;
}

std::vector<Words> delete_words(guest::Kind kind, const Parameters& parameters) {
  std::vector<Words> all;
  if (kind == guest::Kind::lxc && parameters.flag("force")) {
    all.push_back(guest_words("stop", kind, parameters));
    all.back().emplace_back("--force");
  }
  all.push_back(guest_words("delete", kind, parameters));
  add_skiplock(all.back(), parameters);
  return all;
}

Words show_words(guest::Kind kind, const Parameters& parameters, std::string_view option) {
  Words words = guest_words("show", kind, parameters);
  if (!option.empty()) words.emplace_back(option);
  return words;
}

Words shutdown_words(guest::Kind kind, const Parameters& parameters) {
  Words words = guest_words("stop", kind, parameters);
  add_option(words, parameters, "timeout", "--timeout");
  if (!parameters.flag("forceStop")) words.emplace_back("--no-cut");
  return words;
}

}  // namespace drawbridge::api
