#include "firewall/item_text.h"

#include <optional>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

/// What precedes the first '#', and what follows it.
struct Commented {
  std::string_view text;
  std::string_view comment;
};

Commented cut_comment(std::string_view line) {
  const auto mark = line.find('#');
  if (mark == std::string_view::npos) return {line, {}};
  return {line.substr(0, mark), trim(line.substr(mark + 1))};
}

Word word_at(std::string_view text, std::size_t from) {
  while (from < text.size() && is_blank(text[from])) ++from;
  std::size_t end = from;
  while (end < text.size() && !is_blank(text[end])) ++end;
  return from == end ? Word{} : Word{text.substr(from, end - from), static_cast<std::uint32_t>(from + 1)};
}

std::size_t behind(const Word& word) { return word.column - 1 + word.text.size(); }

/// An error if anything stands behind the word.
void end_at(std::string_view text, const Word& word, std::string_view parameter, Mistakes& mistakes) {
  if (const Word stray = word_at(text, behind(word)); stray.given())
    mistakes.push_back({stray.column, parameter, "word-stray", "'" + printable(stray.text, 40) + "' is too much here",
                        "write one item a line, a comment behind '#'"});
}

/// At most `most` and without leading zeros; takes the digits off the text.
std::optional<unsigned> take_number(std::string_view& text, unsigned most) {
  unsigned number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9')
    number = number * 10 + static_cast<unsigned>(text[digits++] - '0');
  if (digits == 0 || number > most || (digits > 1 && text.front() == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

/// The short way for what sets of addresses have by the million: IPv4 in its usual form. Anything else is for parse_interface_address.
std::optional<Prefix> read_ipv4_network(std::string_view text) {
  InterfaceAddress address;
  address.length = 32;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const auto number = take_number(text, 255);
    if (!number) return std::nullopt;
    address.address.bytes[i] = static_cast<std::uint8_t>(*number);
  }
  if (!text.empty() && text.front() == '/') {
    text.remove_prefix(1);
    const auto length = take_number(text, 32);
    if (!length) return std::nullopt;
    address.length = static_cast<std::uint8_t>(*length);
  }
  if (!text.empty()) return std::nullopt;
  return network_of(address);
}

}  // namespace

OptionText read_option_text(std::string_view line, Mistakes& mistakes) {
  OptionText option;
  const auto colon = line.find(':');
  const std::string_view key = trim(line.substr(0, colon));
  option.key = {key, static_cast<std::uint32_t>(key.data() - line.data()) + 1};
  if (colon == std::string_view::npos || key.empty()) {
    mistakes.push_back(
        {option.key.column, "option", "option-invalid", "'" + printable(key, 40) + "' is no option", "write it as \"key: value\""});
    return option;
  }
  std::size_t begin = colon + 1;
  while (begin < line.size() && is_blank(line[begin])) ++begin;
  option.value = {trim(line.substr(begin)), static_cast<std::uint32_t>(begin + 1)};
  return option;
}

AliasText read_alias_text(std::string_view line, Mistakes& mistakes) {
  const Commented parts = cut_comment(line);
  AliasText alias{.name = word_at(parts.text, 0), .value = {}, .comment = parts.comment};
  if (alias.name.given()) alias.value = word_at(parts.text, behind(alias.name));
  if (!alias.value.given()) {
    mistakes.push_back({static_cast<std::uint32_t>(trim(line).data() - line.data()) + 1, "cidr", "value-missing",
                        "the alias has no address", "write a name and an address or network"});
    return alias;
  }
  end_at(parts.text, alias.value, "cidr", mistakes);
  return alias;
}

EntryText read_entry_text(std::string_view line, Mistakes& mistakes) {
  const Commented parts = cut_comment(line);
  EntryText entry{.exception = false, .address = word_at(parts.text, 0), .comment = parts.comment};
  if (entry.address.text.starts_with('!')) {
    entry.exception = true;
    entry.address = word_at(parts.text, entry.address.column);
  }
  if (!entry.address.given()) {
    mistakes.push_back({static_cast<std::uint32_t>(trim(line).data() - line.data()) + 1, "cidr", "value-missing",
                        "the entry has no address", "write an address, a network or an alias"});
    return entry;
  }
  end_at(parts.text, entry.address, "cidr", mistakes);
  return entry;
}

bool is_address_literal(std::string_view word) {
  return !word.empty() && ((word.front() >= '0' && word.front() <= '9') || word.find(':') != std::string_view::npos);
}

Result<Prefix> read_network(std::string_view text) {
  if (const auto network = read_ipv4_network(text)) return *network;
  return network_of(TRY(parse_interface_address(text)));
}

std::string format_network(const Prefix& network) {
  return network.length == network.address.width() ? format_ip(network.address) : format_prefix(network);
}

}  // namespace drawbridge::firewall
