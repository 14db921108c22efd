// What must hold for any edits of any document. Shared by the fuzz target and by the unit test that runs its corpus.
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "interfaces/edit.h"
#include "interfaces/layout.h"

namespace drawbridge::interfaces {

/// Draws choices from bytes; when they are used up, always the first.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return at_ >= bytes_.size(); }
  std::size_t below(std::size_t limit) { return done() || limit == 0 ? 0 : static_cast<unsigned char>(bytes_[at_++]) % limit; }
  /// The bytes up to the next '|'.
  std::string text() {
    const auto end = std::min(bytes_.find('|', at_), bytes_.size());
    std::string result(bytes_.substr(std::min(at_, bytes_.size()), end - std::min(at_, end)));
    at_ = end + 1;
    return result;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// One edit: what it does, which lines are its own, and what must be true afterwards.
struct EditCase {
  std::size_t verb = 0;
  StanzaId stanza;
  std::string option;
  std::string value;
  std::vector<std::string> values;
  std::size_t occurrence = 0;
};

inline constexpr std::size_t kEditVerbs = 10;

inline Result<void> run_edit(Document& document, const EditCase& edit) {
  switch (edit.verb) {
    case 0: return set_option(document, edit.stanza, edit.option, edit.value, edit.occurrence);
    case 1: return set_option_values(document, edit.stanza, edit.option, edit.values);
    case 2: return delete_option(document, edit.stanza, edit.option);
    case 3: return delete_option(document, edit.stanza, edit.option, edit.occurrence);
    case 4: return set_header(document, edit.stanza, Family::ipv6, edit.value);
    case 5:
      return add_stanza(document, {edit.value, Family::ipv4, "manual", {{edit.option, edit.value}}, edit.values, "auto"}, edit.stanza);
    case 6: return remove_stanza(document, edit.stanza);
    case 7: return add_allow(document, edit.stanza.name);
    case 8: return remove_allow(document, edit.stanza.name);
    default: return set_comments(document, edit.stanza, edit.values);
  }
}

/// True if the line may be changed or removed by the edit. `bound`: it goes with an address of the stanza.
inline bool is_own_line(const Document& document, std::size_t index, std::optional<std::size_t> stanza, const EditCase& edit, bool bound) {
  const Line& line = document.lines[index];
  const bool inside = stanza && line.stanza == stanza;
  switch (edit.verb) {
    case 0: return inside && line.kind == LineKind::option && same_option(line.word, edit.option);
    case 1:
    case 2:
    case 3: return inside && line.kind == LineKind::option && (same_option(line.word, edit.option) || bound);
    case 4: return index == stanza;
    case 6: return inside;
    case 8: return line.kind == LineKind::allow && allow_class(line) == "auto";
    case 9: return inside && line.kind == LineKind::comment;
    default: return false;
  }
}

inline std::set<std::size_t> as_set(const std::vector<std::size_t>& values) { return {values.begin(), values.end()}; }

inline std::string_view without_end(std::string_view bytes) {
  while (bytes.ends_with('\n') || bytes.ends_with('\r')) bytes.remove_suffix(1);
  return bytes;
}

/// Every line that isn't the edit's own must be there still, in order. Blank lines may come and go with stanzas; line ends may
/// be added to what was the end of the file.
inline std::string check_foreign_lines(const Document& before, const Document& after, std::optional<std::size_t> stanza,
                                       const EditCase& edit) {
  std::set<std::size_t> bound;
  if (edit.option == "address")
    for (const auto address : find_options(before, edit.stanza, "address")) bound.merge(as_set(bound_lines(before, address)));
  std::size_t at = 0;
  std::size_t blanks_before = 0;
  for (std::size_t i = 0; i < before.lines.size(); ++i) {
    const Line& line = before.lines[i];
    blanks_before += line.kind == LineKind::blank ? 1 : 0;
    if (line.kind == LineKind::blank || is_own_line(before, i, stanza, edit, bound.contains(i))) continue;
    const bool last = i + 1 == before.lines.size();
    const auto same = [&](const Line& other) {
      return other.kind == line.kind && (last ? without_end(other.bytes) == without_end(line.bytes) : other.bytes == line.bytes);
    };
    while (at < after.lines.size() && !same(after.lines[at])) ++at;
    if (at == after.lines.size())
      return "line " + std::to_string(line.number) + " is not the edit's own and is gone or changed: " + line.bytes;
    ++at;
  }
  std::size_t blanks_after = 0;
  for (const auto& line : after.lines) blanks_after += line.kind == LineKind::blank ? 1 : 0;
  const bool moves_blanks = edit.verb >= 5 && edit.verb <= 8;
  if (!moves_blanks && blanks_before != blanks_after) return "blank lines came or went";
  return "";
}

/// The options of every stanza but one, in file order.
inline std::vector<std::string> other_options(const Document& document, std::optional<std::size_t> but) {
  std::vector<std::string> options;
  for (const auto& line : document.lines) {
    if (line.kind == LineKind::iface && !(but && line.stanza == but)) options.push_back(line.rest);
    if (line.kind == LineKind::option && !(but && line.stanza == but)) options.push_back(line.word + "=" + line.rest);
  }
  return options;
}

inline std::string trim_value(std::string_view value) {
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return std::string(value);
}

inline std::string check_effect(const Document& after, const EditCase& edit) {
  const auto values = option_values(after, edit.stanza, edit.option);
  std::vector<std::string> wanted;
  wanted.reserve(edit.values.size());
  for (const auto& value : edit.values) wanted.push_back(trim_value(value));
  if (edit.verb == 0 && (values.size() <= edit.occurrence || values[edit.occurrence] != trim_value(edit.value)))
    return "the value isn't set";
  if (edit.verb == 1 && values != wanted) return "the values aren't set";
  if (edit.verb == 2 && !values.empty()) return "the option isn't deleted";
  if (edit.verb == 5 && (find_stanzas(after, edit.value).empty() || !has_allow(after, edit.value))) return "the stanza isn't added";
  if (edit.verb == 7 && !has_allow(after, edit.stanza.name)) return "the name isn't added";
  if (edit.verb == 8 && has_allow(after, edit.stanza.name)) return "the name isn't removed";
  return "";
}

/// The other stanzas say what they said; and the edit, done again, finds nothing to do.
inline std::string check_other_stanzas(const Document& before, const Document& after, std::optional<std::size_t> stanza,
                                       const EditCase& edit) {
  if (edit.verb <= 3 && other_options(before, stanza) != other_options(after, find_stanza(after, edit.stanza)))
    return "another stanza changed";
  if (edit.verb == 6 && other_options(before, stanza) != other_options(after, std::nullopt)) return "another stanza changed";
  if (edit.verb >= 7 && other_options(before, std::nullopt) != other_options(after, std::nullopt)) return "the stanzas changed";
  Document again = after;
  if (edit.verb <= 2 && (!run_edit(again, edit) || again != after)) return "a second time, it changed something";
  return "";
}

inline EditCase choose_edit(const Document& document, Choices& choices) {
  static constexpr std::array<std::string_view, 6> kOptions{"address", "mtu", "bridge_ports", "post-up", "netmask", "auto"};
  std::vector<StanzaId> ids{{"vmbr0", Family::ipv4, 0}};
  for (std::size_t i = 0; i < document.lines.size() && ids.size() < 64; ++i)
    if (auto id = stanza_at(document, i)) ids.push_back(*id);
  EditCase edit;
  edit.verb = choices.below(kEditVerbs);
  edit.stanza = ids[ids.size() - 1 - choices.below(ids.size())];
  edit.option = kOptions[choices.below(kOptions.size())];
  edit.occurrence = choices.below(3);
  edit.value = choices.text();
  for (std::size_t count = choices.below(4); count > 0; --count) edit.values.push_back(choices.text());
  return edit;
}

/// The first line is a script of edits, the rest the document. Gives the promise that was broken, or "".
inline std::string check_edits(std::string_view bytes) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  Document document = parse(bytes.substr(std::min(end + 1, bytes.size())), "interfaces");
  Choices choices(bytes.substr(0, end));
  for (int count = 0; count < 16 && !choices.done(); ++count) {
    const EditCase edit = choose_edit(document, choices);
    const auto stanza = find_stanza(document, edit.stanza);
    const Document before = document;
    const std::string subject = "edit " + std::to_string(edit.verb) + " of " + edit.stanza.name + " " + edit.option + ": ";
    if (!run_edit(document, edit)) {
      if (document != before) return subject + "failed and yet changed the document";
      continue;
    }
    if (parse(print(document), "interfaces") != document) return subject + "the document isn't what its bytes say";
    if (auto broken = check_foreign_lines(before, document, stanza, edit); !broken.empty()) return subject + broken;
    if (auto broken = check_effect(document, edit); !broken.empty()) return subject + broken;
    if (auto broken = check_other_stanzas(before, document, stanza, edit); !broken.empty()) return subject + broken;
  }
  return "";
}

}  // namespace drawbridge::interfaces
