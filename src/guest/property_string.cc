#include "guest/property_string.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::guest {

std::vector<Item> split_items(std::string_view text) {
  std::vector<Item> items;
  std::size_t offset = 0;
  for (const std::string_view part : split(text, ',')) {
    if (!trim(part).empty()) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos)
        items.push_back({.key = {}, .value = part, .key_offset = offset, .value_offset = offset});
      else
        items.push_back({part.substr(0, equals), part.substr(equals + 1), offset, offset + equals + 1, true});
    }
    offset += part.size() + 1;
  }
  return items;
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "1" || word == "on" || word == "yes" || word == "true") return true;
  if (word == "0" || word == "off" || word == "no" || word == "false") return false;
  return std::nullopt;
}

void Findings::error(std::size_t offset, std::string code, std::string message, std::string hint) {
  add(Severity::error, offset, std::move(code), std::move(message), std::move(hint));
}

void Findings::warn(std::size_t offset, std::string code, std::string message, std::string hint) {
  add(Severity::warning, offset, std::move(code), std::move(message), std::move(hint));
}

void Findings::add(Severity severity, std::size_t offset, std::string code, std::string message, std::string hint) {
  Diagnostic finding{start_, severity, std::move(code), std::move(message), std::move(hint), {}};
  if (finding.where.line > 0) finding.where.column += static_cast<std::uint32_t>(offset);
  found_.push_back(std::move(finding));
}

bool is_device_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace drawbridge::guest
