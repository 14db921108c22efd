#include "network/normalise_stanza.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

using Lines = std::vector<const interfaces::Line*>;

struct AddressGroup {
  const interfaces::Line* address = nullptr;  ///< nullptr: qualifiers without an address
  std::vector<const interfaces::Line*> qualifiers;
};

std::optional<std::uint8_t> read_length(std::string_view text, const IpAddress& address) {
  if (const auto number = parse_number<std::uint8_t>(text)) return *number <= address.width() ? number : std::nullopt;
  const auto mask = parse_netmask(text);
  return mask && address.is_v4() ? std::optional(*mask) : std::nullopt;
}

/// Values of words have one blank between them; texts for a shell or another program stay as they are.
std::string canonical_value(const OptionKey& key, const std::string& value) {
  if (key.name == "bond-mode") return bond_mode_name(value);
  if (key.name == "ovs-options") return value;
  const auto words = split_words(value);
  if (words.size() == 1 && (key.name == "bridge-stp" || key.name == "bridge-vlan-aware"))
    if (const auto on = parse_switch(value)) return key.name == "bridge-stp" ? (*on ? "on" : "off") : (*on ? "yes" : "no");
  return join({words.begin(), words.end()}, " ");
}

class StanzaWriter {
 public:
  StanzaWriter(const Lines& lines, const Interface& interface, bool defaults)
      : interface_(interface), row_(type_row(interface.type)), defaults_(defaults) {
    for (const auto* line : lines) sort_in(*line);
  }

  std::vector<CanonicalOption> run() {
    write_addresses();
    write_keys();
    for (const auto* line : rest_) options_.push_back({line->word, line->rest});
    return std::move(options_);
  }

 private:
  void sort_in(const interfaces::Line& line) {
    const std::string name = canonical_option(line.word);
    if (name == "address") {
      // What stands above the first address speaks about it.
      if (groups_.size() == 1 && groups_.front().address == nullptr)
        groups_.front().address = &line;
      else
        groups_.push_back({&line, {}});
    } else if (is_address_qualifier(name)) {
      if (groups_.empty()) groups_.emplace_back();
      groups_.back().qualifiers.push_back(&line);
    } else if (name == "gateway") {
      gateways_.push_back(&line);
    } else if (const OptionKey* key = find_option_key(name)) {
      keys_.emplace_back(key, &line);
    } else {
      rest_.push_back(&line);
    }
  }

  static std::optional<Family> family_of(std::string_view address) {
    const auto ip = parse_ip(address.substr(0, address.find('/')));
    return ip ? std::optional(ip->family) : std::nullopt;
  }

  /// For each family, the last group with an address of it.
  std::map<Family, std::size_t> last_groups() const {
    std::map<Family, std::size_t> last;
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (groups_[i].address != nullptr)
        if (const auto family = family_of(groups_[i].address->rest)) last[*family] = i;
    return last;
  }

  void write_addresses() {
    const auto last = last_groups();
    // Gateways keep their order among themselves: metrics may belong to them in pairs.
    std::size_t written = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      write_group(groups_[i]);
      for (; written < gateways_.size(); ++written) {
        const auto family = family_of(gateways_[written]->rest);
        const auto group = family ? last.find(*family) : last.end();
        if (group == last.end() || group->second > i) break;
        write_gateway(*gateways_[written]);
      }
    }
    while (written < gateways_.size()) write_gateway(*gateways_[written++]);
  }

  void write_gateway(const interfaces::Line& line) { options_.push_back({"gateway", line.rest}); }

  void write_group(const AddressGroup& group) {
    const interfaces::Line* mask = nullptr;
    if (group.address != nullptr) mask = write_address(group);
    for (const auto* line : group.qualifiers)
      if (line != mask) options_.push_back({canonical_option(line->word), line->rest});
  }

  /// Returns the netmask line that became part of the address.
  const interfaces::Line* write_address(const AddressGroup& group) {
    const std::string& text = group.address->rest;
    const auto slash = text.find('/');
    const auto ip = parse_ip(std::string_view(text).substr(0, slash));
    // The last netmask counts; with a length in the address, or with an unreadable mask, nothing is joined.
    const interfaces::Line* mask = nullptr;
    std::size_t masks = 0;
    for (const auto* line : group.qualifiers)
      if (line->word == "netmask") {
        mask = line;
        ++masks;
      }
    if (ip && slash == std::string::npos && masks == 1) {
      if (const auto length = read_length(mask->rest, *ip)) {
        options_.push_back({"address", format_interface_address({*ip, *length})});
        return mask;
      }
    }
    options_.push_back({"address", text});
    return nullptr;
  }

  std::string spelling(const OptionKey& key) const {
    return std::string(key.name == "mtu" && row_.word.starts_with("OVS") ? "ovs_mtu" : key.spelling);
  }

  void write_keys() {
    const auto rank = [&](const OptionKey* key) {
      const auto at = std::ranges::find(row_.layout, key->name);
      return std::pair{static_cast<std::size_t>(at - row_.layout.begin()), at == row_.layout.end() ? key->name : std::string_view{}};
    };
    if (defaults_) add_defaults();
    std::ranges::stable_sort(keys_, {}, [&](const auto& entry) { return rank(entry.first); });
    for (const auto& [key, line] : keys_)
      options_.push_back({spelling(*key), line != nullptr ? canonical_value(*key, line->rest) : std::string(default_of(*key))});
  }

  static std::string_view default_of(const OptionKey& key) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDefaults{{{"bridge-ports", "none"},
                                                                                             {"bridge-stp", "off"},
                                                                                             {"bridge-fd", "0"},
                                                                                             {"bridge-vids", "2-4094"},
                                                                                             {"bond-miimon", "100"},
                                                                                             {"bond-mode", "balance-rr"}}};
    for (const auto& [name, value] : kDefaults)
      if (name == key.name) return value;
    return "";
  }

  void add_default(std::string_view name) {
    if (interface_.find_option(name) == nullptr) keys_.emplace_back(find_option_key(name), nullptr);
  }

  void add_defaults() {
    if (interface_.type == InterfaceType::bridge && row_.told_by_options(interface_)) {
      add_default("bridge-ports");
      add_default("bridge-stp");
      if (!parse_switch(interface_.option("bridge-stp")).value_or(false)) add_default("bridge-fd");
      if (parse_switch(interface_.option("bridge-vlan-aware")).value_or(false)) add_default("bridge-vids");
    } else if (interface_.type == InterfaceType::bond && row_.told_by_options(interface_)) {
      if (interface_.find_option("bond-arp-interval") == nullptr) add_default("bond-miimon");
      add_default("bond-mode");
    }
  }

  const Interface& interface_;
  const TypeRow& row_;
  bool defaults_;
  std::vector<AddressGroup> groups_;
  Lines gateways_;
  std::vector<std::pair<const OptionKey*, const interfaces::Line*>> keys_;
  Lines rest_;
  std::vector<CanonicalOption> options_;
};

}  // namespace

std::vector<CanonicalOption> canonical_options(const Lines& lines, const Interface& interface, bool defaults) {
  return StanzaWriter(lines, interface, defaults).run();
}

}  // namespace drawbridge::network
