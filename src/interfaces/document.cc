#include "interfaces/document.h"

#include <algorithm>

#include "base/text.h"
#include "interfaces/keywords.h"
#include "interfaces/lexer.h"
#include "interfaces/lint.h"

namespace drawbridge::interfaces {
namespace {

// Gives each line its kind and its stanza, reading downwards.
class Classifier {
 public:
  explicit Classifier(std::vector<Line>& lines) : lines_(lines) {}

  void add(std::size_t index) {
    Line& line = lines_[index];
    if (line.kind == LineKind::comment) return add_comment(index);
    if (const auto kind = statement_kind(line.word)) return start_block(index, *kind);
    if (line.kind == LineKind::blank || is_remark(line.word)) {
      separated_ = true;
    } else if (stanza_) {
      add_option(line);
    } else if (body_ == LineKind::vlan || (body_ == LineKind::mapping && (line.word == "script" || line.word == "map"))) {
      line.kind = *body_;
    }
  }

 private:
  void add_comment(std::size_t index) {
    if (!stanza_) return;
    if (separated_)
      undecided_.push_back(index);
    else
      lines_[index].stanza = stanza_;
  }

  void add_option(Line& line) {
    line.kind = LineKind::option;
    line.stanza = stanza_;
    for (const auto comment : undecided_) lines_[comment].stanza = stanza_;
    undecided_.clear();
    separated_ = false;
  }

  void start_block(std::size_t index, LineKind kind) {
    lines_[index].kind = kind;
    undecided_.clear();
    separated_ = false;
    stanza_.reset();
    body_.reset();
    if (kind == LineKind::iface) lines_[index].stanza = stanza_ = index;
    if (kind == LineKind::mapping || kind == LineKind::vlan) body_ = kind;
  }

  std::vector<Line>& lines_;
  std::optional<std::size_t> stanza_;
  std::optional<LineKind> body_;
  std::vector<std::size_t> undecided_;  ///< comments after a blank line: the stanza's only if an option follows
  bool separated_ = false;              ///< a blank line stands between here and the stanza's last line
};

}  // namespace

Document parse(std::string_view bytes, std::string path) {
  Document document;
  document.path = std::move(path);
  document.lines.reserve(static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
  Classifier classifier(document.lines);
  std::uint32_t number = 1;
  while (!bytes.empty()) {
    document.lines.push_back(lex_line(bytes, number));
    const Line& line = document.lines.back();
    bytes.remove_prefix(line.bytes.size());
    number += count_physical_lines(line.bytes);
    classifier.add(document.lines.size() - 1);
  }
  document.diagnostics = lint(document);
  return document;
}

std::string print(const Document& document) {
  std::size_t size = 0;
  for (const auto& line : document.lines) size += line.bytes.size();
  std::string bytes;
  bytes.reserve(size);
  for (const auto& line : document.lines) bytes += line.bytes;
  return bytes;
}

Result<Header> parse_header(const Line& iface, const std::string& path) {
  const SourceLocation where{path, iface.rest_number, iface.rest_column};
  const auto words = split_words(iface.rest);
  if (words.empty()) return fail(Errc::invalid_input, "iface without a name", where, "write: iface NAME inet METHOD");
  Header header;
  header.name = words[0];
  if (words.size() == 1) return header;
  if (words[1] == "inet")
    header.family = Family::ipv4;
  else if (words[1] == "inet6")
    header.family = Family::ipv6;
  else
    return fail(Errc::invalid_input, "unknown address family '" + printable(words[1]) + "'", where,
                "the families are inet (IPv4) and inet6 (IPv6): iface " + printable(header.name) + " inet static");
  if (words.size() > 2) header.method = words[2];
  return header;
}

std::string_view allow_class(const Line& allow) {
  const std::string_view word = allow.word;
  return word.starts_with("allow-") ? word.substr(6) : word;
}

bool same_option(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x == '_' ? '-' : x) == (y == '_' ? '-' : y); });
}

std::string_view comment_text(const Line& comment) {
  std::string_view text = without_line_end(comment.bytes);
  text.remove_prefix(text.find('#') + 1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::size_t> comments_above(const Document& document, std::size_t index) {
  std::vector<std::size_t> above;
  while (index > 0 && document.lines[index - 1].kind == LineKind::comment) above.push_back(--index);
  std::ranges::reverse(above);
  return above;
}

}  // namespace drawbridge::interfaces
