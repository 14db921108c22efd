#include "cli/refused_lines.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "cli/firewall_paths.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

/// One by one they are found, each by a transaction that fails.
constexpr std::size_t kMostLines = 32;

std::string refused_file(const transaction::Paths& paths) { return firewall_state(paths) + "/refused.json"; }

/// A comment in the kernel has room for the end of a path only.
const std::string* file_called(const rules::Program& program, const std::string& end) {
  const auto found = std::ranges::find_if(program.files, [&](const std::string& file) { return file.ends_with(end); });
  return found == program.files.end() ? nullptr : &*found;
}

/// Nothing that the line is to blame for: it may do the next time.
bool is_of_the_moment(int os_errno) {
  return os_errno == ENOMEM || os_errno == ENOBUFS || os_errno == EAGAIN || os_errno == EINTR || os_errno == EIO;
}

}  // namespace

Diagnostics diagnostics_of(const std::vector<RefusedLine>& lines) {
  Diagnostics made;
  for (const auto& line : lines) {
    auto problem = to_diagnostic({.code = Errc::unsupported,
                                  .what = line.why,
                                  .where = {line.file, line.line, 0},
                                  .hint = "write the rule in another way, or switch it off with a '|' before it",
                                  .os_errno = 0},
                                 "rule-refused");
    problem.message += line.how == rules::GivenUp::match ? "; what comes this far in the card's rules is dropped, whatever it is"
                                                         : "; the rest is in force, and this line opens nothing";
    made.push_back(std::move(problem));
  }
  return made;
}

std::vector<RefusedLine> read_refused_lines(doors::Files& files, const transaction::Paths& paths) {
  std::vector<RefusedLine> lines;
  const auto bytes = files.read(refused_file(paths));
  if (!bytes) return lines;
  boost::system::error_code failed;
  const auto document = json::parse(*bytes, failed);
  if (failed || !document.is_array()) return lines;
  for (const auto& each : document.get_array()) {
    const auto* object = each.if_object();
    const auto* file = object ? object->if_contains("file") : nullptr;
    const auto* line = object ? object->if_contains("line") : nullptr;
    const auto* closed = object ? object->if_contains("closed") : nullptr;
    const auto* why = object ? object->if_contains("why") : nullptr;
    if (!file || !file->is_string() || !line || !line->is_int64() || !closed || !closed->is_bool() || !why || !why->is_string()) continue;
    lines.push_back({std::string(file->get_string()), static_cast<std::uint32_t>(line->get_int64()),
                     closed->get_bool() ? rules::GivenUp::match : rules::GivenUp::manner, std::string(why->get_string())});
  }
  return lines;
}

Result<void> write_refused_lines(doors::Files& files, const transaction::Paths& paths, const std::vector<RefusedLine>& lines) {
  const auto path = refused_file(paths);
  if (lines.empty()) return files.read(path) ? files.remove(path) : Result<void>();
  json::array document;
  for (const auto& line : lines)
    document.push_back(
        json::object{{"file", line.file}, {"line", line.line}, {"closed", line.how == rules::GivenUp::match}, {"why", line.why}});
  return files.write(path, json::serialize(document) + "\n");
}

LineQuarantine::LineQuarantine(const rules::Program& program, std::vector<RefusedLine> known) : whole_(program) {
  for (const auto& line : known)
    if (give_up(line)) lines_.push_back(line);
  needed_ = !lines_.empty();
}

bool LineQuarantine::give_up(const RefusedLine& line) {
  auto left = rules::without_line(program(), line.file, line.line, line.how);
  if (!left) return false;
  left_ = std::move(left);
  return true;
}

bool LineQuarantine::takes(const Error& error) {
  const auto* file = error.where.line == 0 ? nullptr : file_called(whole_, error.where.file);
  if (file == nullptr || error.code == Errc::conflict || error.code == Errc::denied || is_of_the_moment(error.os_errno)) return false;
  if (!needed_) {
    needed_ = true;
    first_error_ = error;
    return true;
  }
  const auto known =
      std::ranges::find_if(lines_, [&](const RefusedLine& each) { return each.file == *file && each.line == error.where.line; });
  if (known != lines_.end()) {
    if (known->how == rules::GivenUp::match) return false;
    known->how = rules::GivenUp::match;
    return give_up(*known);
  }
  if (lines_.size() == kMostLines) return false;
  const RefusedLine line{*file, error.where.line, rules::GivenUp::manner, error.what};
  if (!give_up(line)) return false;
  lines_.push_back(line);
  return true;
}

}  // namespace drawbridge::cli
