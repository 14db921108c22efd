#include "cli/assignments.h"

#include "base/text.h"

namespace drawbridge::cli {

std::expected<Assignments, UsageError> read_assignments(const Context& context) {
  Assignments read;
  std::vector<std::string> words = context.arguments().list("KEY=VALUE");
  for (const std::string& word : context.arguments().list("delete")) {
    if (word.find('=') != std::string::npos) {
      words.push_back(word);
      continue;
    }
    for (const std::string_view key : split_list(word)) read.removed.emplace_back(key);
  }
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return std::unexpected(UsageError{"\"" + printable(word) + "\" is not of the form KEY=VALUE", "for example mtu=9000", {}, false});
    }
    if (!read.values.emplace(word.substr(0, equals), word.substr(equals + 1)).second) {
      return std::unexpected(UsageError{"\"" + printable(word.substr(0, equals)) + "\" is given twice", {}, {}, false});
    }
  }
  return read;
}

}  // namespace drawbridge::cli
