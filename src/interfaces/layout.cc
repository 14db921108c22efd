#include "interfaces/layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "interfaces/keywords.h"
#include "interfaces/lexer.h"
#include "interfaces/patch.h"

namespace drawbridge::interfaces {
namespace {

// The length of a separator at `at`: a blank, a line end, or a backslash before a line end (or before the end of the file); 0 if a
// word's byte stands there.
std::size_t separator_at(std::string_view bytes, std::size_t at) {
  if (is_blank(bytes[at]) || bytes[at] == '\n') return 1;
  if (bytes[at] != '\\') return 0;
  const auto after = bytes.substr(at + 1);
  return after.empty() || after.starts_with('\n') || after.starts_with("\r\n") ? 1 : 0;
}

bool is_one_plain_line(const Line& line) {
  const auto first = first_physical_line(line.bytes);
  return first.size() == line.bytes.size() && !has_dangling_backslash(line);
}

}  // namespace

std::vector<Span> word_spans(const Line& line) {
  std::vector<Span> spans;
  const std::string_view bytes = line.bytes;
  for (std::size_t at = 0; at < bytes.size();) {
    if (const std::size_t separator = separator_at(bytes, at); separator != 0) {
      at += separator;
      continue;
    }
    const std::size_t begin = at;
    while (at < bytes.size() && separator_at(bytes, at) == 0) ++at;
    spans.push_back({begin, at});
  }
  return spans;
}

std::string indentation_of(const Line& line) {
  const auto end = line.bytes.find_first_not_of(" \t");
  return line.bytes.substr(0, end == std::string::npos ? 0 : end);
}

std::string option_indentation(const Document& document, std::size_t stanza) {
  const auto is_option = [&](std::size_t index) { return document.lines[index].kind == LineKind::option; };
  const std::size_t end = std::min(end_of_options(document, stanza), document.lines.size());
  for (std::size_t i = end; i > 0; --i)
    if (is_option(i - 1)) return indentation_of(document.lines[i - 1]);
  for (std::size_t i = end; i < document.lines.size(); ++i)
    if (is_option(i)) return indentation_of(document.lines[i]);
  return "\t";
}

std::size_t end_of_options(const Document& document, std::size_t stanza) {
  std::size_t end = stanza + 1;
  for (std::size_t i = stanza + 1; i < document.lines.size() && !starts_statement(document.lines[i].kind); ++i)
    if (document.lines[i].kind == LineKind::option) end = i + 1;
  return end;
}

std::size_t end_of_stanza(const Document& document, std::size_t stanza) {
  std::size_t end = stanza + 1;
  for (std::size_t i = stanza + 1; i < document.lines.size() && !starts_statement(document.lines[i].kind); ++i)
    if (document.lines[i].stanza == stanza) end = i + 1;
  return end;
}

std::string with_value(const Line& line, std::string_view value) {
  const std::string_view bytes = line.bytes;
  const auto spans = word_spans(line);
  if (is_one_plain_line(line) && spans.size() > 1)
    return std::string(bytes.substr(0, spans[1].begin)) + std::string(value) + std::string(bytes.substr(spans.back().end));
  // Continued over several lines, or without a value so far: one line.
  const bool same_line = spans.size() > 1 && bytes.substr(0, spans[1].begin).find('\n') == std::string_view::npos;
  const bool indented = bytes.substr(0, spans[0].begin).find('\n') == std::string_view::npos;
  std::string result = indented ? std::string(bytes.substr(0, spans[0].end)) : line.word;
  result += same_line ? std::string(bytes.substr(spans[0].end, spans[1].begin - spans[0].end)) : " ";
  return result + std::string(value) + std::string(line_end_of(line));
}

std::string with_comment(const Line& line, std::string_view text) {
  return line.bytes.substr(0, line.bytes.find('#') + 1) + std::string(text) + std::string(line_end_of(line));
}

std::vector<std::size_t> bound_lines(const Document& document, std::size_t index) {
  static constexpr std::array<std::string_view, 5> kBound{"netmask", "broadcast", "scope", "pointopoint", "preferred-lifetime"};
  std::vector<std::size_t> bound;
  if (document.lines[index].word != "address") return bound;
  for (std::size_t i = index + 1; i < document.lines.size() && !starts_statement(document.lines[i].kind); ++i) {
    const Line& line = document.lines[i];
    if (line.kind == LineKind::option && line.word == "address") break;
    const auto is_same = [&](std::string_view word) { return same_option(word, line.word); };
    if (line.kind == LineKind::option && std::ranges::any_of(kBound, is_same)) bound.push_back(i);
  }
  return bound;
}

}  // namespace drawbridge::interfaces
