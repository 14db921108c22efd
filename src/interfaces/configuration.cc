#include "interfaces/configuration.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "base/text.h"
#include "interfaces/keywords.h"

namespace drawbridge::interfaces {
namespace {

constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostFiles = 4096;
// What ranges in names may add to the size of what was read; far above any switch, far below any memory.
constexpr std::size_t kMostExpandedBytes = std::size_t{32} << 20U;
// A kernel's name has at most 15 bytes; $IFACE in the stanza of a longer one is left alone, which bounds the growth of values.
constexpr std::size_t kLongestName = 15;

bool is_word_character(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

std::string substitute_name(std::string_view value, const std::string& name) {
  static constexpr std::string_view kVariable = "$IFACE";
  std::string result;
  std::size_t begin = 0;
  for (auto at = value.find(kVariable); at != std::string_view::npos; at = value.find(kVariable, begin)) {
    const std::size_t end = at + kVariable.size();
    const bool longer = end < value.size() && is_word_character(value[end]);
    result += value.substr(begin, at - begin);
    result += longer || name.size() > kLongestName ? std::string(kVariable) : name;
    begin = end;
  }
  return result += value.substr(begin);
}

// "./a//b/../c" to "a/c", as far as the text tells; ".." at the front stays.
std::string normalise_path(std::string_view path) {
  std::vector<std::string> parts;
  for (const auto part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else
      parts.emplace_back(part);
  }
  return (path.starts_with('/') ? "/" : "") + join(parts, "/");
}

std::string resolve_path(const std::string& including_file, std::string_view path) {
  if (path.starts_with('/')) return normalise_path(path);
  const auto slash = including_file.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : including_file.substr(0, slash + 1);
  return normalise_path(folder + std::string(path));
}

bool is_pattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

// What editors and the package manager leave beside a file.
bool is_leftover(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name.starts_with('.') || name.ends_with('~') || name.find(".dpkg-") != std::string_view::npos;
}

class ConfigurationReader {
 public:
  explicit ConfigurationReader(const Reader& reader) : reader_(reader) {}

  Configuration read(const std::string& path, std::string_view bytes) {
    read_document(path, bytes);
    number_sourced_names();
    return std::move(configuration_);
  }

 private:
  void read_document(const std::string& path, std::string_view bytes) {
    const std::string key = normalise_path(path);
    files_.insert(key);
    open_files_.push_back(key);
    const Document& document = configuration_.documents.insert_or_assign(path, parse(bytes, path)).first->second;
    // Names that ranges make are numbered where the line stands; so the line's own findings come first.
    for (const auto& diagnostic : document.diagnostics) report(diagnostic);
    std::size_t index = 0;
    while (index < document.lines.size()) index = read_line(document, index);
    open_files_.pop_back();
  }

  void report(Diagnostic diagnostic) {
    diagnostic.included_from.assign(sources_.rbegin(), sources_.rend());
    configuration_.diagnostics.push_back(std::move(diagnostic));
  }
  void report(const SourceLocation& where, Severity severity, std::string code, std::string message, std::string hint) {
    report({where, severity, std::move(code), std::move(message), std::move(hint), {}});
  }

  /// Reads the statement at `index` with its body; returns the index of the next.
  std::size_t read_line(const Document& document, std::size_t index) {
    const Line& line = document.lines[index];
    switch (line.kind) {
      case LineKind::iface: return read_stanza(document, index);
      case LineKind::allow: read_allow(document, line); break;
      case LineKind::source:
        take_position();
        read_source(document, line);
        break;
      case LineKind::mapping:
      case LineKind::vlan:
      case LineKind::other: take_position(); break;
      case LineKind::blank:
      case LineKind::comment:
      case LineKind::option: break;
    }
    return index + 1;
  }

  std::size_t read_stanza(const Document& document, std::size_t index) {
    const Line& header_line = document.lines[index];
    std::size_t end = index + 1;
    while (end < document.lines.size() && !starts_statement(document.lines[end].kind)) ++end;
    const auto header = parse_header(header_line, document.path);
    Stanza stanza;
    for (std::size_t i = index + 1; i < end; ++i) {
      const Line& line = document.lines[i];
      if (line.kind == LineKind::other || (!header && line.kind == LineKind::option)) take_position();
      if (line.stanza != index) continue;
      if (line.kind == LineKind::comment) stanza.comments.emplace_back(comment_text(line));
      if (line.kind == LineKind::option && !line.rest.empty()) stanza.options.push_back(make_option(document, line));
    }
    if (!header) {
      take_position();
      return end;
    }
    stanza.family = header->family;
    stanza.method = header->method;
    stanza.where = {document.path, header_line.word_number, header_line.column};
    add_stanzas(header->name, std::move(stanza));
    return end;
  }

  static Option make_option(const Document& document, const Line& line) {
    return {line.word, line.rest, {document.path, line.word_number, line.column}, {document.path, line.rest_number, line.rest_column}};
  }

  void add_stanzas(const std::string& name, Stanza stanza) {
    const auto names = expand(name, stanza.where, size_of(stanza));
    for (std::size_t i = 0; i + 1 < names.size(); ++i) add_stanza(names[i], stanza);
    add_stanza(names.back(), std::move(stanza));
  }

  void add_stanza(const std::string& name, Stanza stanza) {
    stanza.name = name;
    stanza.position = position_of(name);
    for (auto& option : stanza.options)
      if (option.value.find('$') != std::string::npos) option.value = substitute_name(option.value, name);
    configuration_.stanzas.push_back(std::move(stanza));
  }

  static std::size_t size_of(const Stanza& stanza) {
    std::size_t size = sizeof(Stanza);
    for (const auto& option : stanza.options)
      size += sizeof(Option) + option.name.size() + option.value.size() + 2 * option.where.file.size();
    for (const auto& comment : stanza.comments) size += sizeof(std::string) + comment.size();
    return size;
  }

  std::vector<std::string> expand(std::string_view name, const SourceLocation& where, std::size_t bytes_each) {
    if (name.find('[') == std::string_view::npos) return {std::string(name)};
    auto names = expand_name(name);
    const std::size_t more = (names.size() - 1) * bytes_each;
    if (expanded_bytes_ + more <= kMostExpandedBytes) {
      expanded_bytes_ += more;
      return names;
    }
    report(where, Severity::error, "name-range-too-large",
           "the ranges in names make more interfaces than can be read; this one is taken as a plain name", "write smaller ranges");
    return {std::string(name)};
  }

  void read_allow(const Document& document, const Line& line) {
    const auto allowed_class = allow_class(line);
    const bool plain = allowed_class == "auto" || allowed_class == "hotplug" || allowed_class == "ovs";
    const std::uint32_t own = plain ? 0 : take_position();
    const SourceLocation where{document.path, line.word_number, line.column};
    for (const auto word : split_words(line.rest))
      for (auto& name : expand(word, where, sizeof(Allow) + where.file.size())) {
        const std::uint32_t position = plain ? position_of(name) : own;
        configuration_.allows.push_back({std::move(name), std::string(allowed_class), where, position});
      }
  }

  /// Positions are counted over the main file alone, as long as it is being read: what it sources must not move them.
  bool in_main_file() const { return open_files_.size() == 1; }
  std::uint32_t take_position() { return in_main_file() ? next_position_++ : 0; }
  /// 0 for a name of a sourced file that the main file hasn't shown yet.
  std::uint32_t position_of(const std::string& name) {
    const bool loopback = name == "lo";
    if (!in_main_file()) return loopback ? 1 : 0;
    // lo takes a number like any name at first sight, though it stands at 1: so administrators' tools number the rest.
    const auto [entry, is_new] = positions_.try_emplace(name, next_position_);
    if (is_new) ++next_position_;
    return loopback ? 1 : entry->second;
  }

  void number_sourced_names() {
    const auto number = [&](auto& entry) {
      if (entry.position != 0) return;
      const auto [known, is_new] = positions_.try_emplace(entry.name, next_position_);
      if (is_new) ++next_position_;
      entry.position = known->second;
    };
    std::ranges::for_each(configuration_.stanzas, number);
    std::ranges::for_each(configuration_.allows, number);
  }

  void read_source(const Document& document, const Line& line) {
    const SourceLocation where{document.path, line.word_number, line.column};
    sources_.push_back(where);
    for (const auto word : split_words(line.rest)) {
      if (++followed_ > kMostFiles) {
        report_limit(word, where);
        break;
      }
      const auto path = resolve_path(document.path, word);
      if (line.word == "source-directory")
        read_folder(path, where);
      else if (is_pattern(path))
        read_pattern(path, where);
      else
        read_file(path, where, false);
    }
    sources_.pop_back();
  }

  void read_pattern(const std::string& pattern, const SourceLocation& where) {
    if (!reader_.glob) return;
    auto paths = reader_.glob(pattern);
    std::ranges::sort(paths);
    for (const auto& path : paths) {
      if (is_leftover(path))
        report_source(where, Severity::warning, "source-leftover",
                      printable(path) + " looks like a leftover of an editor or of the package manager, and is read",
                      "remove it, or name files by a narrower pattern");
      read_file(path, where, true);
    }
  }

  void read_folder(const std::string& pattern, const SourceLocation& where) {
    if (!reader_.glob) return;
    auto paths = reader_.glob(pattern + (pattern.ends_with('/') ? "*" : "/*"));
    std::ranges::sort(paths);
    for (const auto& path : paths)
      if (!is_leftover(path)) read_file(path, where, true);
  }

  /// A finding about a source line itself: its includers are those above it.
  void report_source(const SourceLocation& where, Severity severity, std::string code, std::string message, std::string hint) {
    sources_.pop_back();
    report(where, severity, std::move(code), std::move(message), std::move(hint));
    sources_.push_back(where);
  }

  void read_file(const std::string& path, const SourceLocation& where, bool found_by_pattern) {
    if (!reader_.read) return;
    const std::string key = normalise_path(path);
    if (files_.contains(key)) return report_again(path, key, where);
    if (open_files_.size() >= kMostLevels || files_.size() >= kMostFiles) return report_limit(path, where);
    const auto bytes = reader_.read(path);
    if (bytes) return read_document(path, *bytes);
    const Error& error = bytes.error();
    if (error.os_errno == EISDIR && found_by_pattern) return;
    if (error.code == Errc::not_found)
      report_source(where, Severity::warning, "source-missing", "there is no file " + printable(path),
                    "create it, or remove the source line");
    else
      report_source(where, Severity::error, "source-unreadable", "can't read " + printable(path) + ": " + error.what, error.hint);
  }

  void report_limit(std::string_view path, const SourceLocation& where) {
    if (std::exchange(limit_reported_, true)) return;
    report_source(where, Severity::error, "source-limit",
                  printable(path) + " is not read: at most 32 levels, 4096 paths and 4096 files are followed", "source fewer files");
  }

  /// Once per source line: a pattern may match many files.
  void report_again(const std::string& path, const std::string& key, const SourceLocation& where) {
    if (std::exchange(reported_again_, where) == where) return;
    if (std::ranges::find(open_files_, key) != open_files_.end())
      report_source(where, Severity::warning, "source-cycle", printable(path) + " is being read already: it includes itself",
                    "remove the source line");
    else
      report_source(where, Severity::warning, "source-twice", printable(path) + " was read already; it is not read again",
                    "remove one of the source lines");
  }

  const Reader& reader_;
  Configuration configuration_;
  std::set<std::string> files_;          ///< read so far
  std::vector<std::string> open_files_;  ///< being read, main file first
  std::vector<SourceLocation> sources_;  ///< the source lines that led here, outermost first
  std::map<std::string, std::uint32_t> positions_;
  std::uint32_t next_position_ = 2;
  std::size_t expanded_bytes_ = 0;
  std::size_t followed_ = 0;  ///< paths and patterns of source lines
  bool limit_reported_ = false;
  SourceLocation reported_again_;
};

}  // namespace

Configuration read_configuration(const std::string& path, std::string_view bytes, const Reader& reader) {
  return ConfigurationReader(reader).read(path, bytes);
}

bool in_class(const Configuration& configuration, std::string_view name, std::string_view allow_class) {
  const auto holds = [&](const Allow& allow) {
    if (allow.allow_class != allow_class) return false;
    if (allow.name == name) return true;
    return allow_class == "auto" && allow.name == "all" &&
           std::ranges::any_of(configuration.stanzas, [&](const Stanza& stanza) { return stanza.name == name; });
  };
  return std::ranges::any_of(configuration.allows, holds);
}

}  // namespace drawbridge::interfaces
