#include "cli/log_lines.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/text.h"
#include "packetlog/line.h"

namespace drawbridge::cli {
namespace {

constexpr int kMostAside = 64;
constexpr std::size_t kLongestLine = 4096;

struct Close {
  void operator()(gzFile file) const { gzclose(file); }
};
using File = std::unique_ptr<std::remove_pointer_t<gzFile>, Close>;

/// Counts what is meant, and keeps the window.
class Collector {
 public:
  explicit Collector(const LogWindow& window) : window_(window), begins_(window.vmid ? std::to_string(*window.vmid) + " " : "") {}

  void take(std::string_view line) {
    if (window_.since || window_.until) {
      last_ = packetlog::time_of_line(line).value_or(last_);
      if ((window_.since && last_ < *window_.since) || (window_.until && last_ > *window_.until)) return;
    }
    if (!line.starts_with(begins_)) return;
    const auto number = lines.total++;
    if (number < window_.start || (window_.limit != 0 && number - window_.start >= window_.limit)) return;
    lines.window.push_back(printable(line, line.size()));
  }

  LogLines lines;

 private:
  const LogWindow& window_;
  std::string begins_;
  std::int64_t last_ = 0;  ///< of the line before: one without a time was written then
};

/// Compressed or not.
Result<void> read_file(const std::string& path, Collector& collector) {
  const File file(gzopen(path.c_str(), "rbe"));
  if (!file) return errno == ENOENT ? Result<void>() : Result<void>(fail_errno(errno, path));
  std::array<char, kLongestLine> piece{};
  bool continued = false;
  while (gzgets(file.get(), piece.data(), piece.size()) != nullptr) {
    std::string_view line = piece.data();
    const bool ended = line.ends_with('\n');
    if (ended) line.remove_suffix(1);
    if (!continued) collector.take(line);
    continued = !ended;
  }
  int error = 0;
  const char* text = gzerror(file.get(), &error);
  if (error == Z_OK || error == Z_BUF_ERROR) return {};
  return fail(Errc::unavailable, path + ": " + (error == Z_ERRNO ? "can't be read" : text));
}

/// The oldest first.
std::vector<std::string> files_of(const std::string& path, bool also_aside) {
  std::vector<std::string> files;
  std::error_code missing;
  for (int number = also_aside ? kMostAside : 0; number > 0; --number)
    for (const char* end : {"", ".gz"})
      if (auto file = path + "." + std::to_string(number) + end; std::filesystem::exists(file, missing)) files.push_back(std::move(file));
  files.push_back(path);
  return files;
}

}  // namespace

Result<LogLines> read_log_lines(const std::string& path, const LogWindow& window) {
  Collector collector(window);
  for (const auto& file : files_of(path, window.since || window.until)) TRY_VOID(read_file(file, collector));
  return std::move(collector.lines);
}

}  // namespace drawbridge::cli
