#include "firewall/document.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A line "[word name] # comment", taken apart.
struct Header {
  std::string_view word;
  std::string_view name;
  std::string_view comment;
  bool commented = false;
  bool sound = false;
};

Header read_header(std::string_view text) {
  Header header;
  const auto close = text.find(']');
  if (close == std::string_view::npos) return header;
  const std::string_view inside = trim(text.substr(1, close - 1));
  const std::string_view rest = trim(text.substr(close + 1));
  const auto gap = std::ranges::find_if(inside, is_blank);
  header.word = std::string_view(inside.begin(), gap);
  header.name = trim(std::string_view(gap, inside.end()));
  header.commented = rest.starts_with('#');
  if (header.commented) header.comment = trim(rest.substr(1));
  header.sound = !header.word.empty() && (rest.empty() || header.commented);
  return header;
}

struct HeaderWord {
  std::string_view word;
  SectionKind kind;
  LineKind lines;
  std::array<bool, 4> levels;  ///< datacenter, node, guest, vnet
};

constexpr std::array<HeaderWord, 5> kHeaders{{
    {"OPTIONS", SectionKind::options, LineKind::option, {true, true, true, true}},
    {"ALIASES", SectionKind::aliases, LineKind::alias, {true, false, true, false}},
    {"IPSET", SectionKind::ipset, LineKind::entry, {true, false, true, false}},
    {"RULES", SectionKind::rules, LineKind::rule, {true, true, true, true}},
    {"group", SectionKind::group, LineKind::rule, {true, false, false, false}},
}};

class Parser {
 public:
  Parser(Document& document) : document_(document), findings_(document.path) { document_.sections.emplace_back(); }

  void read() {
    const std::string_view bytes = document_.bytes;
    document_.lines.reserve(static_cast<std::size_t>(std::ranges::count(bytes, '\n')) + 1);
    for (std::size_t begin = 0; begin < bytes.size();) {
      const auto newline = bytes.find('\n', begin);
      const std::size_t end = newline == std::string_view::npos ? bytes.size() : newline + 1;
      document_.lines.push_back({begin, end, static_cast<std::uint32_t>(document_.sections.size() - 1), LineKind::unknown});
      read_line(document_.lines.back());
      begin = end;
    }
    mark_overridden();
    document_.diagnostics = std::move(findings_).take();
  }

 private:
  void read_line(Line& line) {
    const std::string_view text = trim(document_.text_of(line));
    if (text.empty()) {
      line.kind = LineKind::blank;
    } else if (text.front() == '#') {
      line.kind = LineKind::comment;
    } else if (text.front() == '[') {
      line.kind = LineKind::header;
      open_section(text);
      line.section = static_cast<std::uint32_t>(document_.sections.size() - 1);
    } else {
      line.kind = lines_;
      report_homeless();
    }
  }

  void open_section(std::string_view text) {
    const Header header = read_header(text);
    Section section;
    section.header = document_.lines.size() - 1;
    section.comment = header.comment;
    section.kind = SectionKind::unknown;
    lines_ = LineKind::unknown;
    const auto known = std::ranges::find_if(kHeaders, [&](const HeaderWord& one) { return equal_words(one.word, header.word); });
    if (!header.sound || known == kHeaders.end()) {
      complain("section-unknown", "'" + printable(text, 40) + "' is no section: what follows is passed over",
               "sections are [OPTIONS], [ALIASES], [IPSET name], [RULES] and [group name]");
    } else if (!known->levels[static_cast<std::size_t>(document_.level)]) {
      complain("section-misplaced", "this file can't have a section [" + std::string(known->word) + "]: what follows is passed over",
               "groups belong into cluster.fw, aliases and sets into cluster.fw or a guest's file");
    } else if (check_name(*known, header)) {
      section.kind = known->kind;
      lines_ = known->lines;
      section.name = to_lower(header.name);
    }
    document_.sections.push_back(std::move(section));
  }

  bool check_name(const HeaderWord& known, const Header& header) {
    const bool named = known.kind == SectionKind::ipset || known.kind == SectionKind::group;
    if (named && is_name(header.name, known.kind == SectionKind::group ? kLongestGroup : kLongestName)) {
      return true;
    }
    if (named) {
      complain(
          "name-invalid",
          "'" + printable(header.name, 40) + "' can't be the name of a " + (known.kind == SectionKind::group ? "group" : "set") +
              ": what follows is passed over",
          std::string("a letter, then letters, digits, '-' and '_': 2 to ") + (known.kind == SectionKind::group ? "18" : "64") + " in all");
      return false;
    }
    if (!header.name.empty()) {
      complain("section-unknown", "[" + std::string(known.word) + "] has no name: what follows is passed over",
               "write [" + std::string(known.word) + "] alone");
      return false;
    }
    if (header.commented)
      complain("header-comment", "other programs don't know this section because of the comment behind it",
               "put the comment on a line of its own");
    return true;
  }

  /// Once for each section that has no meaning; a header that has none was reported itself.
  void report_homeless() {
    if (document_.sections.back().kind != SectionKind::none || reported_) return;
    reported_ = true;
    complain("section-missing", "what stands before the first section is passed over", "put it under a header, as [RULES]");
  }

  void mark_overridden() {
    std::unordered_map<std::string, std::size_t> last;
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      Section& section = document_.sections[i];
      if (section.kind != SectionKind::ipset && section.kind != SectionKind::group) continue;
      const std::string key = (section.kind == SectionKind::ipset ? "+" : "") + section.name;
      const auto [there, fresh] = last.try_emplace(key, i);
      if (fresh) continue;
      Section& earlier = document_.sections[there->second];
      earlier.overridden = true;
      findings_.add(static_cast<std::uint32_t>(section.header + 1),
                    {1, "name", "section-duplicate",
                     "'" + section.name + "' is there already, at line " + std::to_string(earlier.header + 1) + ": this one counts",
                     "merge them into one", Severity::warning});
      there->second = i;
    }
  }

  void complain(std::string_view code, std::string message, std::string hint) {
    const Line& line = document_.lines.back();
    const std::string_view text = document_.text_of(line);
    const auto column = static_cast<std::uint32_t>(trim(text).data() - text.data()) + 1;
    findings_.add(static_cast<std::uint32_t>(document_.lines.size()),
                  {column, "section", code, std::move(message), std::move(hint), Severity::warning});
  }

  Document& document_;
  Findings findings_;
  LineKind lines_ = LineKind::unknown;
  bool reported_ = false;
};

}  // namespace

std::string_view Document::text_of(const Line& line) const {
  std::string_view text = bytes_of(line);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (line.begin == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

Document parse_document(std::string bytes, std::string path, Level level) {
  Document document;
  document.path = std::make_shared<const std::string>(std::move(path));
  document.level = level;
  document.bytes = std::move(bytes);
  Parser(document).read();
  return document;
}

const std::string& print(const Document& document) { return document.bytes; }

}  // namespace drawbridge::firewall
