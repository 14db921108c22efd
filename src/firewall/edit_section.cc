#include "firewall/edit_section.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/edit.h"

namespace drawbridge::firewall {
namespace {

bool comes_before(SectionKind kind, std::string_view name, const Section& section) {
  if (section.kind == SectionKind::none || section.kind == SectionKind::unknown) return false;
  if (kind != section.kind) return kind < section.kind;
  return name < section.name;
}

std::string header_of(SectionKind kind, const std::string& name, const std::string& comment) {
  std::string header = (kind == SectionKind::group ? "[group " : "[IPSET ") + name + "]";
  if (!comment.empty()) header += " # " + comment;
  return header;
}

std::string title(SectionKind kind, const std::string& name) {
  return (kind == SectionKind::group ? "group '" : "IP set '") + printable(name, 64) + "'";
}

std::unexpected<Error> no_such(const Document& document, SectionKind kind, const std::string& name) {
  return fail(Errc::not_found, "there is no " + title(kind, name), {*document.path, 0, 0});
}

/// Deleting a section leaves the comments that stand above the next one.
void delete_lines_of(Splice& splice, const Document& document, std::size_t section) {
  const std::size_t end = end_of_section(document, section);
  const std::size_t next = end < document.lines.size() ? with_comments_above(document, end) : end;
  const std::size_t begin = document.sections[section].header;
  // Comments that touch the section's own lines are its own.
  const bool apart = next > begin && next < end && document.lines[next - 1].kind == LineKind::blank;
  for (std::size_t line = begin; line < (apart ? next : end); ++line) splice.delete_line(line);
}

}  // namespace

std::size_t end_of_section(const Document& document, std::size_t section) {
  const auto after = std::ranges::upper_bound(document.lines, section, {}, &Line::section);
  return static_cast<std::size_t>(after - document.lines.begin());
}

std::size_t end_of_content(const Document& document, std::size_t section) {
  std::size_t end = end_of_section(document, section);
  // Comments above the next header are the next section's, unless this one has nothing else.
  if (end < document.lines.size()) {
    const std::size_t above = with_comments_above(document, end);
    if (above > 0 && above < end && document.lines[above - 1].kind == LineKind::blank) end = above;
  }
  const std::size_t header = document.sections[section].header;
  while (end > header + 1 && document.lines[end - 1].kind == LineKind::blank) --end;
  // In an empty section one blank line stays below the header, if there is one for the section's end as well.
  const auto blank = [&](std::size_t line) { return line == document.lines.size() || document.lines[line].kind == LineKind::blank; };
  if (end == header + 1 && end < document.lines.size() && blank(end) && blank(end + 1)) ++end;
  return end;
}

std::size_t with_comments_above(const Document& document, std::size_t line) {
  while (line > 0 && document.lines[line - 1].kind == LineKind::comment) --line;
  return line;
}

void insert_section(Splice& splice, const Document& document, SectionKind kind, const std::string& header,
                    const std::vector<std::string>& lines, std::string_view name) {
  const auto next = std::ranges::find_if(document.sections, [&](const Section& section) { return comes_before(kind, name, section); });
  const bool last = next == document.sections.end();
  const std::size_t at = last ? document.lines.size() : with_comments_above(document, next->header);
  if (at > 0 && document.lines[at - 1].kind != LineKind::blank) splice.insert_line(at, "");
  splice.insert_line(at, header);
  splice.insert_line(at, "");
  for (const std::string& line : lines) splice.insert_line(at, line);
  splice.insert_line(at, "");
}

std::optional<std::size_t> last_section(const Document& document, SectionKind kind) {
  for (std::size_t i = document.sections.size(); i-- > 0;)
    if (document.sections[i].kind == kind) return i;
  return std::nullopt;
}

std::optional<std::size_t> find_section(const Document& document, SectionKind kind, std::string_view name) {
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const Section& section = document.sections[i];
    if (section.kind == kind && !section.overridden && equal_words(section.name, name)) return i;
  }
  return std::nullopt;
}

Result<Document> create_section(const Document& document, SectionKind kind, const std::string& name, const std::string& comment) {
  const bool group = kind == SectionKind::group;
  if (!is_name(name, group ? kLongestGroup : kLongestName))
    return fail(Errc::invalid_input, "'" + printable(name, 70) + "' can't be the name of a " + (group ? "group" : "set"), {},
                std::string("a letter, then letters, digits, '-' and '_': 2 to ") + (group ? "18" : "64") + " in all");
  TRY_VOID(check_comment(comment));
  if (find_section(document, kind, name)) return fail(Errc::conflict, title(kind, name) + " already exists", {*document.path, 0, 0});
  Splice splice(document);
  const std::string lower = to_lower(name);
  insert_section(splice, document, kind, header_of(kind, lower, comment), {}, lower);
  return std::move(splice).apply();
}

Result<Document> comment_section(const Document& document, SectionKind kind, const std::string& name, const std::string& comment) {
  TRY_VOID(check_comment(comment));
  const auto section = find_section(document, kind, name);
  if (!section) return no_such(document, kind, name);
  Splice splice(document);
  splice.rewrite_line(document.sections[*section].header, header_of(kind, document.sections[*section].name, comment));
  return std::move(splice).apply();
}

Result<Document> delete_section(const Document& document, SectionKind kind, const std::string& name) {
  if (!find_section(document, kind, name)) return no_such(document, kind, name);
  Splice splice(document);
  for (std::size_t i = 0; i < document.sections.size(); ++i)
    if (document.sections[i].kind == kind && equal_words(document.sections[i].name, name)) delete_lines_of(splice, document, i);
  return std::move(splice).apply();
}

}  // namespace drawbridge::firewall
