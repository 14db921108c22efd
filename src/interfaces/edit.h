// Edits of the lossless document. Each changes only its own lines: every other physical line keeps its bytes, its order and its
// meaning. New lines are indented, spaced and ended like their neighbours.
//
// An edit that fails leaves the document as it was. It is refused with
//   invalid_input  if a given text can't stand in the file: a control character or a line separator (a line break in a value
//                  would smuggle in a statement, perhaps a command), bytes that are not UTF-8, a backslash at its end (it
//                  would swallow the next line), an empty value, or a name with blanks in it;
//   not_found      if there is no such stanza or occurrence;
//   conflict       if another line would change its meaning, such as an option that stands outside any stanza and would slide
//                  into one.
// An edit that would write what is there already changes nothing. Line numbers, stanza indices and diagnostics are brought up
// to date; so an index got before an edit is not to be used after it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// Names a stanza by what its iface line says. `ordinal` picks one of several with the same name and family, from 0.
struct StanzaId {
  std::string name;
  std::optional<Family> family;  ///< nullopt: the typeless stanza
  std::size_t ordinal = 0;
  bool operator==(const StanzaId&) const = default;
};

/// The index of the stanza's iface line.
std::optional<std::size_t> find_stanza(const Document& document, const StanzaId& id);
/// All stanzas with that name, in file order. Names are compared as written; "swp[1-4]" doesn't hold "swp2".
std::vector<StanzaId> find_stanzas(const Document& document, std::string_view name);
/// The id of the stanza whose iface line is at `index`; not_found if its header is malformed.
Result<StanzaId> stanza_at(const Document& document, std::size_t index);

/// The indices of a stanza's option lines with that name ("_" and "-" are the same), in file order.
std::vector<std::size_t> find_options(const Document& document, const StanzaId& id, std::string_view option);
/// Their values, in file order.
std::vector<std::string> option_values(const Document& document, const StanzaId& id, std::string_view option);
/// The comments of a stanza: the text after each '#', one line each.
std::vector<std::string> stanza_comments(const Document& document, const StanzaId& id);

/// Replaces the value of the option's `occurrence`-th line (from 0), keeping the name's spelling, the blanks and the line end. If
/// `occurrence` is the number of lines that there are, a line is added after the last of them, or else after the stanza's last
/// option. A value that was continued over several lines becomes one line.
Result<void> set_option(Document& document, const StanzaId& id, std::string_view option, std::string_view value,
                        std::size_t occurrence = 0);

/// Makes the option's lines say exactly `values`, in that order, by the fewest lines changed, added and removed. For options
/// that may be repeated ("address", "post-up"); an empty list removes them all.
Result<void> set_option_values(Document& document, const StanzaId& id, std::string_view option, const std::vector<std::string>& values);

/// Removes all lines of the option, in every spelling. No such line is not an error.
Result<void> delete_option(Document& document, const StanzaId& id, std::string_view option);
/// Removes the option's `occurrence`-th line (from 0).
Result<void> delete_option(Document& document, const StanzaId& id, std::string_view option, std::size_t occurrence);

/// Changes the family and method of the iface line. `family` nullopt needs an empty method, and the reverse.
Result<void> set_header(Document& document, const StanzaId& id, std::optional<Family> family, std::string_view method);

/// A stanza to be written.
struct NewStanza {
  std::string name;
  std::optional<Family> family;  ///< nullopt: typeless
  std::string method;            ///< empty if typeless
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::string> comments;  ///< text after '#', below the options
  std::string allow_class;            ///< "auto", "hotplug"…: a line above the header; empty: none
};

/// Adds a stanza at the end of the file, or after the lines of the stanza `after`, separated by one blank line. A second stanza
/// of the same name and family is not refused: the grammar allows it.
Result<void> add_stanza(Document& document, const NewStanza& stanza, const std::optional<StanzaId>& after = std::nullopt);

/// Removes the header, the options and the comments of the stanza, and one of two blank lines that would meet. Its name in auto
/// lines stays (see remove_allow), as do comments that are not the stanza's own.
Result<void> remove_stanza(Document& document, const StanzaId& id);

/// Makes sure that a line "auto NAME" (or "allow-CLASS NAME") exists: if not, one is put directly above the name's first stanza,
/// or at the end of the file.
Result<void> add_allow(Document& document, std::string_view name, std::string_view allow_class = "auto");
/// Takes the name out of all lines of the class; other names stay, and a line without names is removed.
Result<void> remove_allow(Document& document, std::string_view name, std::string_view allow_class = "auto");
/// True if a line of the class has the name, as written.
bool has_allow(const Document& document, std::string_view name, std::string_view allow_class = "auto");

/// Makes the stanza's comment lines say exactly `comments` (text after '#', each one line), by the fewest lines changed. New
/// ones stand below the last comment, or else below the last option. Tabs are allowed in them.
Result<void> set_comments(Document& document, const StanzaId& id, const std::vector<std::string>& comments);

/// Why a text can't be written as a value; nothing if it can. Public so that a REST-style parameter can be refused early.
Result<void> check_value(std::string_view value);
/// The same for an option's name: letters, digits, '-', '_', '.', and not a keyword that would begin a statement.
Result<void> check_option_name(std::string_view name);

}  // namespace drawbridge::interfaces
