// Options, aliases, entries of sets.
#include <algorithm>

#include "base/text.h"
#include "firewall/edit.h"
#include "firewall/edit_section.h"
#include "firewall/item_text.h"
#include "firewall/splice.h"

namespace drawbridge::firewall {
namespace {

/// Lines of one kind in sections that count, with what they are called.
template <class NameOf>
std::vector<std::pair<std::size_t, std::string>> named_lines(const Document& document, LineKind kind, const NameOf& name_of) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  Mistakes ignored;
  for (std::size_t i = 0; i < document.lines.size(); ++i)
    if (document.lines[i].kind == kind) lines.emplace_back(i, name_of(document.text_of(document.lines[i]), ignored));
  return lines;
}

auto option_lines(const Document& document) {
  return named_lines(document, LineKind::option, [](std::string_view line, Mistakes& ignored) {
    const OptionText option = read_option_text(line, ignored);
    return option.value.given() ? to_lower(option.key.text.substr(0, kLongestName)) : std::string();
  });
}

auto alias_lines(const Document& document) {
  return named_lines(document, LineKind::alias, [](std::string_view line, Mistakes& ignored) {
    return to_lower(read_alias_text(line, ignored).name.text.substr(0, kLongestName + 1));
  });
}

/// A line into the last section of the kind, before the first whose name follows, or into a new one.
void insert_sorted(Splice& splice, const Document& document, SectionKind kind, const std::string& header,
                   const std::vector<std::pair<std::size_t, std::string>>& lines, const std::string& name, const std::string& text) {
  const auto section = last_section(document, kind);
  if (!section) return insert_section(splice, document, kind, header, {text});
  for (const auto& [line, other] : lines)
    if (document.lines[line].section == *section && other > name) return splice.insert_line(with_comments_above(document, line), text);
  splice.insert_line(end_of_content(document, *section), text);
}

std::string with_comment(std::string text, std::string_view comment) {
  if (const auto trimmed = trim(comment); !trimmed.empty()) text.append(" # ").append(trimmed);
  return text;
}

std::unexpected<Error> bad_address(std::string_view text) {
  return fail(Errc::invalid_input, "'" + printable(text, 60) + "' is no address or network", {},
              "write it as 192.0.2.0/24 or 2001:db8::/32");
}

Result<std::string> alias_line(const std::string& name, const std::string& address, const std::string& comment) {
  if (!is_name(name))
    return fail(Errc::invalid_input, "'" + printable(name, 70) + "' can't be the name of an alias", {},
                "a letter, then letters, digits, '-' and '_': 2 to 64 in all");
  TRY_VOID(check_comment(comment));
  const auto network = read_network(address);
  if (!network) return bad_address(address);
  return with_comment(name + " " + format_network(*network), comment);
}

/// What stands in the set for this address: networks in one spelling, names in lower case.
std::string entry_key(std::string_view address) {
  if (!is_address_literal(address)) return to_lower(address.substr(0, 2 * kLongestName));
  const auto network = read_network(address);
  return network ? format_network(*network) : std::string(address.substr(0, 2 * kLongestName));
}

/// An alias may be written with its scope.
bool is_alias_reference(std::string_view text) {
  for (const std::string_view scope : {std::string_view("dc/"), std::string_view("guest/")})
    if (text.starts_with(scope)) return is_name(text.substr(scope.size()));
  return is_name(text);
}

Result<std::string> entry_line(const EntryFields& entry) {
  TRY_VOID(check_comment(entry.comment));
  std::string address = entry.address;
  if (is_address_literal(address)) {
    const auto network = read_network(address);
    if (!network) return bad_address(address);
    if (network->length == 0) return fail(Errc::invalid_input, "a set can't hold all addresses of a family", {}, "write two halves");
    address = format_network(*network);
  } else if (!is_alias_reference(address)) {
    return bad_address(address);
  }
  return with_comment((entry.exception ? "!" : "") + address, entry.comment);
}

std::unexpected<Error> no_such_set(const Document& document, const std::string& set) {
  return fail(Errc::not_found, "there is no IP set '" + printable(set, 64) + "'", {*document.path, 0, 0});
}

std::unexpected<Error> no_such_entry(const std::string& set, const std::string& address) {
  return fail(Errc::not_found, "'" + printable(address, 60) + "' is not in the set '" + printable(set, 64) + "'");
}

/// The first line of the set that would stand behind the new one, by text with '!' in front.
std::size_t place_of_entry(const Document& document, std::size_t section, const std::string& line) {
  for (std::size_t i = document.sections[section].header + 1; i < end_of_section(document, section); ++i)
    if (document.lines[i].kind == LineKind::entry && trim(document.text_of(document.lines[i])) > std::string_view(line))
      return with_comments_above(document, i);
  return end_of_content(document, section);
}

}  // namespace

Result<Document> set_options(const Document& document, const std::vector<std::pair<std::string, std::string>>& values,
                             const std::vector<std::string>& removed) {
  Document now = document;
  for (const std::string& key : removed) {
    Splice splice(now);
    for (const auto& [line, name] : option_lines(now))
      if (!name.empty() && equal_words(name, key)) splice.delete_line(line);
    if (splice.empty()) return fail(Errc::not_found, "no such option '" + printable(key, 60) + "'", {*document.path, 0, 0});
    now = std::move(splice).apply();
  }
  for (const auto& [key, value] : values) {
    if (key.empty() || has_control_character(key + value) || !is_utf8(value) || key.find_first_of(" :#[") != std::string::npos)
      return fail(Errc::invalid_input, "'" + printable(key + ": " + value, 60) + "' is no option", {}, "write key=value, in one line");
    Splice splice(now);
    const auto lines = option_lines(now);
    const std::string lower = to_lower(key);
    const auto there = std::find_if(lines.rbegin(), lines.rend(), [&](const auto& line) { return line.second == lower; });
    const std::string text = lower + ": " + value;
    if (there != lines.rend())
      splice.rewrite_line(there->first, text);
    else
      insert_sorted(splice, now, SectionKind::options, "[OPTIONS]", lines, lower, text);
    now = std::move(splice).apply();
  }
  return now;
}

std::optional<std::size_t> find_alias_line(const Document& document, std::string_view name) {
  std::optional<std::size_t> found;
  for (const auto& [line, other] : alias_lines(document))
    if (equal_words(other, name)) found = line;
  return found;
}

Result<Document> add_alias(const Document& document, const std::string& name, const std::string& address, const std::string& comment) {
  const std::string line = TRY(alias_line(name, address, comment));
  if (find_alias_line(document, name)) return fail(Errc::conflict, "alias '" + name + "' already exists", {*document.path, 0, 0});
  Splice splice(document);
  insert_sorted(splice, document, SectionKind::aliases, "[ALIASES]", alias_lines(document), to_lower(name), line);
  return std::move(splice).apply();
}

Result<Document> change_alias(const Document& document, const std::string& name, const std::string& address, const std::string& comment) {
  const auto there = find_alias_line(document, name);
  if (!there) return fail(Errc::not_found, "no such alias '" + printable(name, 64) + "'", {*document.path, 0, 0});
  Mistakes ignored;
  const std::string spelled(read_alias_text(document.text_of(document.lines[*there]), ignored).name.text);
  const std::string line = TRY(alias_line(spelled, address, comment));
  Splice splice(document);
  splice.rewrite_line(*there, line);
  return std::move(splice).apply();
}

Result<Document> delete_alias(const Document& document, const std::string& name) {
  Splice splice(document);
  for (const auto& [line, other] : alias_lines(document))
    if (equal_words(other, name)) splice.delete_line(line);
  if (splice.empty()) return fail(Errc::not_found, "no such alias '" + printable(name, 64) + "'", {*document.path, 0, 0});
  return std::move(splice).apply();
}

std::optional<std::size_t> find_entry_line(const Document& document, std::string_view set, std::string_view address) {
  const auto section = find_section(document, SectionKind::ipset, set);
  if (!section) return std::nullopt;
  const std::string key = entry_key(address);
  Mistakes ignored;
  for (std::size_t i = document.sections[*section].header + 1; i < end_of_section(document, *section); ++i) {
    if (document.lines[i].kind != LineKind::entry) continue;
    const Word there = read_entry_text(document.text_of(document.lines[i]), ignored).address;
    if (there.given() && entry_key(there.text) == key) return i;
  }
  return std::nullopt;
}

Result<Document> add_entry(const Document& document, const std::string& set, const EntryFields& entry) {
  const std::string line = TRY(entry_line(entry));
  const auto section = find_section(document, SectionKind::ipset, set);
  if (!section) return no_such_set(document, set);
  if (const auto there = find_entry_line(document, set, entry.address))
    return fail(Errc::conflict, "'" + printable(entry.address, 60) + "' is in the set already",
                {*document.path, static_cast<std::uint32_t>(*there + 1), 1});
  Splice splice(document);
  splice.insert_line(place_of_entry(document, *section, line), line);
  return std::move(splice).apply();
}

Result<Document> change_entry(const Document& document, const std::string& set, const EntryFields& entry) {
  const auto there = find_entry_line(document, set, entry.address);
  if (!there) return no_such_entry(set, entry.address);
  const std::string line = TRY(entry_line(entry));
  Splice splice(document);
  splice.rewrite_line(*there, line);
  return std::move(splice).apply();
}

Result<Document> delete_entry(const Document& document, const std::string& set, const std::string& address) {
  if (!find_section(document, SectionKind::ipset, set)) return no_such_set(document, set);
  const auto there = find_entry_line(document, set, address);
  if (!there) return no_such_entry(set, address);
  Splice splice(document);
  splice.delete_line(*there);
  return std::move(splice).apply();
}

}  // namespace drawbridge::firewall
