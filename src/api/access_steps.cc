// /access as far as commands answer it whole: the audit log. Users and rights are in room `server`, which has them at hand.
#include "api/firewall_levels.h"

namespace drawbridge::api {
namespace {

std::vector<Words> audit_words(const Parameters& parameters) {
  Words words{"audit"};
  for (const auto* name : {"user", "path", "lines"})
    if (parameters.has(name)) words.push_back(option(name, parameters.text(name)));
  if (parameters.flag("refused")) words.emplace_back("--refused");
  return one(std::move(words));
}

}  // namespace

std::vector<Step> access_steps() {
  return {{.key = "GET /access/audit", .effect = Effect::watches, .commands = audit_words, .shape = as_printed}};
}

}  // namespace drawbridge::api
