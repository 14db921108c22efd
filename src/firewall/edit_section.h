// Where new sections and lines go. For the edits of this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firewall/document.h"
#include "firewall/splice.h"

namespace drawbridge::firewall {

/// Behind the last line of the section that says something; the line index of what follows.
std::size_t end_of_content(const Document& document, std::size_t section);
/// Behind the section's last line.
std::size_t end_of_section(const Document& document, std::size_t section);
/// The line, or the first of the comments directly above it.
std::size_t with_comments_above(const Document& document, std::size_t line);

/// A new section in the usual order of sections (options, aliases, sets, rules, groups; sets and groups by name), its lines in it.
void insert_section(Splice& splice, const Document& document, SectionKind kind, const std::string& header,
                    const std::vector<std::string>& lines, std::string_view name = {});

/// The last section of the kind, by which a further line would be found.
std::optional<std::size_t> last_section(const Document& document, SectionKind kind);

}  // namespace drawbridge::firewall
