// Values of options, by their type.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "firewall/options.h"

namespace drawbridge::firewall {

struct Enable {
  std::uint64_t number = 0;
};
struct Queues {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

using OptionValue =
    std::variant<bool, Enable, std::uint64_t, Verdict, LogWord, rules::LogLimit, std::vector<std::string>, rules::NumberSet, Queues>;

/// nullopt: a mistake was added. Of EtherTypes those that were understood remain, beside the mistakes about the others: the rest
/// shall not pass because of them.
std::optional<OptionValue> read_value(const OptionSpec& spec, const Word& value, const NameTables& tables, Mistakes& mistakes);

}  // namespace drawbridge::firewall
