#include "firewall/rule_check.h"

#include "base/text.h"
#include "firewall/item_text.h"
#include "firewall/rule_reader.h"

namespace drawbridge::firewall {

std::optional<Family> family_of(const CheckedRule& rule) {
  if (!rule.line || !std::holds_alternative<Rule>(*rule.line)) return std::nullopt;
  std::optional<Family> family;
  for (const Match& match : std::get<Rule>(*rule.line).matches) {
    if (!match.family || (family && *family != *match.family)) return std::nullopt;
    family = match.family;
  }
  return family;
}

LineChecker::LineChecker(const Document& document, std::shared_ptr<const DatacenterScope> datacenter) : datacenter_(std::move(datacenter)) {
  if (document.level != Level::guest) return;
  Findings ignored(document.path);
  own_.emplace();
  own_->aliases = read_aliases(document, ignored);
  own_->sets = make_sets(read_sets(document, scope(), ignored), "guest/");
}

Scope LineChecker::scope() const {
  return {own_ ? &*own_ : nullptr, datacenter_->names, datacenter_->surroundings->sdn, datacenter_->local};
}

CheckedRule LineChecker::check_rule(std::string_view line, Level place) const {
  CheckedRule checked;
  checked.text = read_rule_text(line, checked.mistakes);
  const Scope names = scope();
  const RulePlace where{place, names, datacenter_->surroundings->tables, datacenter_->groups, datacenter_->surroundings->altnames};
  checked.line = read_rule(checked.text, where, {}, checked.mistakes);
  if (has_errors(checked.mistakes)) checked.line.reset();
  return checked;
}

Mistakes LineChecker::check_entry(std::string_view line) const {
  Mistakes mistakes;
  const EntryText entry = read_entry_text(line, mistakes);
  if (!entry.address.given()) return mistakes;
  const auto network = is_address_literal(entry.address.text) ? read_network(entry.address.text) : Result<Prefix>();
  if (!is_address_literal(entry.address.text))
    scope().find_alias(entry.address, "cidr", mistakes);
  else if (!network)
    mistakes.push_back({entry.address.column, "cidr", "address-invalid", network.error().what, "write an address, a network or an alias"});
  else if (network->length == 0)
    mistakes.push_back({entry.address.column, "cidr", "prefix-zero", "a set can't hold all addresses of a family", "write two halves"});
  return mistakes;
}

}  // namespace drawbridge::firewall
