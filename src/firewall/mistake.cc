#include "firewall/mistake.h"

#include <algorithm>

namespace drawbridge::firewall {
namespace {

constexpr std::size_t kMost = 1000;

}  // namespace

bool has_errors(const Mistakes& mistakes) {
  return std::ranges::any_of(mistakes, [](const Mistake& mistake) { return mistake.severity == Severity::error; });
}

Diagnostic to_diagnostic(const Mistake& mistake, const Place& place) {
  return {{place.file == nullptr ? std::string() : *place.file, place.line, mistake.column},
          mistake.severity,
          std::string(mistake.code),
          mistake.message,
          mistake.hint,
          {}};
}

void Findings::add(std::uint32_t line, const Mistake& mistake) {
  if (!is_full()) {
    found_.push_back(to_diagnostic(mistake, {file_, line}));
    return;
  }
  last_line_ = line;
  ++(mistake.severity == Severity::error ? errors_left_out_ : warnings_left_out_);
}

void Findings::add(std::uint32_t line, Mistakes& mistakes) {
  for (const Mistake& mistake : mistakes) add(line, mistake);
  mistakes.clear();
}

bool Findings::is_full() const { return found_.size() >= kMost; }

Diagnostics Findings::take() && {
  if (errors_left_out_ + warnings_left_out_ > 0)
    found_.push_back({{*file_, last_line_, 1},
                      errors_left_out_ > 0 ? Severity::error : Severity::warning,
                      "findings-many",
                      "there are " + std::to_string(errors_left_out_) + " more errors and " + std::to_string(warnings_left_out_) +
                          " more warnings in this file",
                      "is this a firewall file at all? Mend the first ones, then look again",
                      {}});
  return std::move(found_);
}

}  // namespace drawbridge::firewall
