// Options of an interface as edits of its lines, whatever their spelling.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "interfaces/edit.h"

namespace drawbridge::network {

/// Makes the interface say `value` for a canonical option: in the line that is there, with its spelling, or in a new line of its first
/// stanza. `spelling` is that of a new line. Further lines of the option go.
Result<void> set_interface_option(interfaces::Document& document, const std::string& name, std::string_view canonical,
                                  std::string_view spelling, const std::string& value);
/// The same for an option of several lines.
Result<void> set_interface_option_lines(interfaces::Document& document, const std::string& name, std::string_view canonical,
                                        std::string_view spelling, const std::vector<std::string>& values);
/// Removes the option from all stanzas, in every spelling.
Result<void> remove_interface_option(interfaces::Document& document, const std::string& name, std::string_view canonical);

/// A text with one word "key=value" set, or taken out if the value is empty; the other words keep their order.
std::string with_word(std::string_view words, std::string_view key, std::string_view value);

}  // namespace drawbridge::network
