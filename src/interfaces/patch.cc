#include "interfaces/patch.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "interfaces/lexer.h"

namespace drawbridge::interfaces {
namespace {

// A line of the result, as the patch means it to be.
struct Expected {
  std::optional<std::size_t> origin;  ///< the line before the patch; nullopt: inserted
  LineKind kind;
};

// The bytes of the result, line by line.
class Draft {
 public:
  explicit Draft(const Document& document) : document_(document) {}

  void keep(std::size_t index) { add({index, document_.lines[index].kind}, document_.lines[index].bytes); }
  void replace(std::size_t index, std::string_view text) { add({index, document_.lines[index].kind}, text); }
  void insert(LineKind kind, std::string_view text) { add({std::nullopt, kind}, text); }

  std::string bytes;
  std::vector<Expected> expected;

 private:
  void add(Expected line, std::string_view text) {
    terminate_last();
    bytes += text;
    expected.push_back(line);
  }

  // Only the last line of a file can lack its line end, or end in a backslash with nothing to join: a line that follows it
  // must not become part of it.
  void terminate_last() {
    if (expected.empty()) return;
    const auto last_begin = bytes.rfind('\n', bytes.size() - 2);
    const std::string_view last = std::string_view(bytes).substr(bytes.size() < 2 || last_begin == std::string::npos ? 0 : last_begin + 1);
    const bool dangling = expected.back().kind != LineKind::comment && without_line_end(last).ends_with('\\');
    if (!bytes.ends_with('\n')) bytes += line_end_near(document_, document_.lines.size());
    if (dangling) bytes += line_end_near(document_, document_.lines.size());
  }

  const Document& document_;
};

// The first line whose kind or stanza isn't what the patch means.
std::optional<std::size_t> first_surprise(const Document& before, const Document& after, const std::vector<Expected>& expected) {
  std::vector<std::optional<std::size_t>> moved_to(before.lines.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (expected[i].origin) moved_to[*expected[i].origin] = i;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i >= after.lines.size() || after.lines[i].kind != expected[i].kind) return i;
    if (!expected[i].origin || expected[i].kind == LineKind::comment) continue;
    const auto& stanza = before.lines[*expected[i].origin].stanza;
    const auto wanted = stanza ? moved_to[*stanza] : std::nullopt;
    if (after.lines[i].stanza != wanted) return i;
  }
  return after.lines.size() == expected.size() ? std::nullopt : std::optional(expected.size());
}

}  // namespace

bool Patch::is_removed(std::size_t index) const {
  const auto change = changes_.find(index);
  return change != changes_.end() && change->second.removed;
}

Result<void> Patch::apply(Document& document) const {
  if (changes_.empty()) return {};
  Draft draft(document);
  auto change = changes_.begin();
  for (std::size_t i = 0; i <= document.lines.size(); ++i) {
    if (change == changes_.end() || change->first != i) {
      if (i < document.lines.size()) draft.keep(i);
      continue;
    }
    for (const auto& insertion : change->second.inserted) draft.insert(insertion.kind, insertion.bytes);
    if (i < document.lines.size() && !change->second.removed) {
      if (change->second.replacement.empty())
        draft.keep(i);
      else
        draft.replace(i, change->second.replacement);
    }
    ++change;
  }
  Document after = parse(draft.bytes, document.path);
  if (const auto surprise = first_surprise(document, after, draft.expected)) {
    const auto origin = *surprise < draft.expected.size() ? draft.expected[*surprise].origin : std::nullopt;
    if (!origin) return fail(Errc::invalid_input, "the new text would not be read as it is meant");
    const Line& line = document.lines[*origin];
    return fail(Errc::conflict, "the edit would change what the line '" + printable(line.word, 40) + "' means",
                {document.path, line.word_number, line.column}, "first move or remove that line, which stands outside any stanza");
  }
  document = std::move(after);
  return {};
}

std::string_view line_end_of(const Line& line) {
  const std::string_view bytes = line.bytes;
  return bytes.ends_with("\r\n") ? "\r\n" : bytes.ends_with('\n') ? "\n" : "";
}

std::string line_end_near(const Document& document, std::size_t index) {
  for (std::size_t i = std::min(index + 1, document.lines.size()); i > 0; --i)
    if (const auto end = line_end_of(document.lines[i - 1]); !end.empty()) return std::string(end);
  for (std::size_t i = index; i < document.lines.size(); ++i)
    if (const auto end = line_end_of(document.lines[i]); !end.empty()) return std::string(end);
  return "\n";
}

}  // namespace drawbridge::interfaces
