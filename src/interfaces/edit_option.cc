// Edits of a stanza's options and comments.
#include "base/text.h"
#include "interfaces/alignment.h"
#include "interfaces/edit.h"
#include "interfaces/edit_check.h"
#include "interfaces/edit_stanza.h"
#include "interfaces/layout.h"
#include "interfaces/patch.h"

namespace drawbridge::interfaces {
namespace {

std::vector<std::size_t> find_options_of(const Document& document, std::size_t stanza, std::string_view option) {
  std::vector<std::size_t> found;
  const std::size_t end = end_of_options(document, stanza);
  for (std::size_t i = stanza + 1; i < end; ++i)
    if (document.lines[i].kind == LineKind::option && same_option(document.lines[i].word, option)) found.push_back(i);
  return found;
}

std::vector<std::size_t> find_comments_of(const Document& document, std::size_t stanza) {
  std::vector<std::size_t> found;
  const std::size_t end = end_of_stanza(document, stanza);
  for (std::size_t i = stanza + 1; i < end; ++i)
    if (document.lines[i].kind == LineKind::comment && document.lines[i].stanza == stanza) found.push_back(i);
  return found;
}

// A new option line like `model` if there is one, else like the stanza's others.
std::string make_option_line(const Document& document, std::size_t stanza, std::optional<std::size_t> model, std::string_view option,
                             std::string_view value) {
  const std::size_t beside = end_of_options(document, stanza) - 1;
  const std::string indentation = model ? indentation_of(document.lines[*model]) : option_indentation(document, stanza);
  const std::string_view name = model ? std::string_view(document.lines[*model].word) : option;
  return indentation + std::string(name) + " " + std::string(trim(value)) + line_end_near(document, model.value_or(beside));
}

// Where a line goes that follows the occurrence at `index`: below the lines that are bound to it.
std::size_t below(const Document& document, std::size_t index) {
  const auto bound = bound_lines(document, index);
  return (bound.empty() ? index : bound.back()) + 1;
}

void remove_option_line(Patch& patch, const Document& document, std::size_t index) {
  patch.remove(index);
  for (const auto bound : bound_lines(document, index)) patch.remove(bound);
}

// The blanks inside a value are part of it; those around it are not.
bool says(const Line& line, std::string_view value) { return line.rest == trim(value); }

// One text per element, by `describe`.
template <class List, class Describe>
std::vector<std::string> texts_of(const List& list, Describe describe) {
  std::vector<std::string> texts;
  texts.reserve(list.size());
  for (const auto& element : list) texts.emplace_back(describe(element));
  return texts;
}

std::vector<std::string> rests(const Document& document, const std::vector<std::size_t>& lines) {
  return texts_of(lines, [&](std::size_t line) { return document.lines[line].rest; });
}

}  // namespace

std::vector<std::size_t> find_options(const Document& document, const StanzaId& id, std::string_view option) {
  const auto stanza = find_stanza(document, id);
  return stanza ? find_options_of(document, *stanza, option) : std::vector<std::size_t>{};
}

std::vector<std::string> option_values(const Document& document, const StanzaId& id, std::string_view option) {
  return rests(document, find_options(document, id, option));
}

std::vector<std::string> stanza_comments(const Document& document, const StanzaId& id) {
  std::vector<std::string> comments;
  if (const auto stanza = find_stanza(document, id))
    for (const auto line : find_comments_of(document, *stanza)) comments.emplace_back(comment_text(document.lines[line]));
  return comments;
}

Result<void> set_option(Document& document, const StanzaId& id, std::string_view option, std::string_view value, std::size_t occurrence) {
  TRY_VOID(check_option_name(option));
  TRY_VOID(check_value(value));
  const std::size_t stanza = TRY(require_stanza(document, id));
  const auto lines = find_options_of(document, stanza, option);
  if (occurrence > lines.size())
    return fail(Errc::not_found, "there is no such line of option '" + std::string(option) + "' in the stanza of " + printable(id.name));
  Patch patch;
  if (occurrence == lines.size()) {
    const auto last = lines.empty() ? std::nullopt : std::optional(lines.back());
    patch.insert(last ? below(document, *last) : end_of_options(document, stanza), LineKind::option,
                 make_option_line(document, stanza, last, option, value));
  } else if (const Line& line = document.lines[lines[occurrence]]; !says(line, value)) {
    patch.replace(lines[occurrence], with_value(line, trim(value)));
  }
  return patch.apply(document);
}

Result<void> set_option_values(Document& document, const StanzaId& id, std::string_view option, const std::vector<std::string>& values) {
  TRY_VOID(check_option_name(option));
  for (const auto& value : values) TRY_VOID(check_value(value));
  const std::size_t stanza = TRY(require_stanza(document, id));
  const auto lines = find_options_of(document, stanza, option);
  const auto model = lines.empty() ? std::nullopt : std::optional(lines.back());
  Patch patch;
  const auto wanted = texts_of(values, trim);
  for (const auto& step : align(rests(document, lines), wanted)) {
    if (step.kind == Step::Kind::replace) patch.replace(lines[step.from], with_value(document.lines[lines[step.from]], wanted[step.to]));
    if (step.kind == Step::Kind::remove) remove_option_line(patch, document, lines[step.from]);
    if (step.kind != Step::Kind::insert) continue;
    const std::size_t place = lines.empty()    ? end_of_options(document, stanza)
                              : step.from == 0 ? lines.front()
                                               : below(document, lines[step.from - 1]);
    patch.insert(place, LineKind::option, make_option_line(document, stanza, model, option, wanted[step.to]));
  }
  return patch.apply(document);
}

Result<void> delete_option(Document& document, const StanzaId& id, std::string_view option) {
  const std::size_t stanza = TRY(require_stanza(document, id));
  Patch patch;
  for (const auto line : find_options_of(document, stanza, option)) remove_option_line(patch, document, line);
  return patch.apply(document);
}

Result<void> delete_option(Document& document, const StanzaId& id, std::string_view option, std::size_t occurrence) {
  const std::size_t stanza = TRY(require_stanza(document, id));
  const auto lines = find_options_of(document, stanza, option);
  if (occurrence >= lines.size())
    return fail(Errc::not_found, "there is no such line of option '" + printable(option) + "' in the stanza of " + printable(id.name));
  Patch patch;
  remove_option_line(patch, document, lines[occurrence]);
  return patch.apply(document);
}

Result<void> set_comments(Document& document, const StanzaId& id, const std::vector<std::string>& comments) {
  for (const auto& comment : comments) TRY_VOID(check_comment(comment));
  const std::size_t stanza = TRY(require_stanza(document, id));
  const auto lines = find_comments_of(document, stanza);
  const auto old = texts_of(lines, [&](std::size_t line) { return comment_text(document.lines[line]); });
  const auto wanted = texts_of(comments, [](const std::string& comment) { return comment.substr(0, comment.find_last_not_of(" \t") + 1); });
  const std::string indentation = lines.empty() ? "" : indentation_of(document.lines[lines.back()]);
  Patch patch;
  for (const auto& step : align(old, wanted)) {
    if (step.kind == Step::Kind::replace) patch.replace(lines[step.from], with_comment(document.lines[lines[step.from]], wanted[step.to]));
    if (step.kind == Step::Kind::remove) patch.remove(lines[step.from]);
    if (step.kind != Step::Kind::insert) continue;
    const std::size_t place = lines.empty() ? end_of_options(document, stanza) : step.from == 0 ? lines.front() : lines[step.from - 1] + 1;
    patch.insert(place, LineKind::comment, indentation + "#" + wanted[step.to] + line_end_near(document, place - 1));
  }
  return patch.apply(document);
}

}  // namespace drawbridge::interfaces
