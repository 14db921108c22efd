// What must hold for any bytes read as an interfaces file. Shared by the fuzz target and by the unit test that runs its corpus.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "interfaces/configuration.h"

namespace drawbridge::interfaces {

/// The promise about the document's lines that was broken, or "".
inline std::string check_lines(const Document& document) {
  std::uint32_t number = 1;
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    const Line& line = document.lines[i];
    if (line.bytes.empty()) return "a line without bytes";
    if (line.number != number) return "line numbers are wrong";
    number += static_cast<std::uint32_t>(std::ranges::count(line.bytes, '\n'));
    if (line.word_number < line.number || line.rest_number < line.word_number) return "a word stands before its line";
    if (line.stanza && (*line.stanza > i || document.lines[*line.stanza].kind != LineKind::iface)) return "a stanza that is no iface line";
    if (line.kind == LineKind::option && !line.stanza) return "an option without a stanza";
  }
  return "";
}

/// The same about what the documents say.
inline std::string check_configuration(const Configuration& configuration) {
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

/// The main file "f0" and, after each line "=", a further one.
inline std::map<std::string, std::string> split_files(std::string_view bytes) {
  std::map<std::string, std::string> files;
  std::string path = "f0";
  for (const auto line : split(bytes, '\n')) {
    if (line == "=" && files.size() < 8)
      path = "f" + std::to_string(files.size());
    else
      files[path] += std::string(line) + "\n";
  }
  return files;
}

/// The bytes are the main file and, after each line "=", a further file that source lines reach ("f1", "f2"…). Gives the promise
/// that was broken, or "".
inline std::string check_document(std::string_view bytes) {
  const Document document = parse(bytes, "f0");
  if (print(document) != bytes) return "print(parse(x)) differs from x";
  if (parse(print(document), "f0") != document) return "a second reading differs from the first";
  if (auto broken = check_lines(document); !broken.empty()) return broken;
  const auto files = split_files(bytes);
  Reader reader;
  reader.read = [&](const std::string& path) -> Result<std::string> {
    const auto file = files.find(path);
    if (file == files.end()) return fail(Errc::not_found, "no such file");
    return file->second;
  };
  reader.glob = [&](const std::string&) {
    std::vector<std::string> paths;
    paths.reserve(files.size());
    for (const auto& [path, text] : files) paths.push_back(path);
    return paths;
  };
  const auto main = files.find("f0");
  return check_configuration(read_configuration("f0", main == files.end() ? "" : main->second, reader));
}

}  // namespace drawbridge::interfaces
