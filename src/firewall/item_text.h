// The other lines of a firewall file, taken apart: options, aliases, entries of sets. Views into the line.
#pragma once

#include <string>
#include <string_view>

#include "base/address.h"
#include "firewall/mistake.h"
#include "firewall/rule_text.h"

namespace drawbridge::firewall {

/// "key: value".
struct OptionText {
  Word key;
  Word value;  ///< may be empty; its column is where it would stand
};
OptionText read_option_text(std::string_view line, Mistakes& mistakes);

/// "name address # comment".
struct AliasText {
  Word name;
  Word value;
  std::string_view comment;
};
AliasText read_alias_text(std::string_view line, Mistakes& mistakes);

/// "!address # comment".
struct EntryText {
  bool exception = false;
  Word address;  ///< an address, a network, or an alias
  std::string_view comment;
};
EntryText read_entry_text(std::string_view line, Mistakes& mistakes);

/// True for the words that are addresses themselves, not names.
bool is_address_literal(std::string_view word);

/// An address or a network; host bits are cleared. Errors: invalid_input, told without the text.
Result<Prefix> read_network(std::string_view text);
/// "/32" and "/128" are left out.
std::string format_network(const Prefix& network);

}  // namespace drawbridge::firewall
