// What is wrong with one line, before it is known where the line stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text.h"
#include "firewall/address_set.h"

namespace drawbridge::firewall {

struct Mistake {
  std::uint32_t column = 1;    ///< in the line, from 1, in bytes
  std::string_view parameter;  ///< what is wrong, as the REST interface calls it: "proto", "dport", "cidr"…; a literal
  std::string_view code;       ///< a literal
  std::string message;
  std::string hint;
  Severity severity = Severity::error;
  bool operator==(const Mistake&) const = default;
};

struct Mistakes : std::vector<Mistake> {
  using std::vector<Mistake>::vector;
  /// Hints that take time to find ("did you mean…") are left out: nobody will read them.
  bool brief = false;
};

/// "did you mean 'x'?", if one of the names is near enough and there is time for it; else the other hint.
template <class Names>
std::string suggest(const Mistakes& mistakes, std::string_view word, const Names& names, std::string otherwise) {
  if (mistakes.brief) return otherwise;
  const auto near = nearest(word.substr(0, 64), names());
  return near ? "did you mean '" + *near + "'?" : std::move(otherwise);
}

/// True if one of them is more than a warning.
bool has_errors(const Mistakes& mistakes);

Diagnostic to_diagnostic(const Mistake& mistake, const Place& place);

/// Findings about one file; of the thousandth and all further ones only the number, so that a file of anything at all can't fill
/// the memory.
class Findings {
 public:
  explicit Findings(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}
  void add(std::uint32_t line, const Mistake& mistake);
  void add(std::uint32_t line, Mistakes& mistakes);  ///< and empties it
  /// Further ones are only counted.
  bool is_full() const;
  Diagnostics take() &&;

 private:
  std::shared_ptr<const std::string> file_;
  Diagnostics found_;
  std::size_t errors_left_out_ = 0;
  std::size_t warnings_left_out_ = 0;
  std::uint32_t last_line_ = 0;
};

}  // namespace drawbridge::firewall
