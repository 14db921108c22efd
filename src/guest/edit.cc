#include "guest/edit.h"

#include <algorithm>

#include "base/text.h"
#include "guest/guest.h"

namespace drawbridge::guest {
namespace {

/// One section of a document under edit. Lines are bytes again afterwards: what they mean is read anew by finish().
class Desk {
 public:
  explicit Desk(Document document) : document_(std::move(document)) {}

  /// One, unless somebody wrote the file by hand.
  std::vector<std::size_t> pending_sections() const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < document_.sections.size(); ++i)
      if (document_.sections[i].kind == SectionKind::pending) found.push_back(i);
    return found;
  }

  const Line* find(std::size_t section, std::string_view key) const {
    const Line* found = nullptr;
    for (const Line& line : document_.lines)
      if (is_entry(line, section, key)) found = &line;
    return found;
  }

  void set(std::size_t section, const std::string& key, const std::string& value) {
    if (const Line* there = find(section, key); there != nullptr) {
      if (there->value == value) return;
      Line& line = document_.lines[static_cast<std::size_t>(there - document_.lines.data())];
      const std::size_t end = end_of_text(line.bytes);
      // "key:" alone has no blank before the place of its value.
      const std::string space = line.value.empty() && line.bytes[line.column - 2] == ':' ? " " : "";
      line.bytes = line.bytes.substr(0, line.column - 1) + space + value + line.bytes.substr(std::max<std::size_t>(end, line.column - 1));
      line.value = value;
      return;
    }
    insert(place_of(section, key), section, key, value);
  }

  bool remove(std::size_t section, std::string_view key) {
    return std::erase_if(document_.lines, [&](const Line& line) { return is_entry(line, section, key); }) > 0;
  }

  void set_description(std::size_t section, std::string_view text) {
    std::string old;
    for (const Line& line : document_.lines)
      if (line.section == section && line.kind == LineKind::comment) old += decode_text(line.value) + "\n";
    std::string wanted(text);
    if (!wanted.empty() && !wanted.ends_with('\n')) wanted += '\n';
    if (old == wanted && find(section, "description") == nullptr) return;
    std::erase_if(document_.lines, [&](const Line& line) { return line.section == section && line.kind == LineKind::comment; });
    remove(section, "description");
    if (wanted.empty()) return;
    auto at = first_line(section);
    wanted.pop_back();
    for (const std::string_view part : split(wanted, '\n')) insert_line(at++, section, LineKind::comment, "#" + encode_text(part), "");
  }

  /// The section [PENDING], made if there is none.
  std::size_t need_pending(Kind kind) {
    if (const auto there = pending_sections(); !there.empty()) return there.front();
    const std::string name = kind == Kind::qemu ? "PENDING" : "pve:pending";
    auto at = end_of_section(0);
    if (at > 0 && !trim_line(document_.lines[at - 1]).empty()) insert_line(at++, 0, LineKind::blank, "", "");
    document_.sections.push_back({SectionKind::pending, name});
    const std::size_t section = document_.sections.size() - 1;
    insert_line(at++, section, LineKind::section, "[" + name + "]", "");
    if (at < document_.lines.size()) insert_line(at, section, LineKind::blank, "", "");
    return section;
  }

  /// Takes the section out if it says nothing any more, with the blank lines after it.
  void drop_if_empty(std::size_t section) {
    const bool says = std::ranges::any_of(document_.lines, [&](const Line& line) {
      return line.section == section && line.kind != LineKind::section && line.kind != LineKind::blank;
    });
    if (says) return;
    const bool last = end_of_section(section) == document_.lines.size();
    std::erase_if(document_.lines, [&](const Line& line) { return line.section == section; });
    document_.sections[section].kind = SectionKind::special;  // not found any more
    while (last && !document_.lines.empty() && document_.lines.back().kind == LineKind::blank) document_.lines.pop_back();
  }

  /// The words of the delete lines, with their '!'.
  std::vector<std::string> deleted(std::size_t section) const {
    std::vector<std::string> words;
    for (const auto& [key, value] : entries(section)) {
      if (key != "delete") continue;
      for (const std::string_view word : split_list(value)) words.emplace_back(word);
    }
    return words;
  }

  void set_deleted(std::size_t section, const std::vector<std::string>& words) {
    const auto all = entries(section);
    if (words.empty() || std::ranges::count(all, "delete", &std::pair<std::string, std::string>::first) > 1) remove(section, "delete");
    if (!words.empty()) set(section, "delete", join(words, ","));
  }

  /// Entries of a section, in the order of the file.
  std::vector<std::pair<std::string, std::string>> entries(std::size_t section) const {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Line& line : document_.lines)
      if (line.section == section && line.kind == LineKind::entry) found.emplace_back(line.key, line.value);
    return found;
  }

  Document finish() const { return parse_document(print(document_), document_.path); }

 private:
  static bool is_entry(const Line& line, std::size_t section, std::string_view key) {
    return line.section == section && line.kind == LineKind::entry && line.key == key;
  }
  static std::string_view trim_line(const Line& line) { return std::string_view(line.bytes).substr(0, end_of_text(line.bytes)); }
  static std::size_t end_of_text(std::string_view bytes) {
    const auto last = bytes.find_last_not_of(" \t\r\n\v\f");
    return last == std::string_view::npos ? 0 : last + 1;
  }

  std::size_t first_line(std::size_t section) const {
    if (section == 0) return 0;
    const auto line = std::ranges::find_if(document_.lines, [&](const Line& one) { return one.section == section; });
    return static_cast<std::size_t>(line - document_.lines.begin()) + 1;
  }

  std::size_t end_of_section(std::size_t section) const {
    std::size_t end = section == 0 ? 0 : first_line(section);
    for (std::size_t i = 0; i < document_.lines.size(); ++i)
      if (document_.lines[i].section == section) end = i + 1;
    return end;
  }

  /// Before the first key that follows in the alphabet, raw keys last; else behind the last line that says something.
  std::size_t place_of(std::size_t section, std::string_view key) const {
    std::size_t behind = first_line(section);
    for (std::size_t i = 0; i < document_.lines.size(); ++i) {
      const Line& line = document_.lines[i];
      if (line.section != section) continue;
      if (line.kind == LineKind::entry && (is_raw_key(line.key) || line.key > key)) return i;
      if (line.kind != LineKind::blank) behind = i + 1;
    }
    return behind;
  }

  void insert(std::size_t at, std::size_t section, const std::string& key, const std::string& value) {
    insert_line(at, section, LineKind::entry, key + ": " + value, key);
    document_.lines[at].value = value;
    document_.lines[at].column = static_cast<std::uint32_t>(key.size()) + 3;
  }

  void insert_line(std::size_t at, std::size_t section, LineKind kind, const std::string& text, const std::string& key) {
    // A last line without its end gets one now.
    if (at > 0 && !document_.lines[at - 1].bytes.ends_with('\n')) document_.lines[at - 1].bytes += '\n';
    Line line;
    line.kind = kind;
    line.bytes = text + "\n";
    line.section = section;
    line.key = key;
    document_.lines.insert(document_.lines.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
  }

  Document document_;
};

void set_one(Desk& desk, std::size_t section, const std::string& key, const std::string& value) {
  if (key == "description")
    desk.set_description(section, value);
  else
    desk.set(section, key, value);
}

void remove_one(Desk& desk, std::size_t section, const std::string& key) {
  if (key == "description") desk.set_description(section, "");
  desk.remove(section, key);
}

/// Takes a key out of a delete line; true: it was there.
bool forget_deleted(Desk& desk, std::size_t pending, const std::string& key) {
  auto deleted = desk.deleted(pending);
  if (std::erase_if(deleted, [&](const std::string& word) { return word == key || word == "!" + key; }) == 0) return false;
  desk.set_deleted(pending, deleted);
  return true;
}

void forget_pending(Desk& desk, const std::string& key) {
  for (const std::size_t pending : desk.pending_sections()) {
    const bool was_set = desk.remove(pending, key);
    if (forget_deleted(desk, pending, key) || was_set) desk.drop_if_empty(pending);
  }
}

void pend_value(Desk& desk, Kind kind, const std::string& key, const std::string& value) {
  if (key == "description") return desk.set_description(0, value);
  if (const Line* now = desk.find(0, key); now != nullptr && now->value == value) return forget_pending(desk, key);
  const std::size_t section = desk.need_pending(kind);
  for (const std::size_t pending : desk.pending_sections()) {
    forget_deleted(desk, pending, key);
    if (pending != section && desk.remove(pending, key)) desk.drop_if_empty(pending);
  }
  desk.set(section, key, value);
}

void pend_removal(Desk& desk, Kind kind, const std::string& key) {
  if (key == "description") desk.set_description(0, "");
  if (desk.find(0, key) == nullptr) return forget_pending(desk, key);
  const std::size_t section = desk.need_pending(kind);
  bool there = false;
  for (const std::size_t pending : desk.pending_sections()) {
    desk.remove(pending, key);
    const auto deleted = deleted_keys(join(desk.deleted(pending), ","));
    there = there || std::ranges::find(deleted, key) != deleted.end();
  }
  if (there) return;
  auto deleted = desk.deleted(section);
  deleted.push_back(key);
  desk.set_deleted(section, deleted);
}

}  // namespace

Document set_current(const Document& document, const Change& change) {
  Desk desk(document);
  for (const auto& [key, value] : change.values) {
    set_one(desk, 0, key, value);
    forget_pending(desk, key);
  }
  for (const std::string& key : change.removed) {
    remove_one(desk, 0, key);
    forget_pending(desk, key);
  }
  return desk.finish();
}

Document set_pending(const Document& document, Kind kind, const Change& change) {
  Desk desk(document);
  for (const auto& [key, value] : change.values) pend_value(desk, kind, key, value);
  for (const std::string& key : change.removed) pend_removal(desk, kind, key);
  return desk.finish();
}

Document apply_pending(const Document& document) {
  Desk desk(document);
  for (const std::size_t pending : desk.pending_sections()) {
    for (const std::string& key : deleted_keys(join(desk.deleted(pending), ","))) remove_one(desk, 0, key);
    desk.remove(pending, "delete");
  }
  for (const std::size_t pending : desk.pending_sections()) {
    for (const auto& [key, value] : desk.entries(pending)) {
      set_one(desk, 0, key, value);
      desk.remove(pending, key);
    }
    desk.drop_if_empty(pending);
  }
  return desk.finish();
}

Document revert_pending(const Document& document, const std::vector<std::string>& keys) {
  Desk desk(document);
  for (const std::string& key : keys) forget_pending(desk, key);
  return desk.finish();
}

}  // namespace drawbridge::guest
