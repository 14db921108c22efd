#include "guest/rate.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace drawbridge::guest {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kUnit = 1'048'576;  // bytes of one MB
constexpr std::size_t kExactDigits = 20;    // n/2^20 has at most twenty decimals
constexpr std::uint64_t kMostWhole = std::numeric_limits<std::uint64_t>::max() / kUnit - 1;
constexpr std::size_t kLongest = 64;  // characters of a number that is meant seriously

constexpr Wide power_of_ten(std::size_t exponent) {
  Wide value = 1;
  for (; exponent > 0; --exponent) value *= 10;
  return value;
}

struct Decimal {
  std::uint64_t whole = 0;
  std::string fraction;  ///< at most kExactDigits of them; what follows can't change a multiple of 2^-20
};

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (text.size() > kLongest || !is_digits(whole) || (point != std::string_view::npos && !is_digits(fraction))) return std::nullopt;
  const auto value = parse_number<std::uint64_t>(whole);
  if (!value) return std::nullopt;
  return Decimal{*value, std::string(fraction.substr(0, kExactDigits))};
}

/// floor(fraction * factor).
std::uint64_t scale_fraction(const std::string& fraction, std::uint64_t factor) {
  Wide digits = 0;
  for (const char c : fraction) digits = digits * 10 + static_cast<unsigned>(c - '0');
  return static_cast<std::uint64_t>(digits * factor / power_of_ten(fraction.size()));
}

/// bytes / 2^20 in full.
std::string exact_text(std::uint64_t bytes) {
  std::string text = std::to_string(bytes / kUnit);
  Wide digits = Wide{bytes % kUnit} * power_of_ten(kExactDigits) / kUnit;
  if (digits == 0) return text;
  std::string fraction(kExactDigits, '0');
  for (auto place = fraction.rbegin(); digits > 0; ++place, digits /= 10) *place = static_cast<char>('0' + static_cast<int>(digits % 10));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text + "." + fraction;
}

std::unexpected<Error> not_a_rate(std::string_view text) {
  return fail(Errc::invalid_input, "'" + printable(text) + "' is not a rate", {},
              "write MB/s as in 12.5 (1 MB is 1048576 bytes), or 100Mbit");
}

std::unexpected<Error> too_fast(std::string_view text) {
  return fail(Errc::invalid_input, "'" + printable(text) + "' is more than a rate can be", {},
              "write at most " + std::to_string(kMostWhole) + ", or leave rate out for no limit");
}

/// Kilo-, mega- and gigabits of powers of ten; 0: another word.
std::uint64_t bits_of_unit(const std::string& unit) {
  if (unit == "kbit") return 1'000;
  if (unit == "mbit") return 1'000'000;
  return unit == "gbit" ? 1'000'000'000 : 0;
}

Result<Rate> parse_bits(std::string_view text, std::string_view number, std::uint64_t unit) {
  const auto decimal = parse_decimal(number);
  if (!decimal) return not_a_rate(text);
  if (decimal->whole > std::numeric_limits<std::uint64_t>::max() / unit - 1) return too_fast(text);
  const std::uint64_t bytes = (decimal->whole * unit + scale_fraction(decimal->fraction, unit)) / 8;
  return Rate{exact_text(bytes), bytes};
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
  if (const auto end = text.find_first_not_of("0123456789."); end != std::string_view::npos) {
    const std::uint64_t unit = bits_of_unit(to_lower(text.substr(end)));
    return unit == 0 ? not_a_rate(text) : parse_bits(text, text.substr(0, end), unit);
  }
  const auto decimal = parse_decimal(text);
  if (!decimal) return not_a_rate(text);
  if (decimal->whole > kMostWhole) return too_fast(text);
  const auto zeros = std::min(text.find_first_not_of('0'), std::min(text.find('.'), text.size()) - 1);
  return Rate{std::string(text.substr(zeros)), decimal->whole * kUnit + scale_fraction(decimal->fraction, kUnit)};
}

}  // namespace drawbridge::guest
