#include "guest/document.h"

#include <algorithm>
#include <set>

#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::guest {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

Section read_section(std::string_view name) {
  const std::string lower = to_lower(name);
  SectionKind kind = SectionKind::snapshot;
  if (lower == "pending" || lower == "pve:pending") kind = SectionKind::pending;
  // No snapshot has a colon in its name; such sections are somebody's own.
  else if (name.find(':') != std::string_view::npos)
    kind = SectionKind::special;
  return {kind, std::string(name)};
}

class Parser {
 public:
  explicit Parser(std::string path) {
    document_.path = std::move(path);
    document_.sections.emplace_back();
  }

  void read(std::string_view bytes) {
    for (std::uint32_t number = 1; !bytes.empty(); ++number) {
      const auto end = std::min(bytes.find('\n'), bytes.size() - 1);
      read_line(bytes.substr(0, end + 1), number);
      bytes.remove_prefix(end + 1);
    }
  }

  Document take() { return std::move(document_); }

 private:
  void read_line(std::string_view bytes, std::uint32_t number) {
    Line line;
    line.bytes = bytes;
    line.number = number;
    std::string_view text = bytes;
    while (!text.empty() && (is_blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
    if (text.empty()) {
      line.kind = LineKind::blank;
    } else if (text.front() == '#') {
      line.kind = LineKind::comment;
      line.value = text.substr(1);
    } else if (text.front() == '[' && text.back() == ']' && !trim(text.substr(1, text.size() - 2)).empty()) {
      open_section(text.substr(1, text.size() - 2), line);
    } else {
      read_entry(text, line);
    }
    line.section = document_.sections.size() - 1;
    report(line);
    document_.lines.push_back(std::move(line));
  }

  void open_section(std::string_view name, Line& line) {
    line.kind = LineKind::section;
    Section section = read_section(name);
    const bool known = std::ranges::find(document_.sections, section) != document_.sections.end();
    document_.sections.push_back(std::move(section));
    keys_.clear();
    if (known) warn(line, 2, "section-duplicate", "the section '" + printable(name) + "' is there twice", "merge it with the first one");
  }

  static void read_entry(std::string_view text, Line& line) {
    const auto end = std::ranges::find_if(text, [](char c) { return c == ':' || c == '=' || is_blank(c); });
    const std::string_view key(text.begin(), end);
    const auto mark = text.find_first_not_of(" \t", key.size());
    if (mark == std::string_view::npos || !is_key(key)) return;
    const bool colon = text[mark] == ':' && mark == key.size();
    if (!colon && !(is_raw_key(key) && text[mark] == '=')) return;
    line.kind = LineKind::entry;
    line.key = key;
    std::size_t begin = mark + 1;
    while (begin < text.size() && is_blank(text[begin])) ++begin;
    line.value = text.substr(begin);
    line.column = static_cast<std::uint32_t>(begin) + 1;
  }

  void report(const Line& line) {
    if (line.kind == LineKind::other)
      warn(line, 1, "line-unknown", "'" + printable(trim(line.bytes), 40) + "' means nothing here",
           "write it as \"key: value\", or as a comment after '#'");
    if (line.kind != LineKind::entry || is_raw_key(line.key)) return;
    if (line.value.empty()) warn(line, line.column, "value-missing", "'" + line.key + "' has no value", "delete the line, or give it one");
    if (!keys_.insert(line.key).second)
      warn(line, 1, "key-duplicate", "'" + line.key + "' is given twice; this line wins", "delete the one that is not meant");
  }

  void warn(const Line& line, std::uint32_t column, std::string code, std::string message, std::string hint) {
    document_.diagnostics.push_back(
        {{document_.path, line.number, column}, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
  }

  Document document_;
  std::set<std::string> keys_;
};

}  // namespace

Document parse_document(std::string_view bytes, std::string path) {
  Parser parser(std::move(path));
  parser.read(bytes);
  return parser.take();
}

std::string print(const Document& document) {
  std::string bytes;
  for (const Line& line : document.lines) bytes += line.bytes;
  return bytes;
}

bool is_raw_key(std::string_view key) { return key.starts_with("lxc."); }

bool is_key(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; });
}

std::string encode_text(std::string_view text) {
  return encode_percent_unless(text, [&](std::size_t at) { return is_plain_in_line(text[at]); });
}

std::string decode_text(std::string_view text) { return decode_percent_if_any(text); }

}  // namespace drawbridge::guest
