// The words that begin statements.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// The kind of statement that a first word begins wherever it stands; nothing for an option or an unknown word.
std::optional<LineKind> statement_kind(std::string_view word);

/// Statements of Debian's classic tool (no-auto-down, no-scripts, rename, template): they neither begin nor end a stanza here.
bool is_remark(std::string_view word);

/// True for the kinds that end a stanza.
bool starts_statement(LineKind kind);

/// The keywords that a misspelt word is compared with.
const std::vector<std::string>& keywords();

}  // namespace drawbridge::interfaces
