// What must hold for any bytes read as an interfaces file. Shared by the fuzz target and by the unit test that runs its corpus.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "interfaces/configuration.h"

namespace drawbridge::interfaces {

/// The bytes are the main file and, after each line "=", a further file that source lines reach ("f1", "f2"…). Gives the promise
/// that was broken, or "".
inline std::string check_document(std::string_view bytes) {
  const Document document = parse(bytes, "f0");
  if (print(document) != bytes) return "print(parse(x)) differs from x";
  std::uint32_t number = 1;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    const Line& line = document.lines[i];
    if (line.bytes.empty()) return "a line without bytes";
    if (line.number != number) return "line numbers are wrong";
    for (const char c : line.bytes) number += c == '\n' ? 1 : 0;
    if (line.word_number < line.number || line.rest_number < line.word_number) return "a word stands before its line";
    if (line.stanza && (*line.stanza > i || document.lines[*line.stanza].kind != LineKind::iface)) return "a stanza that is no iface line";
    if (line.kind == LineKind::option && !line.stanza) return "an option without a stanza";
  }
  if (parse(print(document), "f0") != document) return "a second reading differs from the first";

  std::vector<std::string> files(1);
  for (const auto line : split(bytes, '\n')) {
    if (line == "=" && files.size() < 8)
      files.emplace_back();
    else
      files.back() += std::string(line) + "\n";
  }
  Reader reader;
  reader.read = [&](const std::string& path) -> Result<std::string> {
    for (std::size_t i = 0; i < files.size(); ++i)
      if (path == "f" + std::to_string(i)) return files[i];
    return fail(Errc::not_found, "no such file");
  };
  reader.glob = [&](const std::string&) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files.size(); ++i) paths.push_back("f" + std::to_string(i));
    return paths;
  };
  const Configuration configuration = read_configuration("f0", files[0], reader);
  for (const auto& stanza : configuration.stanzas) {
    if (stanza.position == 0 || stanza.name.empty()) return "a stanza without name or position";
    for (const auto& option : stanza.options)
      if (option.value.empty() || option.value.find('\n') != std::string::npos) return "an option value that is empty or has a line break";
  }
  for (const auto& diagnostic : configuration.diagnostics)
    if (format_diagnostic(diagnostic).find('\0') != std::string::npos || diagnostic.where.line == 0)
      return "an unprintable or homeless diagnostic";
  return "";
}

}  // namespace drawbridge::interfaces
