#include "firewall/option_value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

constexpr std::array<std::string_view, 9> kHelpers{"amanda", "ftp", "irc", "netbios-ns", "pptp", "sane", "sip", "snmp", "tftp"};
constexpr std::array<std::string_view, 4> kUnits{"second", "minute", "hour", "day"};
constexpr std::uint16_t kFirstEthertype = 0x600;  // what is less is a length (IEEE 802.3)

std::optional<OptionValue> read_flag(std::string_view text) {
  if (const auto on = switch_of(text)) return *on;
  return std::nullopt;
}

std::optional<OptionValue> read_enable(std::string_view text) {
  if (const auto number = parse_number<std::uint64_t>(text)) return Enable{*number};
  if (const auto on = switch_of(text)) return Enable{*on ? 1U : 0U};
  return std::nullopt;
}

std::optional<OptionValue> read_log(std::string_view text) {
  if (const auto word = log_word_of(text)) return *word;
  return std::nullopt;
}

bool read_rate(std::string_view text, rules::LogLimit& limit) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto rate = parse_number<std::uint64_t>(text.substr(0, slash));
  const auto unit = std::ranges::find(kUnits, text.substr(slash + 1));
  if (!rate || *rate == 0 || unit == kUnits.end()) return false;
  limit.rate = *rate;
  limit.per = static_cast<rules::LogLimit::Per>(unit - kUnits.begin());
  return true;
}

/// "[enable=]0|1[,rate=n/unit][,burst=n]"
std::optional<OptionValue> read_limit(std::string_view text) {
  rules::LogLimit limit;
  bool enabled = false;
  for (const std::string_view part : split(text, ',')) {
    const auto equals = part.find('=');
    const std::string_view key = equals == std::string_view::npos ? "enable" : part.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? part : part.substr(equals + 1);
    if (key == "enable") {
      const auto on = switch_of(value);
      if (!on || enabled) return std::nullopt;
      enabled = true;
      limit.enabled = *on;
    } else if (key == "rate") {
      if (!read_rate(value, limit)) return std::nullopt;
    } else if (key == "burst") {
      const auto burst = parse_number<std::uint32_t>(value);
      if (!burst) return std::nullopt;
      limit.burst = *burst;
    } else {
      return std::nullopt;
    }
  }
  if (!enabled) return std::nullopt;
  return limit;
}

std::optional<OptionValue> read_helpers(std::string_view text) {
  std::vector<std::string> helpers;
  if (text.empty()) return helpers;
  for (const std::string_view word : split(text, ',')) {
    if (std::ranges::find(kHelpers, word) == kHelpers.end()) return std::nullopt;
    helpers.emplace_back(word);
  }
  return helpers;
}

std::optional<OptionValue> read_queues(std::string_view text) {
  const auto colon = text.find(':');
  const auto first = parse_number<std::uint16_t>(text.substr(0, colon));
  if (!first) return std::nullopt;
  if (colon == std::string_view::npos) return Queues{*first, *first};
  const auto last = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!last || *last < *first) return std::nullopt;
  return Queues{*first, *last};
}

std::optional<std::uint16_t> read_ethertype(std::string_view word, const NameTables& tables) {
  if (const auto named = find_ethertype(tables, word)) return named;
  // Four digits as in /etc/ethertypes, or as C has it.
  const std::string_view digits = word.starts_with("0x") || word.starts_with("0X") ? word.substr(2) : word;
  if (digits.size() > 4 || (digits.size() == word.size() && digits.size() != 4)) return std::nullopt;
  std::uint16_t number = 0;
  const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), number, 16);
  if (digits.empty() || error != std::errc{} || stop != digits.end() || number < kFirstEthertype) return std::nullopt;
  return number;
}

OptionValue read_ethertypes(const Word& value, const NameTables& tables, Mistakes& mistakes) {
  std::vector<rules::Interval> types;
  for (const std::string_view part : split(value.text, ',')) {
    const std::string_view word = trim(part);
    const auto column = value.column + static_cast<std::uint32_t>(part.data() - value.text.data());
    if (const auto type = read_ethertype(word, tables))
      types.push_back({*type, *type});
    else
      mistakes.push_back({column, "layer2_protocols", "ethertype-unknown",
                          "'" + printable(word, 40) + "' is no EtherType: it does not pass because of this option",
                          "write a name of /etc/ethertypes, or a number as 0x88b5"});
  }
  return rules::NumberSet(std::move(types));
}

std::optional<OptionValue> read_number(const OptionSpec& spec, const Word& value, Mistakes& mistakes) {
  const auto number = parse_number<std::uint64_t>(value.text);
  constexpr std::uint64_t kMost = 0xffffffff;
  if (!number || *number > kMost) return std::nullopt;
  if (*number < spec.lowest || *number > spec.highest)
    mistakes.push_back({value.column, spec.key, "option-range", "'" + std::string(spec.key) + "' is usually " + describe_values(spec),
                        "is that what you mean?", Severity::warning});
  return *number;
}

std::optional<OptionValue> read_policy(const OptionSpec& spec, const Word& value, Mistakes& mistakes) {
  const auto verdict = verdict_of(value.text);
  if (!verdict) return std::nullopt;
  if (spec.type == OptionType::policy || *verdict != Verdict::reject) return *verdict;
  mistakes.push_back({value.column, spec.key, "option-reject", "forwarded packets can't be rejected by policy: they are dropped",
                      "write DROP", Severity::warning});
  return Verdict::drop;
}

std::optional<OptionValue> read_any(const OptionSpec& spec, const Word& value, const NameTables& tables, Mistakes& mistakes) {
  switch (spec.type) {
    case OptionType::flag: return read_flag(value.text);
    case OptionType::enable: return read_enable(value.text);
    case OptionType::number: return read_number(spec, value, mistakes);
    case OptionType::policy:
    case OptionType::forward_policy: return read_policy(spec, value, mistakes);
    case OptionType::log_level: return read_log(value.text);
    case OptionType::log_limit: return read_limit(value.text);
    case OptionType::helpers: return read_helpers(value.text);
    case OptionType::ethertypes: return read_ethertypes(value, tables, mistakes);
    case OptionType::queues: return read_queues(value.text);
  }
  return std::nullopt;
}

}  // namespace

std::optional<OptionValue> read_value(const OptionSpec& spec, const Word& value, const NameTables& tables, Mistakes& mistakes) {
  auto read = read_any(spec, value, tables, mistakes);
  if (!read)
    mistakes.push_back({value.column, spec.key, "option-value",
                        "'" + std::string(spec.key) + "' can't be '" + printable(value.text, 40) + "'; " +
                            (spec.usual.empty() ? "it counts as not set" : "it counts as " + std::string(spec.usual)),
                        "write " + describe_values(spec) + ", without a comment behind it"});
  return read;
}

std::string canonical_value(const OptionSpec& spec, std::string_view value) {
  const bool number = parse_number<std::uint64_t>(value).has_value();
  if (spec.type == OptionType::flag || (spec.type == OptionType::enable && !number)) {
    if (const auto on = switch_of(value)) return *on ? "1" : "0";
  } else if (spec.type == OptionType::policy || spec.type == OptionType::forward_policy) {
    if (const auto verdict = verdict_of(value)) return std::string(word_of(*verdict));
  } else if (spec.type == OptionType::log_level) {
    if (const auto log = log_word_of(value)) return log->level ? std::string(word_of(*log->level)) : "nolog";
  }
  return std::string(value);
}

std::string describe_values(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::flag: return "0 or 1";
    case OptionType::enable: return "0 or 1, or the Unix time at which a trial of a minute begins";
    case OptionType::number:
      return spec.highest >= 0xffffffff ? std::to_string(spec.lowest) + " or more"
                                        : std::to_string(spec.lowest) + " to " + std::to_string(spec.highest);
    case OptionType::policy: return "ACCEPT, DROP or REJECT";
    case OptionType::forward_policy: return "ACCEPT or DROP";
    case OptionType::log_level: return "emerg, alert, crit, err, warning, notice, info, debug or nolog";
    case OptionType::log_limit: return "enable=1,rate=N/second,burst=N (or per minute, hour, day), or enable=0";
    case OptionType::helpers: return "some of amanda,ftp,irc,netbios-ns,pptp,sane,sip,snmp,tftp";
    case OptionType::ethertypes: return "names or numbers of EtherTypes with commas between";
    case OptionType::queues: return "N or N:M, 0 to 65535";
  }
  return {};
}

}  // namespace drawbridge::firewall
