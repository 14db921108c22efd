// What is wrong or suspicious about the lines of a document, each taken by itself.
#pragma once

#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// In the order of the lines. Uses kinds, words and stanzas; not `document.diagnostics`.
Diagnostics lint(const Document& document);

}  // namespace drawbridge::interfaces
