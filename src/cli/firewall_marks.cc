#include "cli/firewall_marks.h"

#include <array>
#include <ctime>

namespace drawbridge::cli {

std::string mark_text() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 64> text{};
  return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local)) + " by " + author();
}

Result<void> set_mark(Context& context, const std::string& path, bool on) {
  auto& files = context.system.files();
  if (files.read(path).has_value() == on) return {};
  if (on) return files.write(path, mark_text() + "\n");
  return files.remove(path);
}

}  // namespace drawbridge::cli
