// The lossless document of a firewall file: its bytes, and for each line what it is. parse then print gives back the same bytes
// for any input whatever. What a line says is read by item_text.h and rule_text.h, what it means by resolve.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firewall/mistake.h"
#include "firewall/words.h"

namespace drawbridge::firewall {

enum class SectionKind : std::uint8_t {
  none,  ///< before the first header: nothing is read here
  options,
  aliases,
  ipset,
  rules,
  group,
  unknown,  ///< a header that means nothing in this file: its lines are passed over
};

struct Section {
  SectionKind kind = SectionKind::none;
  std::string name;     ///< of a set or group, in lower case
  std::string comment;  ///< behind the header
  /// A set or group of this name follows further down: that one counts, not this.
  bool overridden = false;
  std::size_t header = 0;  ///< index of its line; of the first part 0
  bool operator==(const Section&) const = default;
};

enum class LineKind : std::uint8_t { blank, comment, header, option, alias, entry, rule, unknown };

struct Line {
  std::size_t begin = 0;  ///< in Document::bytes
  std::size_t end = 0;    ///< behind the line's end, if it has one
  std::uint32_t section = 0;
  LineKind kind = LineKind::unknown;
  bool operator==(const Line&) const = default;
};

struct Document {
  std::shared_ptr<const std::string> path;
  Level level = Level::datacenter;  ///< never group
  std::string bytes;
  std::vector<Section> sections;  ///< the first part is always there, at 0
  std::vector<Line> lines;        ///< line i has the number i + 1
  Diagnostics diagnostics;        ///< about headers and what stands under none

  std::string_view bytes_of(const Line& line) const { return std::string_view(bytes).substr(line.begin, line.end - line.begin); }
  /// Without the line's end and a byte order mark before it. Columns count from its begin.
  std::string_view text_of(const Line& line) const;
  const Section& section_of(const Line& line) const { return sections[line.section]; }
  Place place_of(std::size_t line) const { return {path, static_cast<std::uint32_t>(line + 1)}; }
};

/// Time and memory are proportional to the bytes. Never fails.
Document parse_document(std::string bytes, std::string path, Level level);
const std::string& print(const Document& document);

}  // namespace drawbridge::firewall
