#include "interfaces/lint.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "interfaces/keywords.h"
#include "interfaces/lexer.h"

namespace drawbridge::interfaces {
namespace {

constexpr std::array<std::string_view, 14> kHooks{"up",     "down",    "pre-up",   "post-up",   "pre-down", "post-down", "if-pre-up",
                                                  "pre_up", "post_up", "pre_down", "post_down", "script",   "ovs_extra", "ovs-extra"};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Values that a shell reads: '#' and '\' have their own meaning there.
bool is_hook(std::string_view word) { return std::ranges::find(kHooks, word) != kHooks.end(); }

bool looks_like_option(std::string_view word) {
  static constexpr std::array<std::string_view, 22> kNames{
      "address", "netmask",    "gateway",   "broadcast",      "network", "mtu",     "hwaddress", "metric",    "pointopoint",
      "scope",   "dns-search", "up",        "down",           "pre-up",  "post-up", "pre-down",  "post-down", "slaves",
      "vlan-id", "accept_ra",  "link-type", "dns-nameservers"};
  static constexpr std::array<std::string_view, 8> kPrefixes{"bridge", "bond", "ovs_", "vlan-", "vxlan-", "dns-", "wireless-", "wpa-"};
  return std::ranges::find(kNames, word) != kNames.end() ||
         std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return word.starts_with(prefix) && word.size() > prefix.size(); });
}

class Linter {
 public:
  explicit Linter(const Document& document) : document_(document) {}

  Diagnostics run() {
    for (const auto& line : document_.lines) {
      check_characters(line);
      check_backslashes(line);
      check_template(line);
      check_statement(line);
    }
    return std::move(found_);
  }

 private:
  void report(SourceLocation where, Severity severity, std::string code, std::string message, std::string hint) {
    found_.push_back({std::move(where), severity, std::move(code), std::move(message), std::move(hint), {}});
  }
  SourceLocation at_word(const Line& line) const { return {document_.path, line.word_number, line.column}; }
  SourceLocation at_rest(const Line& line) const { return {document_.path, line.rest_number, line.rest_column}; }
  /// The place of a byte of the line.
  SourceLocation at_byte(const Line& line, std::size_t offset) const {
    const auto before = std::string_view(line.bytes).substr(0, offset);
    const auto breaks = std::ranges::count(before, '\n');
    const auto begin = before.rfind('\n');
    const std::size_t column = begin == std::string_view::npos ? offset : offset - begin - 1;
    return {document_.path, line.number + static_cast<std::uint32_t>(breaks), static_cast<std::uint32_t>(column + 1)};
  }

  void check_characters(const Line& line) {
    const std::string_view bytes = line.bytes;
    if (line.number == 1 && bytes.starts_with(kByteOrderMark))
      report({document_.path, 1, 1}, Severity::error, "byte-order-mark",
             "the file begins with a byte order mark, which becomes part of its first word",
             "save the file as UTF-8 without a byte order mark");
    if (!reported_encoding_ && !is_utf8(bytes)) {
      reported_encoding_ = true;
      report({document_.path, line.number, 1}, Severity::warning, "not-utf8", "the line is not valid UTF-8", "save the file as UTF-8");
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      if (byte >= 0x20 && byte != 0x7F) continue;
      if (byte == '\t' || byte == '\n' || (byte == '\r' && ends_line(bytes, i))) continue;
      report_control(line, i);
      return;
    }
  }

  /// Carriage returns before a line feed, or at the end of the file, are part of the line end.
  static bool ends_line(std::string_view bytes, std::size_t at) {
    const auto next = bytes.find_first_not_of('\r', at);
    return next == std::string_view::npos || bytes[next] == '\n';
  }

  void report_control(const Line& line, std::size_t offset) {
    if (line.bytes[offset] == '\r')
      report(at_byte(line, offset), Severity::error, "carriage-return",
             "a carriage return inside a line is read as a blank; other programs end the line here", "end lines with a line feed");
    else
      report(at_byte(line, offset), Severity::warning, "control-character",
             "control character " + printable(line.bytes.substr(offset, 1)) + " in the line", "remove it");
  }

  void check_backslashes(const Line& line) {
    const std::string_view bytes = line.bytes;
    if (bytes.find('\\') == std::string_view::npos || line.kind == LineKind::blank) return;
    const auto text = without_line_end(bytes);
    if (line.kind == LineKind::comment) {
      if (text.ends_with('\\'))
        report(at_byte(line, text.size() - 1), Severity::warning, "backslash-in-comment",
               "a comment is not continued on the next line; ifupdown2 would read the next line as part of it",
               "remove the backslash at the end of the comment");
      return;
    }
    if (has_dangling_backslash(line)) {
      report(at_byte(line, text.size() - 1), Severity::warning, "backslash-at-end-of-file",
             "the file ends after a backslash that announces a further line", "remove the backslash");
      return;
    }
    check_inner_backslash(line);
  }

  void check_inner_backslash(const Line& line) {
    const std::string_view bytes = line.bytes;
    for (auto i = bytes.find('\\'); i != std::string_view::npos; i = bytes.find('\\', i + 1)) {
      const auto after = bytes.substr(i + 1);
      if (after.starts_with('\n') || after.starts_with("\r\n")) continue;
      const bool blanks_follow = trim(first_physical_line(after)).empty();
      report(at_byte(line, i), Severity::warning, blanks_follow ? "backslash-before-blanks" : "backslash-inside-line",
             blanks_follow ? "blanks after the backslash: the line is not continued"
                           : "the backslash is kept as it is; ifupdown2 would replace it by a blank",
             blanks_follow ? "remove the blanks after the backslash to continue the line, or the backslash"
                           : "put commands with backslashes into a script and call that");
      return;
    }
  }

  void check_template(const Line& line) {
    if (reported_template_ || line.kind == LineKind::blank || line.kind == LineKind::comment) return;
    const auto tag = line.bytes.find("<%");
    const bool control = line.word.starts_with('%');
    const bool name = (line.kind == LineKind::iface || line.kind == LineKind::allow) && line.rest.find("${") != std::string::npos;
    if (!control && !name && tag == std::string::npos) return;
    reported_template_ = true;
    report(control ? at_word(line)
           : name  ? at_rest(line)
                   : at_byte(line, tag),
           Severity::error, "template-unsupported", "this looks like a Mako template; templates are not evaluated",
           "render the template and use the result as the interfaces file");
  }

  void check_statement(const Line& line) {
    switch (line.kind) {
      case LineKind::blank:
      case LineKind::comment: return;
      case LineKind::iface: return check_iface(line);
      case LineKind::allow: return check_allow(line);
      case LineKind::source: return check_source(line);
      case LineKind::option: return check_option(line);
      case LineKind::mapping:
      case LineKind::vlan: return check_body(line);
      case LineKind::other: return check_other(line);
    }
  }

  void check_iface(const Line& line) {
    const auto header = parse_header(line, document_.path);
    if (!header) {
      const Error& error = header.error();
      report(error.where, Severity::error, line.rest.empty() ? "iface-without-name" : "family-unknown", error.what, error.hint);
      return;
    }
    const auto words = split_words(line.rest);
    if (words.size() == 2)
      report(at_rest(line), Severity::warning, "method-missing", "the family has no method; other programs may ignore this stanza",
             "write for example: iface " + printable(header->name) + " " + std::string(words[1]) + " manual");
    if (words.size() > 3 && !check_end_comment(line))
      report(at_rest(line), Severity::warning, "words-ignored", "words after the method have no effect: '" + printable(words[3]) + "'",
             "remove them");
  }

  void check_allow(const Line& line) {
    if (line.rest.empty())
      report(at_rest(line), Severity::warning, "names-missing", "'" + printable(line.word) + "' without a name has no effect",
             "name the interfaces, or remove the line");
    check_end_comment(line);
  }

  void check_source(const Line& line) {
    if (line.rest.empty())
      report(at_rest(line), Severity::error, "source-without-path", "'" + line.word + "' without a path",
             "name the file, or remove the line");
    check_end_comment(line);
  }

  bool check_end_comment(const Line& line) {
    for (std::size_t i = line.rest.find('#'); i != std::string::npos; i = line.rest.find('#', i + 1)) {
      if (i > 0 && !is_blank(line.rest[i - 1])) continue;
      report(at_rest(line), Severity::warning, "comment-after-value",
             "'" + printable(std::string_view(line.rest).substr(i), 40) +
                 "' is part of the line, not a comment: comments need a line of their own",
             "put the comment on its own line");
      return true;
    }
    return false;
  }

  void check_option(const Line& line) {
    if (line.rest.empty()) {
      report(at_rest(line), Severity::error, "option-without-value", "option '" + printable(line.word) + "' has no value and is ignored",
             "give it a value, or remove the line");
    } else if (!is_hook(line.word)) {
      check_end_comment(line);
    }
    check_misspelling(line);
  }

  // Inside a stanza every unknown word is an option; one that is nearly "iface" or "auto" is likely a slip that would join two stanzas.
  void check_misspelling(const Line& line) {
    if (looks_like_option(line.word)) return;
    const auto meant = nearest(to_lower(line.word), keywords());
    if (!meant || line.word.size() + 2 < meant->size()) return;
    const auto words = split_words(line.rest);
    const bool header = *meant == "iface" && words.size() > 1 && (words[1] == "inet" || words[1] == "inet6");
    report(at_word(line), header ? Severity::error : Severity::warning, "keyword-misspelled",
           "'" + printable(line.word) + "' is read as an option of the stanza above", "did you mean '" + *meant + "'?");
  }

  void check_body(const Line& line) {
    if (line.word == "mapping")
      report(at_word(line), Severity::warning, "mapping-ignored", "mapping is kept but has no effect",
             "name the interface's stanza directly");
    if (line.word == "vlan")
      report(at_word(line), Severity::warning, "vlan-ignored", "the attributes of a bridge's VLAN are kept but have no effect", "");
  }

  void check_other(const Line& line) {
    if (is_remark(line.word)) {
      report(at_word(line), Severity::warning, "statement-ignored", "'" + line.word + "' is kept but has no effect", "");
    } else if (looks_like_option(line.word)) {
      report(at_word(line), Severity::error, "option-outside-stanza",
             "option '" + printable(line.word) + "' stands outside any stanza and has no effect",
             "move it below the iface line that it belongs to");
    } else if (!line.word.starts_with('%') && !line.word.starts_with(kByteOrderMark)) {
      const auto meant = nearest(to_lower(line.word), keywords());
      report(at_word(line), Severity::error, "keyword-unknown", "unknown keyword '" + printable(line.word) + "'",
             meant ? "did you mean '" + *meant + "'?" : "statements begin with auto, allow-…, iface, source or source-directory");
    }
  }

  const Document& document_;
  Diagnostics found_;
  bool reported_encoding_ = false;
  bool reported_template_ = false;
};

}  // namespace

Diagnostics lint(const Document& document) { return Linter(document).run(); }

}  // namespace drawbridge::interfaces
