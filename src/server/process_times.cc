#include "server/process_times.h"

#include <fstream>
#include <string>

#include "base/text.h"

namespace drawbridge::server {

std::optional<std::uint64_t> process_start(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  const auto name_end = text.rfind(')');  // the name may hold anything, blanks and brackets included
  if (name_end == std::string::npos) return std::nullopt;
  const auto words = split_words(std::string_view(text).substr(name_end + 1));
  if (words.size() < 20 || words[0] == "Z") return std::nullopt;
  return parse_number<std::uint64_t>(words[19]);
}

}  // namespace drawbridge::server
