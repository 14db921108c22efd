// What a parser, validator or planner tells the user: severity, place, sentence, cure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/source_location.h"

namespace drawbridge {

enum class Severity : std::uint8_t { warning, error };

/// One finding about a user's file. `code` is a stable word in kebab-case that scripts may match ("address-invalid").
struct Diagnostic {
  SourceLocation where;
  Severity severity = Severity::error;
  std::string code;
  std::string message;                        ///< one sentence, lower case, no full stop
  std::string hint;                           ///< the cure, or empty
  std::vector<SourceLocation> included_from;  ///< innermost `source` line first; empty for the main file
  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& diagnostics);

/// Sorts by file, line, column, keeping the order of equals.
void sort_diagnostics(Diagnostics& diagnostics);

/// The text form: "file:line:column: error: message [code]\n", then "included from …" and "hint: …" lines.
std::string format_diagnostic(const Diagnostic& diagnostic);

/// The JSON form of the command-line contract: an array of {"file","line","column","severity","code","message","hint"}.
std::string diagnostics_json(const Diagnostics& diagnostics);

/// An Error as a Diagnostic, for output in one style.
Diagnostic to_diagnostic(const Error& error, std::string code);

}  // namespace drawbridge
