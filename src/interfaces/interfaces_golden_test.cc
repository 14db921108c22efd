// Reads tests/golden/interfaces/NAME.in and compares what it was understood as with NAME.out. With DRAWBRIDGE_ACCEPT=1 in the
// environment the .out files are written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/text.h"
#include "interfaces/configuration.h"

namespace drawbridge::interfaces {
namespace {

const std::filesystem::path kFolder = DRAWBRIDGE_SOURCE_DIR "/tests/golden/interfaces";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string_view kind_word(LineKind kind) {
  switch (kind) {
    case LineKind::blank: return "blank";
    case LineKind::comment: return "comment";
    case LineKind::allow: return "allow";
    case LineKind::iface: return "iface";
    case LineKind::source: return "source";
    case LineKind::mapping: return "mapping";
    case LineKind::vlan: return "vlan";
    case LineKind::option: return "option";
    case LineKind::other: return "other";
  }
  return "?";
}

std::string describe(const std::string& bytes) {
  const auto configuration = read_configuration("interfaces", bytes, {});
  const Document& document = configuration.documents.at("interfaces");
  std::ostringstream out;
  out << "lines\n";
  for (const auto& line : document.lines) {
    out << line.number << " " << kind_word(line.kind);
    if (line.stanza) out << " of " << document.lines[*line.stanza].number;
    if (!line.word.empty()) out << ": " << printable(line.word) << " | " << printable(line.rest);
    out << "\n";
  }
  out << "\nstanzas\n";
  for (const auto& stanza : configuration.stanzas) {
    out << stanza.position << " " << printable(stanza.name) << " "
        << (!stanza.family                   ? "-"
            : *stanza.family == Family::ipv4 ? "inet"
                                             : "inet6")
        << " " << stanza.method << "\n";
    for (const auto& option : stanza.options)
      out << "    " << option.where.line << ":" << option.where.column << " " << printable(option.name) << " = " << option.value_where.line
          << ":" << option.value_where.column << " " << printable(option.value) << "\n";
    for (const auto& comment : stanza.comments) out << "    #" << printable(comment) << "\n";
  }
  out << "\nallowed\n";
  for (const auto& allow : configuration.allows) out << allow.position << " " << allow.allow_class << " " << printable(allow.name) << "\n";
  out << "\ndiagnostics\n";
  for (const auto& diagnostic : configuration.diagnostics) out << format_diagnostic(diagnostic);
  return out.str();
}

TEST(Golden, Interfaces) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".in") continue;
    ++count;
    const auto bytes = read_file(entry.path());
    EXPECT_EQ(print(parse(bytes, "interfaces")), bytes) << entry.path();
    auto expected = entry.path();
    expected.replace_extension(".out");
    const auto description = describe(bytes);
    if (std::getenv("DRAWBRIDGE_ACCEPT") != nullptr) std::ofstream(expected, std::ios::binary) << description;
    EXPECT_EQ(description, read_file(expected)) << entry.path() << " (DRAWBRIDGE_ACCEPT=1 rewrites the expectation)";
  }
  EXPECT_GE(count, 5U);
}

}  // namespace
}  // namespace drawbridge::interfaces
