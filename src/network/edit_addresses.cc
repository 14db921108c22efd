#include "network/edit_addresses.h"

#include <algorithm>

#include "base/text.h"
#include "interfaces/layout.h"
#include "network/option_key.h"

namespace drawbridge::network {
namespace {

using interfaces::Document;
using interfaces::StanzaId;

/// The lines of one option that speak about the address at `place`: below it, or, for the stanza's first address, above it.
std::optional<std::size_t> find_bound(const Document& document, const AddressPlace& place, std::string_view option) {
  std::optional<std::size_t> found;
  for (const auto line : interfaces::bound_lines(document, place.line))
    if (interfaces::same_option(document.lines[line].word, option)) found = line;
  if (found || place.occurrence > 0) return found;
  for (const auto line : interfaces::find_options(document, place.stanza, option))
    if (line < place.line) found = line;
  return found;
}

std::optional<InterfaceAddress> read_place(const Document& document, const AddressPlace& place) {
  const std::string& text = document.lines[place.line].rest;
  const auto slash = text.find('/');
  const auto ip = parse_ip(std::string_view(text).substr(0, slash));
  if (!ip) return std::nullopt;
  std::string_view mask;
  if (slash != std::string::npos)
    mask = std::string_view(text).substr(slash + 1);
  else if (const auto line = find_bound(document, place, "netmask"))
    mask = document.lines[*line].rest;
  if (mask.empty()) return InterfaceAddress{*ip, ip->width()};
  if (const auto number = parse_number<std::uint8_t>(mask)) return InterfaceAddress{*ip, std::min(*number, ip->width())};
  const auto length = parse_netmask(mask);
  return length ? std::optional(InterfaceAddress{*ip, *length}) : std::nullopt;
}

/// The occurrence of an option's line in its stanza.
std::size_t occurrence_of(const Document& document, const StanzaId& stanza, std::string_view option, std::size_t line) {
  const auto lines = interfaces::find_options(document, stanza, option);
  return static_cast<std::size_t>(std::ranges::find(lines, line) - lines.begin());
}

std::string dotted_mask(std::uint8_t length) {
  InterfaceAddress all;
  std::fill_n(all.address.bytes.begin(), 4, std::uint8_t{0xFF});
  all.length = length;
  return format_ip(network_of(all).address);
}

/// A line that said what the old address implies is made to say what the new one does.
Result<void> follow(Document& document, const AddressPlace& place, std::string_view option, const std::string& old_text,
                    const std::string& new_text) {
  const auto line = find_bound(document, place, option);
  if (!line || document.lines[*line].rest != old_text) return {};
  return interfaces::set_option(document, place.stanza, option, new_text, occurrence_of(document, place.stanza, option, *line));
}

Result<void> change_address(Document& document, const AddressPlace& place, const InterfaceAddress& address) {
  const InterfaceAddress old = place.address;
  if (old == address) return {};
  const auto mask = find_bound(document, place, "netmask");
  const bool own_length = document.lines[place.line].rest.find('/') != std::string::npos;
  if (own_length || !mask) {
    TRY_VOID(interfaces::set_option(document, place.stanza, "address", format_interface_address(address), place.occurrence));
  } else {
    const std::string text =
        document.lines[*mask].rest.find('.') == std::string::npos ? std::to_string(address.length) : dotted_mask(address.length);
    if (old.length != address.length)
      TRY_VOID(interfaces::set_option(document, place.stanza, "netmask", text, occurrence_of(document, place.stanza, "netmask", *mask)));
    TRY_VOID(interfaces::set_option(document, place.stanza, "address", format_ip(address.address), place.occurrence));
  }
  if (address.address.is_v6()) return {};
  TRY_VOID(follow(document, place, "broadcast", format_ip(broadcast_of(old)), format_ip(broadcast_of(address))));
  // "network" is a leftover of older tools, but a wrong one is worse than none.
  for (const auto line : interfaces::find_options(document, place.stanza, "network"))
    if (document.lines[line].rest == format_ip(network_of(old).address))
      TRY_VOID(interfaces::set_option(document, place.stanza, "network", format_ip(network_of(address).address),
                                      occurrence_of(document, place.stanza, "network", line)));
  return {};
}

Result<void> remove_address(Document& document, const AddressPlace& place) {
  // What stands above the first address and speaks about it goes with it, unless another address follows that it would bind to.
  if (place.occurrence == 0)
    for (const std::string_view option : {"netmask", "broadcast", "scope", "pointopoint", "preferred-lifetime"}) {
      const auto line = find_bound(document, place, option);
      if (line && *line < place.line)
        TRY_VOID(interfaces::delete_option(document, place.stanza, option, occurrence_of(document, place.stanza, option, *line)));
    }
  return interfaces::delete_option(document, place.stanza, "address", place.occurrence);
}

/// An address line that can't be read is repaired rather than kept beside a new one.
std::optional<AddressPlace> find_broken(const Document& document, const std::string& name, Family family) {
  for (const auto& stanza : interfaces::find_stanzas(document, name)) {
    if (stanza.family && stanza.family != family) continue;
    const auto lines = interfaces::find_options(document, stanza, "address");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      AddressPlace place{stanza, lines[i], i, {}};
      const auto address = read_place(document, place);
      const bool v6 = document.lines[lines[i]].rest.find(':') != std::string::npos;
      if ((!address || address->address.is_unspecified()) && v6 == (family == Family::ipv6)) return place;
    }
  }
  return std::nullopt;
}

Result<void> append_address(Document& document, const std::string& name, const InterfaceAddress& address) {
  const auto family = address.address.family;
  const auto text = format_interface_address(address);
  if (const auto broken = find_broken(document, name, family))
    return interfaces::set_option(document, broken->stanza, "address", text, broken->occurrence);
  const auto places = find_addresses(document, name, family);
  const StanzaId stanza = places.empty() ? TRY(stanza_for(document, name, family)) : places.back().stanza;
  return interfaces::set_option(document, stanza, "address", text, interfaces::find_options(document, stanza, "address").size());
}

}  // namespace

std::vector<AddressPlace> find_addresses(const Document& document, const std::string& name, Family family) {
  std::vector<AddressPlace> places;
  for (const auto& stanza : interfaces::find_stanzas(document, name)) {
    const auto lines = interfaces::find_options(document, stanza, "address");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      AddressPlace place{stanza, lines[i], i, {}};
      const auto address = read_place(document, place);
      if (!address || address->address.family != family || address->address.is_unspecified()) continue;
      place.address = *address;
      places.push_back(std::move(place));
    }
  }
  return places;
}

Result<StanzaId> stanza_for(Document& document, const std::string& name, Family family) {
  const auto stanzas = interfaces::find_stanzas(document, name);
  for (const auto& wanted : {std::optional(family), std::optional<Family>{}}) {
    const auto found = std::ranges::find(stanzas, wanted, &StanzaId::family);
    if (found != stanzas.end()) return *found;
  }
  interfaces::NewStanza stanza{.name = name, .family = family, .method = "manual", .options = {}, .comments = {}, .allow_class = ""};
  TRY_VOID(interfaces::add_stanza(document, stanza, stanzas.empty() ? std::nullopt : std::optional(stanzas.back())));
  return StanzaId{name, family, 0};
}

Result<void> set_first_address(Document& document, const std::string& name, Family family, const std::optional<InterfaceAddress>& address) {
  const auto places = find_addresses(document, name, family);
  if (places.empty()) return address ? append_address(document, name, *address) : Result<void>{};
  return address ? change_address(document, places.front(), *address) : remove_address(document, places.front());
}

Result<void> set_addresses(Document& document, const std::string& name, Family family, const std::vector<InterfaceAddress>& addresses) {
  // Those that go are removed where they stand, so that lines of addresses that stay are not touched.
  auto places = find_addresses(document, name, family);
  while (places.size() > addresses.size()) {
    const auto unwanted = std::ranges::find_if(places.rbegin(), places.rend(), [&](const AddressPlace& place) {
      return std::ranges::find(addresses, place.address) == addresses.end();
    });
    TRY_VOID(remove_address(document, unwanted == places.rend() ? places.back() : *unwanted));
    places = find_addresses(document, name, family);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    TRY_VOID(change_address(document, places[i], addresses[i]));
    places = find_addresses(document, name, family);
  }
  for (std::size_t i = places.size(); i < addresses.size(); ++i) TRY_VOID(append_address(document, name, addresses[i]));
  return {};
}

Result<void> set_gateway(Document& document, const std::string& name, Family family, const std::optional<IpAddress>& gateway) {
  bool set = false;
  for (const auto& stanza : interfaces::find_stanzas(document, name)) {
    const auto lines = interfaces::find_options(document, stanza, "gateway");
    std::vector<std::size_t> of_family;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto ip = parse_ip(document.lines[lines[i]].rest);
      // A line that can't be read is taken as the family's of its stanza, so that it can be repaired.
      if (ip ? ip->family == family : stanza.family == family) of_family.push_back(i);
    }
    if (of_family.empty()) continue;
    if (gateway) {
      if (!set) TRY_VOID(interfaces::set_option(document, stanza, "gateway", format_ip(*gateway), of_family.front()));
      set = true;
      continue;
    }
    for (std::size_t i = of_family.size(); i-- > 0;) TRY_VOID(interfaces::delete_option(document, stanza, "gateway", of_family[i]));
  }
  if (!gateway || set) return {};
  const StanzaId stanza = TRY(stanza_for(document, name, family));
  const auto count = interfaces::find_options(document, stanza, "gateway").size();
  return interfaces::set_option(document, stanza, "gateway", format_ip(*gateway), count);
}

Result<void> set_method(Document& document, const std::string& name, Family family, const std::string& method) {
  const auto stanzas = interfaces::find_stanzas(document, name);
  const auto found = std::ranges::find(stanzas, std::optional(family), &StanzaId::family);
  if (found != stanzas.end()) return interfaces::set_header(document, *found, family, method);
  const bool typeless = std::ranges::find(stanzas, std::optional<Family>{}, &StanzaId::family) != stanzas.end();
  if (method == "manual" || (typeless && method == "static")) return {};
  interfaces::NewStanza stanza{.name = name, .family = family, .method = method, .options = {}, .comments = {}, .allow_class = ""};
  return interfaces::add_stanza(document, stanza, stanzas.empty() ? std::nullopt : std::optional(stanzas.back()));
}

Result<void> follow_addresses(Document& document, const std::string& name, Family family) {
  const auto stanzas = interfaces::find_stanzas(document, name);
  for (const auto& stanza : stanzas) {
    if (stanza.family != family) continue;
    const auto index = interfaces::find_stanza(document, stanza);
    if (!index) continue;
    const auto header = interfaces::parse_header(document.lines[*index], document.path);
    if (!header) continue;
    const bool has_address = !interfaces::find_options(document, stanza, "address").empty();
    if (has_address && (header->method == "manual" || header->method.empty()))
      TRY_VOID(interfaces::set_header(document, stanza, family, "static"));
    if (has_address || header->method != "static") continue;
    const bool empty = interfaces::end_of_stanza(document, *index) == *index + 1;
    if (empty && stanzas.size() > 1) return interfaces::remove_stanza(document, stanza);
    TRY_VOID(interfaces::set_header(document, stanza, family, "manual"));
  }
  return {};
}

}  // namespace drawbridge::network
