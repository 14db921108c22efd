// The lossless document: a guest's configuration file as a list of lines that keep every byte, each with what it means. parse
// then print gives back the same bytes for any input whatever; an edit (edit.h) touches only its own lines.
//
// A file has a first part, what the guest is now, and then sections: what it shall be at its next start ([PENDING] of a VM,
// [pve:pending] of a container), what it was when a snapshot was taken ([name]), and what other programs keep ([special:…]).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "guest/nic.h"

namespace drawbridge::guest {

enum class SectionKind : std::uint8_t { current, pending, snapshot, special };

struct Section {
  SectionKind kind = SectionKind::current;
  std::string name;  ///< between the brackets; empty for the first part
  bool operator==(const Section&) const = default;
};

enum class LineKind : std::uint8_t {
  blank,
  comment,  ///< '#': a line of the description
  section,  ///< "[…]"
  entry,    ///< "key: value"; also "lxc.key = value"
  other,    ///< anything else: kept, reported
};

struct Line {
  LineKind kind = LineKind::other;
  std::string bytes;         ///< exactly as in the file, line end included
  std::uint32_t number = 1;  ///< from 1
  std::size_t section = 0;   ///< index in Document::sections
  std::string key;           ///< of an entry
  std::string value;         ///< of an entry, outer blanks removed; may be empty
  std::uint32_t column = 1;  ///< where the value begins (where it would, if it is empty)
  bool operator==(const Line&) const = default;
};

struct Document {
  std::string path;
  std::vector<Section> sections;  ///< the first part is always there, at 0
  std::vector<Line> lines;
  Diagnostics diagnostics;  ///< lines that mean nothing, keys given twice; warnings, since others read on here as well
  bool operator==(const Document&) const = default;

  SourceLocation locate(const Line& line) const { return {path, line.number, line.column}; }
};

/// Time and memory are proportional to the bytes. Never fails.
Document parse_document(std::string_view bytes, std::string path);
std::string print(const Document& document);

/// Keys that a container's file may repeat, and that are handed to LXC as they stand: "lxc.…".
bool is_raw_key(std::string_view key);
/// What a key may look like: a letter, then letters, digits, '_', '-' and '.'.
bool is_key(std::string_view text);

/// A description's text as one line of the file, and back: what is not printable ASCII, and '%', become %XX.
std::string encode_text(std::string_view text);
std::string decode_text(std::string_view text);

}  // namespace drawbridge::guest
