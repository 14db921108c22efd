#include "base/json_text.h"

#include <algorithm>
#include <boost/json.hpp>

namespace drawbridge {
namespace {

// A reader over text that is known to be valid JSON, so it need not look for errors, only never run past the end.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t position() const { return position_; }
  char peek() {
    skip_space();
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  /// Takes `c` if it is next.
  bool take(char c) {
    if (peek() != c) return false;
    ++position_;
    return true;
  }
  /// A whole string with its quotes.
  std::string_view take_string() {
    skip_space();
    const std::size_t begin = position_++;
    while (position_ < text_.size() && text_[position_] != '"') position_ += text_[position_] == '\\' ? 2 : 1;
    position_ = std::min(position_ + 1, text_.size());
    return text_.substr(begin, position_ - begin);
  }
  /// A whole value, whatever it is.
  std::string_view take_value() {
    skip_space();
    const std::size_t begin = position_;
    std::size_t depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        take_string();
      } else if (c == '[' || c == '{') {
        ++depth;
        ++position_;
      } else if (c == ']' || c == '}') {
        --depth;
        ++position_;
      } else if (c == ',' || c == ':') {
        ++position_;
      } else {
        take_plain();
      }
    } while (depth > 0 && position_ < text_.size());
    return text_.substr(begin, position_ - begin);
  }

 private:
  void skip_space() {
    while (position_ < text_.size() && std::string_view(" \t\r\n").contains(text_[position_])) ++position_;
  }
  // A number, true, false or null.
  void take_plain() {
    while (position_ < text_.size() && !std::string_view(" \t\r\n,:]}").contains(text_[position_])) ++position_;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

std::string unquoted(std::string_view quoted) {
  boost::system::error_code error;
  const auto value = boost::json::parse(quoted, error);
  return error || !value.is_string() ? std::string() : std::string(value.get_string());
}

// Moves into the member or element; false: there is none, and the scanner has moved.
bool descend(Scanner& scanner, const JsonStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    if (!scanner.take('{')) return false;
    while (scanner.peek() == '"') {
      const auto key = scanner.take_string();
      scanner.take(':');
      if (unquoted(key) == *name) return true;
      scanner.take_value();
      scanner.take(',');
    }
    return false;
  }
  if (!scanner.take('[')) return false;
  for (std::size_t left = std::get<std::size_t>(step); scanner.peek() != ']' && scanner.peek() != '\0'; --left) {
    if (left == 0) return true;
    scanner.take_value();
    scanner.take(',');
  }
  return false;
}

void lay_out(Scanner& scanner, std::size_t indent, std::size_t used, std::size_t width, std::string& out) {
  Scanner ahead = scanner;
  const auto whole = ahead.take_value();
  const char open = whole.empty() ? '\0' : whole.front();
  if ((open != '{' && open != '[') || used + whole.size() <= width) {
    out += whole;
    scanner = ahead;
    return;
  }
  const char close = open == '{' ? '}' : ']';
  scanner.take(open);
  out += open;
  while (scanner.peek() != close) {
    const std::string line(indent + 2, ' ');
    out += "\n" + line;
    std::size_t lead = line.size();
    if (open == '{') {
      const auto key = scanner.take_string();
      scanner.take(':');
      out += key;
      out += ": ";
      lead += key.size() + 2;
    }
    lay_out(scanner, indent + 2, lead, width, out);
    if (scanner.take(',')) out += ',';
  }
  scanner.take(close);
  out += "\n" + std::string(indent, ' ') + close;
}

}  // namespace

std::string format_json_path(const JsonPath& path) {
  std::string text;
  for (const auto& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      text += (text.empty() ? "" : ".") + *name;
    } else {
      text += "[" + std::to_string(std::get<std::size_t>(step)) + "]";
    }
  }
  return text;
}

SourceLocation locate_offset(std::string_view text, std::size_t offset, std::string file) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_begin = before.rfind('\n');
  const auto column = line_begin == std::string_view::npos ? before.size() : before.size() - line_begin - 1;
  const auto line = std::ranges::count(before, '\n') + 1;
  return {std::move(file), static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column + 1)};
}

SourceLocation locate_json(std::string_view text, const JsonPath& path, std::string file) {
  Scanner scanner(text);
  scanner.peek();
  std::size_t found = scanner.position();
  for (const auto& step : path) {
    if (!descend(scanner, step)) break;
    scanner.peek();
    found = scanner.position();
  }
  return locate_offset(text, found, std::move(file));
}

std::string indent_json(std::string_view compact, std::size_t width) {
  Scanner scanner(compact);
  std::string out;
  lay_out(scanner, 0, 0, width, out);
  out += '\n';
  return out;
}

}  // namespace drawbridge
