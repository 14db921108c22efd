#include "interfaces/edit_stanza.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "interfaces/configuration.h"
#include "interfaces/edit_check.h"
#include "interfaces/layout.h"
#include "interfaces/patch.h"

namespace drawbridge::interfaces {
namespace {

// Calls `visit(index, header)` for each well-formed iface line until it returns true.
template <class Visit>
void visit_headers(const Document& document, Visit visit) {
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].kind != LineKind::iface) continue;
    const auto header = parse_header(document.lines[i], document.path);
    if (header && visit(i, *header)) return;
  }
}

std::string_view family_word(Family family) { return family == Family::ipv4 ? "inet" : "inet6"; }

Result<void> check_header(const std::optional<Family>& family, std::string_view method) {
  if (family) return check_word(method, "the method");
  if (!method.empty()) return fail(Errc::invalid_input, "a stanza without a family can't have a method");
  return {};
}

std::string header_tail(const std::optional<Family>& family, std::string_view method) {
  return family ? " " + std::string(family_word(*family)) + " " + std::string(method) : "";
}

Result<void> check_class(std::string_view allow_class) {
  const auto allowed = [](char c) { return c != ' ' && static_cast<unsigned char>(c) > 0x20 && c != 0x7F; };
  TRY_VOID(check_word(allow_class, "the class"));
  if (!std::ranges::all_of(allow_class, allowed)) return fail(Errc::invalid_input, "'" + printable(allow_class) + "' is not a class");
  return {};
}

std::string allow_line(std::string_view name, std::string_view allow_class) {
  std::string line = allow_class == "auto" ? "" : "allow-";
  return line.append(allow_class).append(" ").append(name);
}

Result<void> check_stanza(const NewStanza& stanza) {
  TRY_VOID(check_word(stanza.name, "the name"));
  TRY_VOID(check_header(stanza.family, stanza.method));
  if (!stanza.allow_class.empty()) TRY_VOID(check_class(stanza.allow_class));
  for (const auto& [name, value] : stanza.options) {
    TRY_VOID(check_option_name(name));
    TRY_VOID(check_value(value));
  }
  for (const auto& comment : stanza.comments) TRY_VOID(check_comment(comment));
  return {};
}

bool is_blank_line(const Document& document, std::size_t index) {
  return index < document.lines.size() && document.lines[index].kind == LineKind::blank;
}

// Of two blank lines that would meet where lines first to last go, one goes too; so does one that would end the file.
void remove_meeting_blank(Patch& patch, const Document& document, std::size_t first, std::size_t last) {
  const bool above = first == 0 || is_blank_line(document, first - 1);
  if (!above) return;
  if (is_blank_line(document, last + 1))
    patch.remove(last + 1);
  else if (last + 1 == document.lines.size() && first > 0)
    patch.remove(first - 1);
}

bool line_has_name(const Line& line, std::string_view name, std::string_view allowed_class) {
  if (line.kind != LineKind::allow || allow_class(line) != allowed_class) return false;
  const auto words = split_words(line.rest);
  return std::ranges::find(words, name) != words.end();
}

// The bytes of an allow line without the name and the blanks before it; empty if no other name is left.
std::string without_name(const Line& line, std::string_view name) {
  const std::string_view bytes = line.bytes;
  const auto spans = word_spans(line);
  std::string result(bytes.substr(0, spans[0].end));
  bool any_left = false;
  for (std::size_t i = 1; i < spans.size(); ++i) {
    const auto word = bytes.substr(spans[i].begin, spans[i].end - spans[i].begin);
    if (word == name) continue;
    result += bytes.substr(spans[i - 1].end, spans[i].end - spans[i - 1].end);
    any_left = true;
  }
  if (!any_left) return "";
  return result + std::string(line_end_of(line));
}

}  // namespace

std::vector<StanzaId> find_stanzas(const Document& document, std::string_view name) {
  std::vector<StanzaId> ids;
  visit_headers(document, [&](std::size_t, const Header& header) {
    if (header.name != name) return false;
    const auto same = std::ranges::count_if(ids, [&](const StanzaId& id) { return id.family == header.family; });
    ids.push_back({header.name, header.family, static_cast<std::size_t>(same)});
    return false;
  });
  return ids;
}

std::optional<std::size_t> find_stanza(const Document& document, const StanzaId& id) {
  std::optional<std::size_t> found;
  std::size_t left = id.ordinal;
  visit_headers(document, [&](std::size_t index, const Header& header) {
    if (header.name != id.name || header.family != id.family) return false;
    if (left-- > 0) return false;
    found = index;
    return true;
  });
  return found;
}

Result<StanzaId> stanza_at(const Document& document, std::size_t index) {
  if (index >= document.lines.size() || document.lines[index].kind != LineKind::iface)
    return fail(Errc::not_found, "there is no iface line there");
  const Header wanted = TRY(parse_header(document.lines[index], document.path));
  std::size_t ordinal = 0;
  visit_headers(document, [&](std::size_t at, const Header& header) {
    if (at < index && header.name == wanted.name && header.family == wanted.family) ++ordinal;
    return at >= index;
  });
  return StanzaId{wanted.name, wanted.family, ordinal};
}

Result<std::size_t> require_stanza(const Document& document, const StanzaId& id) {
  if (const auto index = find_stanza(document, id)) return *index;
  const std::string subject = "iface " + printable(id.name) + (id.family ? " " + std::string(family_word(*id.family)) : "");
  std::optional<Error> by_range;
  visit_headers(document, [&](std::size_t index, const Header& header) {
    if (header.name == id.name || header.name.find('[') == std::string::npos) return false;
    const auto names = expand_name(header.name);
    if (std::ranges::find(names, id.name) == names.end()) return false;
    const Line& line = document.lines[index];
    by_range = Error{Errc::not_found,
                     printable(id.name) + " is one of the interfaces that 'iface " + printable(header.name) + "' describes together",
                     {document.path, line.word_number, line.column},
                     "write a stanza of its own for " + printable(id.name),
                     0};
    return true;
  });
  if (by_range) return fail(*by_range);
  return fail(Errc::not_found, "there is no stanza '" + subject + "'", {document.path, 0, 0});
}

Result<void> set_header(Document& document, const StanzaId& id, std::optional<Family> family, std::string_view method) {
  TRY_VOID(check_header(family, method));
  const std::size_t index = TRY(require_stanza(document, id));
  const Line& line = document.lines[index];
  const Header now = TRY(parse_header(line, document.path));
  if (now.family == family && now.method == method) return {};
  const std::string_view bytes = line.bytes;
  const auto spans = word_spans(line);
  // The blanks between the words that are there already are kept.
  const auto gap = [&](std::size_t word) {
    const auto between = word < spans.size() ? bytes.substr(spans[word - 1].end, spans[word].begin - spans[word - 1].end) : " ";
    return std::string(between.find_first_of("\\\n") == std::string_view::npos ? between : " ");
  };
  std::string changed(bytes.substr(0, spans[1].end));
  if (family) changed.append(gap(2)).append(family_word(*family)).append(gap(3)).append(method);
  changed += line_end_of(line);
  Patch patch;
  patch.replace(index, std::move(changed));
  return patch.apply(document);
}

Result<void> add_stanza(Document& document, const NewStanza& stanza, const std::optional<StanzaId>& after) {
  TRY_VOID(check_stanza(stanza));
  std::size_t place = document.lines.size();
  if (after) place = end_of_stanza(document, TRY(require_stanza(document, *after)));
  const std::string end = line_end_near(document, place);
  const std::string indentation = option_indentation(document, place == 0 ? 0 : place - 1);
  Patch patch;
  if (place > 0 && !is_blank_line(document, place - 1)) patch.insert(place, LineKind::blank, end);
  if (!stanza.allow_class.empty()) patch.insert(place, LineKind::allow, allow_line(stanza.name, stanza.allow_class) + end);
  patch.insert(place, LineKind::iface, "iface " + stanza.name + header_tail(stanza.family, stanza.method) + end);
  for (const auto& [name, value] : stanza.options)
    patch.insert(place, LineKind::option, fmt::format("{}{} {}{}", indentation, name, trim(value), end));
  for (const auto& comment : stanza.comments) patch.insert(place, LineKind::comment, fmt::format("#{}{}", comment, end));
  if (place < document.lines.size() && !is_blank_line(document, place)) patch.insert(place, LineKind::blank, end);
  return patch.apply(document);
}

Result<void> remove_stanza(Document& document, const StanzaId& id) {
  const std::size_t index = TRY(require_stanza(document, id));
  const std::size_t end = end_of_stanza(document, index);
  Patch patch;
  for (std::size_t i = index; i < end; ++i)
    if (document.lines[i].kind == LineKind::blank || document.lines[i].stanza == index) patch.remove(i);
  remove_meeting_blank(patch, document, index, end - 1);
  return patch.apply(document);
}

bool has_allow(const Document& document, std::string_view name, std::string_view allow_class) {
  return std::ranges::any_of(document.lines, [&](const Line& line) { return line_has_name(line, name, allow_class); });
}

Result<void> add_allow(Document& document, std::string_view name, std::string_view allow_class) {
  TRY_VOID(check_word(name, "the name"));
  TRY_VOID(check_class(allow_class));
  if (has_allow(document, name, allow_class)) return {};
  std::optional<std::size_t> stanza;
  visit_headers(document, [&](std::size_t index, const Header& header) {
    if (header.name == name) stanza = index;
    return stanza.has_value();
  });
  const std::size_t place = stanza.value_or(document.lines.size());
  const std::string end = line_end_near(document, place);
  Patch patch;
  if (!stanza && place > 0 && !is_blank_line(document, place - 1)) patch.insert(place, LineKind::blank, end);
  const std::string indentation = stanza ? indentation_of(document.lines[*stanza]) : "";
  patch.insert(place, LineKind::allow, indentation + allow_line(name, allow_class) + end);
  return patch.apply(document);
}

Result<void> remove_allow(Document& document, std::string_view name, std::string_view allow_class) {
  Patch patch;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    const Line& line = document.lines[i];
    if (!line_has_name(line, name, allow_class)) continue;
    auto changed = without_name(line, name);
    if (!changed.empty()) {
      patch.replace(i, std::move(changed));
      continue;
    }
    patch.remove(i);
    remove_meeting_blank(patch, document, i, i);
  }
  return patch.apply(document);
}

}  // namespace drawbridge::interfaces
