#include "interfaces/lexer.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::interfaces {
namespace {

std::size_t skip_blanks(std::string_view text, std::size_t at = 0) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::size_t skip_word(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_blank(text[at])) ++at;
  return at;
}

bool continues(std::string_view physical_line) {
  const auto text = without_line_end(physical_line);
  return !text.empty() && text.back() == '\\';
}

// The text of a logical line, joined, and for each physical line where its part begins.
struct Joined {
  struct Part {
    std::size_t offset;  ///< in the joined text
    std::uint32_t number;
    std::uint32_t column;
  };
  std::string text;
  std::vector<Part> parts;

  Part place(std::size_t offset) const {
    auto after = std::upper_bound(parts.begin(), parts.end(), offset, [](std::size_t at, const Part& part) { return at < part.offset; });
    const Part& part = *std::prev(after);
    return {offset, part.number, static_cast<std::uint32_t>(part.column + (offset - part.offset))};
  }
};

Joined join_parts(std::string_view bytes, std::uint32_t number) {
  Joined joined;
  while (!bytes.empty()) {
    const auto physical = first_physical_line(bytes);
    bytes.remove_prefix(physical.size());
    auto text = without_line_end(physical);
    if (continues(physical)) text.remove_suffix(1);
    const bool first = joined.parts.empty();
    const std::size_t indent = first ? 0 : skip_blanks(text);
    if (!first) joined.text += ' ';
    joined.parts.push_back({joined.text.size(), number++, static_cast<std::uint32_t>(indent + 1)});
    joined.text += text.substr(indent);
    if (!bytes.empty())
      while (!joined.text.empty() && is_blank(joined.text.back()) && joined.text.size() > joined.parts.back().offset)
        joined.text.pop_back();
  }
  return joined;
}

void set_words(Line& line, std::string_view text, const Joined* joined) {
  const std::size_t begin = skip_blanks(text);
  const std::size_t end = skip_word(text, begin);
  const std::size_t rest = skip_blanks(text, end);
  line.word = text.substr(begin, end - begin);
  line.rest = trim(text.substr(rest));
  const std::size_t rest_at = line.rest.empty() ? end : rest;
  if (joined == nullptr) {
    line.word_number = line.rest_number = line.number;
    line.column = static_cast<std::uint32_t>(begin + 1);
    line.rest_column = static_cast<std::uint32_t>(rest_at + 1);
    return;
  }
  const auto word_place = joined->place(begin);
  const auto rest_place = joined->place(rest_at);
  line.word_number = word_place.number;
  line.column = word_place.column;
  line.rest_number = rest_place.number;
  line.rest_column = rest_place.column;
}

}  // namespace

std::string_view first_physical_line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  return end == std::string_view::npos ? bytes : bytes.substr(0, end + 1);
}

std::string_view without_line_end(std::string_view physical_line) {
  if (!physical_line.ends_with('\n')) return physical_line;
  physical_line.remove_suffix(1);
  if (physical_line.ends_with('\r')) physical_line.remove_suffix(1);
  return physical_line;
}

std::uint32_t count_physical_lines(std::string_view bytes) {
  const auto ends = static_cast<std::uint32_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return bytes.ends_with('\n') || bytes.empty() ? ends : ends + 1;
}

bool has_dangling_backslash(const Line& line) { return line.kind != LineKind::comment && continues(line.bytes); }

Line lex_line(std::string_view bytes, std::uint32_t number) {
  Line line;
  line.number = line.word_number = line.rest_number = number;
  const auto first = first_physical_line(bytes);
  const auto text = without_line_end(first);
  const std::size_t begin = skip_blanks(text);
  if (begin == text.size() || text[begin] == '#') {
    line.kind = begin == text.size() ? LineKind::blank : LineKind::comment;
    line.bytes = first;
    line.column = line.rest_column = static_cast<std::uint32_t>(begin + 1);
    return line;
  }
  if (!continues(first)) {
    line.bytes = first;
    set_words(line, text, nullptr);
    return line;
  }
  std::size_t length = first.size();
  for (auto last = first; continues(last) && length < bytes.size(); length += last.size()) last = first_physical_line(bytes.substr(length));
  line.bytes = bytes.substr(0, length);
  const Joined joined = join_parts(line.bytes, number);
  set_words(line, joined.text, &joined);
  // Nothing but backslashes: the line says nothing.
  if (line.word.empty()) line.kind = LineKind::blank;
  return line;
}

}  // namespace drawbridge::interfaces
