#include "network/validate_checks.h"

#include <algorithm>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {

Checks::Checks(const Model& model, const Snapshot* kernel) : model_(model), kernel_(kernel) {
  for (const auto& [name, interface] : model.interfaces) add_ports(interface);
  for (const auto& [name, interface] : model.interfaces) add_own_master(interface);
}

void Checks::add_ports(const Interface& interface) {
  if (const auto option = port_option(interface.type); !option.empty())
    for (const auto& word : port_words(interface, option))
      if (word.kind == PortWordKind::name && word.text != "all") masters_[word.text].push_back({&interface, word.where});
}

// Some write it the other way round, in the slave's stanza.
void Checks::add_own_master(const Interface& interface) {
  const auto* bond = interface.find_option("bond-master");
  const Interface* master = bond == nullptr ? nullptr : model_.find(bond->value);
  if (master == nullptr) return;
  auto& masters = masters_[interface.name];
  if (std::ranges::find(masters, master, &Mastership::master) == masters.end()) masters.push_back({master, bond->value_where});
}

void Checks::error(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  found_.push_back({where, Severity::error, std::move(code), std::move(message), std::move(hint), {}});
}

void Checks::warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  found_.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
}

const std::vector<Mastership>& Checks::masters(std::string_view port) const {
  static const std::vector<Mastership> none;
  const auto found = masters_.find(port);
  return found == masters_.end() ? none : found->second;
}

InterfaceType Checks::type_of(std::string_view name) const {
  if (const Interface* interface = model_.find(name)) return interface->type;
  Interface interface;
  interface.name = name;
  return detect_type(interface, kernel_);
}

bool Checks::is_known(std::string_view name) const {
  // Each round takes off one ".N" or ":N".
  while (true) {
    if (model_.find(name) != nullptr || (kernel_ != nullptr && kernel_->find_link(name) != nullptr)) return true;
    // Without a kernel, a name of the usual form may well be a NIC that needs no stanza.
    if (kernel_ == nullptr && detect_type_by_name(name) == InterfaceType::eth) return true;
    const auto split = split_vlan_name(name);
    if (split.root.empty()) return false;
    name = split.root;
  }
}

bool Checks::check_number(const Interface& interface, std::string_view option, std::uint32_t low, std::uint32_t high) {
  const auto* line = interface.find_option(option);
  if (line == nullptr) return true;
  const auto number = parse_number<std::uint32_t>(line->value);
  if (number && *number >= low && *number <= high) return true;
  const std::string range = std::to_string(low) + " to " + std::to_string(high);
  error(line->value_where, "number-invalid", std::string(option) + " '" + printable(line->value) + "' is not a number from " + range,
        "write a number from " + range);
  return false;
}

bool Checks::check_switch(const Interface& interface, std::string_view option) {
  const auto* line = interface.find_option(option);
  if (line == nullptr || parse_switch(line->value)) return true;
  error(line->value_where, "switch-invalid", std::string(option) + " '" + printable(line->value) + "' is neither yes nor no",
        "write yes or no");
  return false;
}

bool Checks::check_words(const Interface& interface, std::string_view option, const std::vector<std::string>& allowed) {
  const auto* line = interface.find_option(option);
  if (line == nullptr || std::ranges::find(allowed, line->value) != allowed.end()) return true;
  const auto meant = nearest(line->value, allowed);
  error(line->value_where, "value-unknown", "'" + printable(line->value) + "' is not a value of " + std::string(option),
        meant ? "did you mean '" + *meant + "'?" : "write one of " + join(allowed, ", "));
  return false;
}

bool Checks::check_ip(const Interface& interface, std::string_view option) {
  bool valid = true;
  for (const auto& line : interface.options) {
    if (line.name != option) continue;
    for (const auto word : split_words(line.value)) {
      if (parse_ip(word)) continue;
      valid = false;
      error(line.value_where, "ip-invalid", std::string(option) + " '" + printable(word) + "' is not an IP address", "write an IP address");
    }
  }
  return valid;
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> parse_vid_range(std::string_view word) {
  const auto dash = word.find('-');
  const auto low = parse_number<std::uint16_t>(word.substr(0, dash));
  const auto high = dash == std::string_view::npos ? low : parse_number<std::uint16_t>(word.substr(dash + 1));
  if (!low || !high || *low < 1 || *high > 4094 || *low > *high) return std::nullopt;
  return std::pair{*low, *high};
}

void Checks::check_vids(const Interface& interface, std::string_view option) {
  const auto* line = interface.find_option(option);
  if (line == nullptr) return;
  for (const auto word : split_list(line->value)) {
    if (parse_vid_range(word)) continue;
    SourceLocation where = line->value_where;
    if (!line->continued) where.column += static_cast<std::uint32_t>(word.data() - line->value.data());
    error(where, "vids-invalid", "'" + printable(word) + "' is neither a VLAN id nor a range of them", "write for example 2-100 200 4094");
  }
}

}  // namespace drawbridge::network
