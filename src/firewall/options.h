// The options of the four files: their names, what values they take, and what they are if nobody sets them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "firewall/item_text.h"
#include "firewall/name_tables.h"
#include "firewall/policy.h"

namespace drawbridge::firewall {

enum class OptionType : std::uint8_t {
  flag,            ///< 0 or 1
  enable,          ///< a flag, or the Unix time at which a trial began
  number,          ///< lowest to highest
  policy,          ///< ACCEPT, DROP, REJECT
  forward_policy,  ///< ACCEPT, DROP
  log_level,
  log_limit,
  helpers,
  ethertypes,
  queues,
};

struct OptionSpec {
  std::string_view key;
  OptionType type = OptionType::flag;
  std::string_view usual;  ///< what holds if it isn't set; empty: nothing
  std::string_view help;
  std::uint64_t lowest = 0;
  std::uint64_t highest = 0;
};

/// Those of the level's file, sorted by key; none of a group's.
std::span<const OptionSpec> option_specs(Level level);
/// In any case; nullptr if there is none.
const OptionSpec* find_option(Level level, std::string_view key);
/// "0 or 1", "ACCEPT, DROP or REJECT"…
std::string describe_values(const OptionSpec& spec);

/// Takes the option over; what is wrong with it goes to the mistakes and leaves the options as they are.
void read_option(DatacenterOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes);
void read_option(NodeOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes);
void read_option(GuestOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes);
void read_option(VnetOptions& options, const OptionText& text, const NameTables& tables, Mistakes& mistakes);

/// The value in the words that all programs read: 0 and 1, policies in capitals, log levels in small letters. What can't be is left
/// as it is.
std::string canonical_value(const OptionSpec& spec, std::string_view value);

/// A value that somebody wants to set: what is only a warning in a file is an error here. `column` of mistakes counts in the value.
Mistakes check_option(Level level, std::string_view key, std::string_view value, const NameTables& tables);

}  // namespace drawbridge::firewall
