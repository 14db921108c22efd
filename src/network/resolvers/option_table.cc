#include "network/resolvers/option_table.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/text.h"
#include "network/option_key.h"

namespace drawbridge::network {
namespace {

/// "15", "0.5": seconds as hundredths.
std::optional<std::uint64_t> parse_hundredths(std::string_view text) {
  const auto dot = text.find('.');
  const auto whole = parse_number<std::uint32_t>(text.substr(0, dot));
  if (!whole) return std::nullopt;
  if (dot == std::string_view::npos) return std::uint64_t{*whole} * 100;
  std::string fraction(text.substr(dot + 1, 2));
  fraction.resize(2, '0');
  const auto hundredths = parse_number<std::uint32_t>(fraction);
  if (!hundredths || text.size() > dot + 3) return std::nullopt;
  return std::uint64_t{*whole} * 100 + *hundredths;
}

std::optional<AttributeValue> parse_word(const OptionRow& row, std::string_view text) {
  const std::string word = to_lower(text);
  const auto found = std::ranges::find(row.words, std::string_view(word), &WordPair::written);
  return found == row.words.end() ? std::nullopt : std::optional(AttributeValue{std::string(found->meant)});
}

std::optional<AttributeValue> parse_mac_text(std::string_view text) {
  const auto mac = parse_mac(text);
  return mac ? std::optional(AttributeValue{format_mac(*mac)}) : std::nullopt;
}

std::string hint_for(const OptionRow& row) {
  switch (row.unit) {
    case Unit::number: return "write a number from " + std::to_string(row.least) + " to " + std::to_string(row.most);
    case Unit::hundredths: return "write seconds from " + std::to_string(row.least / 100) + " to " + std::to_string(row.most / 100);
    case Unit::on_off: return "write yes or no";
    case Unit::mac: return "write six pairs of hex digits, such as 02:00:5e:00:53:01";
    case Unit::link: return "write the name of one interface";
    case Unit::word: break;
  }
  std::vector<std::string> words;
  for (const auto& word : row.words)
    if (word.written.size() > 1) words.emplace_back(word.written);
  return "write one of " + join(words, ", ");
}

}  // namespace

std::optional<AttributeValue> parse_value(const OptionRow& row, std::string_view text) {
  std::optional<std::uint64_t> number;
  switch (row.unit) {
    case Unit::number: number = parse_number<std::uint64_t>(text); break;
    case Unit::hundredths: number = parse_hundredths(text); break;
    case Unit::on_off:
      if (const auto on = parse_switch(text)) number = *on ? 1 : 0;
      break;
    case Unit::word: return parse_word(row, text);
    case Unit::mac: return parse_mac_text(text);
    case Unit::link:
      return text.empty() || text.find(' ') != std::string_view::npos ? std::nullopt : std::optional(AttributeValue{std::string(text)});
  }
  if (!number || *number < row.least || *number > row.most) return std::nullopt;
  return AttributeValue{*number};
}

void report_value(const OptionRow& row, const OptionLine& option, std::string_view text, Resolving& resolving) {
  resolving.error(option.value_where, "value-invalid", "'" + printable(text) + "' is no value for " + printable(option.name),
                  hint_for(row) + ", or remove the line");
}

void resolve_options(std::span<const OptionRow> rows, const Interface& interface, AskedAttributes& attributes, Resolving& resolving) {
  std::vector<const OptionRow*> done;
  // From the back: the last line of an option counts. Stanzas have few options, tables have many rows.
  for (const auto& option : std::views::reverse(interface.options)) {
    const auto row = std::ranges::lower_bound(rows, std::string_view(option.name), {}, &OptionRow::option);
    if (row == rows.end() || row->option != option.name || std::ranges::find(done, &*row) != done.end()) continue;
    done.push_back(&*row);
    if (const auto value = parse_value(*row, trim(option.value)))
      attributes.insert_or_assign(std::string(row->attribute), Asked<AttributeValue>{*value, option.where});
    else
      report_value(*row, option, option.value, resolving);
  }
}

}  // namespace drawbridge::network
