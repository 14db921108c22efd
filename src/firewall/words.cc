#include "firewall/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drawbridge::firewall {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<std::string_view, 3> kVerdicts{"ACCEPT", "DROP", "REJECT"};
constexpr std::array<std::string_view, 8> kLevels{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
constexpr std::array<std::pair<std::string_view, bool>, 8> kSwitches{
    {{"1", true}, {"0", false}, {"on", true}, {"off", false}, {"yes", true}, {"no", false}, {"true", true}, {"false", false}}};

template <class Words>
std::optional<std::uint8_t> place_in(const Words& words, std::string_view word) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (equal_words(words[i], word)) return static_cast<std::uint8_t>(i);
  return std::nullopt;
}

}  // namespace

std::optional<Verdict> verdict_of(std::string_view word) {
  if (word == "ACCEPT") return Verdict::accept;
  const auto place = place_in(kVerdicts, word);
  return place ? std::optional(static_cast<Verdict>(*place)) : std::nullopt;
}

std::string_view word_of(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::string_view word_of(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<LogWord> log_word_of(std::string_view word) {
  if (word.empty() || equal_words(word, "nolog")) return LogWord{};
  if (equal_words(word, "warn")) return LogWord{LogLevel::warning};
  const auto place = place_in(kLevels, word);
  return place ? std::optional(LogWord{static_cast<LogLevel>(*place)}) : std::nullopt;
}

std::optional<bool> switch_of(std::string_view word) {
  for (const auto& [text, on] : kSwitches)
    if (equal_words(text, word)) return on;
  return std::nullopt;
}

bool equal_words(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::strong_ordering compare_words(std::string_view a, std::string_view b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<unsigned char>(lower(x)) <=> static_cast<unsigned char>(lower(y));
  });
}

bool is_name(std::string_view text, std::size_t longest) {
  return text.size() >= 2 && text.size() <= longest && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool is_device_name(std::string_view text) {
  constexpr std::size_t kLongest = 15;  // IFNAMSIZ of linux/if.h, less the final zero
  if (text.empty() || text.size() > kLongest || text == "." || text == ".." || text.ends_with('*') || text.ends_with('+')) return false;
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '/' && c != ':'; });
}

}  // namespace drawbridge::firewall
