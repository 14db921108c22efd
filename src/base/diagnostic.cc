#include "base/diagnostic.h"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

namespace drawbridge {

std::string format_location(const SourceLocation& where) {
  std::string text = where.file;
  if (where.line == 0) return text;
  text += ":" + std::to_string(where.line);
  if (where.column != 0) text += ":" + std::to_string(where.column);
  return text;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

void sort_diagnostics(Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) { return a.where < b.where; });
}

std::string format_diagnostic(const Diagnostic& d) {
  std::string text = d.where.file.empty() ? std::string() : format_location(d.where) + ": ";
  text += d.severity == Severity::error ? "error: " : "warning: ";
  text += d.message;
  if (!d.code.empty()) text += " [" + d.code + "]";
  text += "\n";
  for (const auto& from : d.included_from) text += "    included from " + format_location(from) + "\n";
  if (!d.hint.empty()) text += "    hint: " + d.hint + "\n";
  return text;
}

std::string diagnostics_json(const Diagnostics& diagnostics) {
  boost::json::array list;
  for (const auto& d : diagnostics) {
    boost::json::object entry{{"file", d.where.file},
                              {"line", d.where.line},
                              {"column", d.where.column},
                              {"severity", d.severity == Severity::error ? "error" : "warning"},
                              {"code", d.code},
                              {"message", d.message},
                              {"hint", d.hint}};
    if (!d.included_from.empty()) {
      boost::json::array from;
      for (const auto& place : d.included_from) from.emplace_back(format_location(place));
      entry["included_from"] = std::move(from);
    }
    list.push_back(std::move(entry));
  }
  return boost::json::serialize(list);
}

Diagnostic to_diagnostic(const Error& error, std::string code) {
  return Diagnostic{error.where, Severity::error, std::move(code), error.what, error.hint, {}};
}

}  // namespace drawbridge
