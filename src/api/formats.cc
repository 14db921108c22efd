#include "api/formats.h"

#include <algorithm>
#include <array>

#include "api/upid.h"
#include "base/address.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

bool is_node(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}
/// Names of groups, sets, aliases; two characters at least.
bool is_name(std::string_view text) { return text.size() >= 2 && is_letter(text.front()) && std::ranges::all_of(text, is_word); }
/// What Linux takes for a device, of 2 to 20 characters with VLANs' dots; a slash or a blank would leave its line or folder.
bool is_iface(std::string_view text) {
  return text.size() >= 2 && text.size() <= 20 && (is_letter(text.front()) || is_digit(text.front())) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == ':'; });
}
/// A network's id: also part of its bridge's name.
bool is_vnet(std::string_view text) {
  return !text.empty() && text.size() <= 8 && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}
/// What may be the word of an address, network or alias with its scope; nothing that an option or an exception begins with.
bool is_entry(std::string_view text) {
  return !text.empty() && (is_letter(text.front()) || is_digit(text.front()) || text.front() == ':') &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == ':' || c == '/'; });
}
bool is_network(std::string_view text) { return parse_interface_address(text).has_value(); }
/// A field of a rule: one word, which begins like no option. Empty or "-" takes the field out.
bool is_field(std::string_view text) {
  return (text.size() < 2 || text.front() != '-') && text.find_first_of(" #") == std::string_view::npos;
}
bool is_digest(std::string_view text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}
bool is_realm(std::string_view text) {
  return text.size() >= 2 && is_letter(text.front()) && std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.'; });
}
bool is_user(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || text.size() > 64) return false;
  const auto name = text.substr(0, at);
  const auto fits = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != ':' && c != '/' && c != 0x7F && c != '!'; };
  return std::ranges::all_of(name, fits) && is_realm(text.substr(at + 1));
}
bool is_card(std::string_view text) { return text.starts_with("net") && parse_number<unsigned>(text.substr(3)).value_or(32) < 32; }

struct Format {
  std::string_view name;
  bool (*fits)(std::string_view);  ///< null: checked by the command that gets it
  std::string_view told;
  std::string_view pattern;
};

constexpr std::array kFormats{
    Format{"node", is_node, "is no name of a node: letters, digits and -, at most 63", "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"},
    Format{"name", is_name, "is no name: a letter first, then letters, digits, - and _, two characters at least",
           "^[A-Za-z][A-Za-z0-9_-]+$"},
    Format{"iface", is_iface, "is no name of an interface: 2 to 20 letters, digits and . - _", "^[A-Za-z0-9][A-Za-z0-9_.:-]{1,19}$"},
    Format{"vnet", is_vnet, "is no name of a virtual network: a letter first, then letters and digits, 8 at most",
           "^[A-Za-z][A-Za-z0-9]{0,7}$"},
    Format{"entry", is_entry, "is no address, network or alias", "^[A-Za-z0-9:][A-Za-z0-9_.:/-]*$"},
    Format{"network", is_network, "is no address or network: as 192.0.2.0/24 or 2001:db8::/32", "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"},
    Format{"digest", is_digest, "is no digest: it comes with what was read", "^[0-9a-f]{0,64}$"},
    Format{"userid", is_user, "is no user: NAME@REALM", "^[^\\s:/!]+@[A-Za-z][A-Za-z0-9._-]+$"},
    Format{"realm", is_realm, "is no realm", "^[A-Za-z][A-Za-z0-9._-]+$"},
    Format{"tokenid", is_realm, "is no name of a token: a letter first, then letters, digits and . - _", "^[A-Za-z][A-Za-z0-9._-]+$"},
    Format{"upid", [](std::string_view text) { return parse_upid(text).has_value(); }, "is no UPID", "^UPID:.*:$"},
    Format{"card", is_card, "is no card: net0 to net31", "^net([12]?[0-9]|3[01])$"},
    Format{"keys",
           [](std::string_view text) {
             return std::ranges::all_of(text, [](char c) { return is_word(c) || c == ',' || c == ';' || c == ' '; });
           },
           "is no list of names of settings", "^[A-Za-z0-9_,; -]*$"},
    Format{"cidr4", nullptr, "", ""},
    Format{"cidr6", nullptr, "", ""},
    Format{"ip4", nullptr, "", ""},
    Format{"ip6", nullptr, "", ""},
    Format{"field", is_field, "is no field of a rule: one word without # in it", "^[^ #]*$"},
    Format{"addresses", is_field, "are no addresses: there are no blanks and no # in them", "^[^ #]*$"},
    Format{"ports", is_field, "are no ports: there are no blanks and no # in them", "^[^ #]*$"},
    Format{"nic", nullptr, "", ""},
};

const Format* find_format(std::string_view name) {
  const auto at = std::ranges::find(kFormats, name, &Format::name);
  return at == kFormats.end() ? nullptr : &*at;
}

}  // namespace

std::string why_not(std::string_view format, std::string_view text) {
  const Format* found = find_format(format);
  if (found == nullptr || found->fits == nullptr || found->fits(text)) return "";
  return "'" + printable(text, 64) + "' " + std::string(found->told);
}

bool is_format(std::string_view format) { return find_format(format) != nullptr; }

std::string_view pattern_of(std::string_view format) {
  const Format* found = find_format(format);
  return found == nullptr ? "" : found->pattern;
}

}  // namespace drawbridge::api
