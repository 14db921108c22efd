// The canonical layout of an interfaces file, for tools that compare files: one order of interfaces and options, one spelling,
// one indentation. Nothing is lost: every address, option, comment, source line and unknown statement is kept.
#pragma once

#include <string>
#include <string_view>

#include "interfaces/document.h"

namespace drawbridge::network {

/// The canonical text of a document. Sourced files are not touched; `source` lines and stanzas of name ranges stay where they
/// are, and interfaces are sorted between them.
///
/// model(normalise(x)) equals model(x), except for places and for defaults that the layout spells out (bridge-stp, bridge-fd,
/// bridge-vids, bond-miimon, bond-mode). normalise(normalise(x)) equals normalise(x).
std::string normalise(const interfaces::Document& document);
std::string normalise(std::string_view bytes, const std::string& path);

}  // namespace drawbridge::network
