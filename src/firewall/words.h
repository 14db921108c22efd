// The words of firewall files that stand for one of a few things, and how names in them look.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::firewall {

/// Which file a rule stands in, or whose it is.
enum class Level : std::uint8_t { datacenter, node, guest, vnet, group };

enum class Direction : std::uint8_t { in, out, forward };
enum class Verdict : std::uint8_t { accept, drop, reject };

/// "nolog" is nullopt everywhere. The numbers are syslog's.
enum class LogLevel : std::uint8_t { emerg, alert, crit, err, warning, notice, info, debug };

/// "ACCEPT", "DROP", "REJECT", in any case.
std::optional<Verdict> verdict_of(std::string_view word);
std::string_view word_of(Verdict verdict);
std::string_view word_of(LogLevel level);

/// What a log level's word says; of a word that says nothing, nullopt.
struct LogWord {
  std::optional<LogLevel> level;  ///< nullopt: "nolog", or nothing
};
std::optional<LogWord> log_word_of(std::string_view word);

/// 0, 1, and the words that people write for them.
std::optional<bool> switch_of(std::string_view word);

/// ASCII letters count as the same in both cases.
bool equal_words(std::string_view a, std::string_view b);
/// The order of two words without regard to the case of ASCII letters.
std::strong_ordering compare_words(std::string_view a, std::string_view b);

inline constexpr std::size_t kLongestName = 64;
inline constexpr std::size_t kLongestGroup = 18;
/// A letter, then letters, digits, '-' and '_': 2 to `longest` characters in all. What aliases, sets and groups may be called.
bool is_name(std::string_view text, std::size_t longest = kLongestName);
/// A name that the kernel takes for a device, without '*' and '+' at its end: those would be taken for patterns.
bool is_device_name(std::string_view text);

}  // namespace drawbridge::firewall
