#include "firewall/address_spec.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/item_text.h"

namespace drawbridge::firewall {
namespace {

class ListReader {
 public:
  ListReader(const Word& word, std::string_view parameter, Mistakes& mistakes) : word_(word), parameter_(parameter), mistakes_(mistakes) {}

  std::optional<AddressSpec> read() {
    intervals_.reserve(static_cast<std::size_t>(std::ranges::count(word_.text, ',')) + 1);
    std::string_view rest = word_.text;
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      if (!read_item(rest.substr(0, comma))) return std::nullopt;
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
    return AddressSpec{family_, rules::NumberSet(std::move(intervals_))};
  }

 private:
  bool read_item(std::string_view item) {
    if (item.empty())
      return complain(item, "address-missing", "there is an address missing", "lists have an address, a network or a range between commas");
    if (!is_address_literal(item))
      return complain(item, "list-name", "'" + printable(item, 40) + "' is a name: those can't stand in a list",
                      "put the addresses into an IP set and refer to that");
    const auto dash = item.find('-');
    return dash == std::string_view::npos ? read_network_item(item) : read_range(item, dash);
  }

  bool read_network_item(std::string_view item) {
    const auto network = read_network(item);
    if (!network) return complain(item, "address-invalid", network.error().what, "write it as 192.0.2.0/24 or 2001:db8::/32");
    return add(item, network->address.family, rules::interval_of(*network));
  }

  bool read_range(std::string_view item, std::size_t dash) {
    const auto first = parse_ip(item.substr(0, dash));
    const auto last = parse_ip(item.substr(dash + 1));
    if (!first || !last)
      return complain(item, "address-invalid", first ? last.error().what : first.error().what, "write a range as 192.0.2.1-192.0.2.9");
    if (first->family != last->family || *last < *first)
      return complain(item, "range-reversed", "'" + printable(item, 60) + "' does not lead from an address up to one of the same family",
                      "write the lower address first");
    return add(item, first->family, {rules::number_of(*first), rules::number_of(*last)});
  }

  bool add(std::string_view item, Family family, const rules::Interval& interval) {
    if (family_ && *family_ != family)
      return complain(item, "family-mixed", "the list has IPv4 and IPv6 addresses", "make two rules, or an IP set, which may hold both");
    family_ = family;
    intervals_.push_back(interval);
    return true;
  }

  bool complain(std::string_view item, std::string_view code, std::string message, std::string hint) {
    const auto column = word_.column + static_cast<std::uint32_t>(item.data() - word_.text.data());
    mistakes_.push_back({column, parameter_, code, std::move(message), std::move(hint)});
    return false;
  }

  const Word& word_;
  std::string_view parameter_;
  Mistakes& mistakes_;
  std::optional<Family> family_;
  std::vector<rules::Interval> intervals_;
};

std::optional<AddressSpec> spec_of(const NamedSet& set, const Word& word, std::string_view parameter, bool accepts, Mistakes& mistakes) {
  if (!set.too_wide || !accepts) return AddressSpec{std::nullopt, set.set};
  mistakes.push_back({word.column, parameter, "set-broken",
                      "an exception of the set '" + set.name + "' was not understood: nothing is accepted because of it",
                      "mend the set at line " + std::to_string(set.set->place.line)});
  return std::nullopt;
}

}  // namespace

std::optional<AddressSpec> read_addresses(const Word& word, std::string_view parameter, const Scope& scope, bool accepts,
                                          Mistakes& mistakes) {
  if (word.text.find(',') != std::string_view::npos || is_address_literal(word.text)) return ListReader(word, parameter, mistakes).read();
  if (word.text.front() == '+') {
    const NamedSet* set = scope.find_set(word, parameter, mistakes);
    return set == nullptr ? std::nullopt : spec_of(*set, word, parameter, accepts, mistakes);
  }
  const auto target = scope.find_alias(word, parameter, mistakes);
  if (!target) return std::nullopt;
  if (const auto* network = std::get_if<Prefix>(&*target))
    return AddressSpec{network->address.family, rules::NumberSet({rules::interval_of(*network)})};
  return AddressSpec{std::nullopt, std::get<NamedSet>(*target).set};
}

}  // namespace drawbridge::firewall
