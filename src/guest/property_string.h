// The grammar that configuration values with several properties share: items between commas, each key=value or one bare value.
// There is no quoting, so a value holds no comma. What the keys mean is the reader's business.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace drawbridge::guest {

/// One item, as views into the string.
struct Item {
  std::string_view key;  ///< empty: a bare value
  std::string_view value;
  std::size_t key_offset = 0;    ///< bytes from the start of the string
  std::size_t value_offset = 0;  ///< of a bare value the same as key_offset
  bool has_equals = false;
};

/// The items in order; empty ones (and those of blanks only) are left out.
std::vector<Item> split_items(std::string_view text);

/// "1/on/yes/true" or "0/off/no/false" in any case; nullopt: neither.
std::optional<bool> parse_switch(std::string_view text);

/// Collects findings about one string. `start` is where its first byte stands.
class Findings {
 public:
  explicit Findings(SourceLocation start) : start_(std::move(start)) {}
  void error(std::size_t offset, std::string code, std::string message, std::string hint);
  void warn(std::size_t offset, std::string code, std::string message, std::string hint);
  bool has_errors() const { return drawbridge::has_errors(found_); }
  Diagnostics take() { return std::move(found_); }

 private:
  void add(Severity severity, std::size_t offset, std::string code, std::string message, std::string hint);
  SourceLocation start_;
  Diagnostics found_;
};

/// [-_.A-Za-z0-9]+, the names of bridges and of a container's cards.
bool is_device_word(std::string_view text);

}  // namespace drawbridge::guest
