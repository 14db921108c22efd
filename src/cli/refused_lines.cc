#include "cli/refused_lines.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "cli/firewall_paths.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

/// Failed transactions, or programs that can't be made, after which nobody looks for single lines any more: cards are closed.
constexpr std::size_t kMostRounds = 16;
/// Lines that are told one by one.
constexpr std::size_t kMostTold = 32;

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

std::string_view outcome(rules::GivenUp how) {
  switch (how) {
    case rules::GivenUp::manner: return "it is in force, but tells neither sender nor log";
    case rules::GivenUp::rule:
      return "the rest is in force; this line accepts nothing, or drops all that comes this far in its card's rules";
    case rules::GivenUp::card: return "the guest's cards with this line are closed";
  }
  return "";
}

std::optional<RefusedLine> line_from(const json::value& value) {
  const auto* object = value.if_object();
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const auto* member = object ? object->if_contains(key) : nullptr;
    if (!member || !member->is_string()) return std::nullopt;
    return std::string(member->get_string());
  };
  const auto* number = object ? object->if_contains("line") : nullptr;
  const auto file = text("file"), how = text("given_up"), why = text("why"), rule = text("text");
  if (!number || !number->is_int64() || !file || !how || !why || !rule) return std::nullopt;
  for (const auto each : {rules::GivenUp::manner, rules::GivenUp::rule, rules::GivenUp::card})
    if (word_of(each) == *how) return RefusedLine{{*file, static_cast<std::uint32_t>(number->get_int64()), each}, *why, *rule};
  return std::nullopt;
}

}  // namespace

Diagnostics diagnostics_of(const std::vector<RefusedLine>& lines) {
  Diagnostics made;
  for (const auto& line : std::span(lines).first(std::min(lines.size(), kMostTold))) {
    auto problem = to_diagnostic({.code = Errc::unsupported,
                                  .what = line.why,
                                  .where = {line.given.file, line.given.line, 0},
                                  .hint = "write the rule in another way, or switch it off with a '|' before it",
                                  .os_errno = 0},
                                 "rule-refused");
    problem.message += "; " + std::string(outcome(line.given.how));
    made.push_back(std::move(problem));
  }
  if (lines.size() > kMostTold)
    made.push_back(
        {{}, Severity::error, "rule-refused", "the kernel refuses " + std::to_string(lines.size() - kMostTold) + " lines more", "", {}});
  return made;
}

std::vector<rules::LineGivenUp> given_up(const std::vector<RefusedLine>& lines) {
  std::vector<rules::LineGivenUp> given;
  for (const auto& line : lines) given.push_back(line.given);
  return given;
}

std::vector<RefusedLine> still_there(const std::vector<RefusedLine>& lines, const rules::Program& program) {
  std::vector<RefusedLine> found;
  for (const auto& line : lines)
    if (text_of_line(program, line.given.file, line.given.line) == line.text) found.push_back(line);
  return found;
}

std::vector<RefusedLine> read_refused_lines(doors::Files& files, const transaction::Paths& paths) {
  std::vector<RefusedLine> lines;
  const auto bytes = files.read(refused_file(paths));
  if (!bytes) return lines;
  boost::system::error_code failed;
  const auto document = json::parse(*bytes, failed);
  if (failed || !document.is_array()) return lines;
  for (const auto& each : document.get_array())
    if (auto line = line_from(each)) lines.push_back(*std::move(line));
  return lines;
}

Result<void> write_refused_lines(doors::Files& files, const transaction::Paths& paths, const std::vector<RefusedLine>& lines) {
  const auto path = refused_file(paths);
  if (lines.empty()) return files.read(path) ? files.remove(path) : Result<void>();
  json::array document;
  for (const auto& line : lines)
    document.push_back(json::object{{"file", line.given.file},
                                    {"line", line.given.line},
                                    {"given_up", word_of(line.given.how)},
                                    {"why", line.why},
                                    {"text", line.text}});
  return files.write(path, json::serialize(document) + "\n");
}

LineQuarantine::LineQuarantine(const rules::Program& program, std::vector<RefusedLine> known) : whole_(program) {
  for (auto& line : known) {
    auto left = without_line(this->program(), line.given);
    if (!left) continue;
    left_ = std::move(left);
    lines_.push_back(std::move(line));
  }
  needed_ = !lines_.empty();
}

/// As little as can be, but no less than `from`.
bool LineQuarantine::give_up(RefusedLine& line, rules::GivenUp from) {
  for (const auto how : {rules::GivenUp::manner, rules::GivenUp::rule, rules::GivenUp::card}) {
    if (how < from) continue;
    auto left = without_line(program(), {line.given.file, line.given.line, how});
    if (!left) continue;
    left_ = std::move(left);
    line.given.how = how;
    return true;
  }
  return false;
}

bool LineQuarantine::take_line(const Error& error) {
  const auto* file = error.where.line == 0 ? nullptr : file_called(whole_, error.where.file);
  if (file == nullptr || error.code == Errc::conflict || error.code == Errc::denied || is_of_the_moment(error.os_errno)) return false;
  if (!needed_) return true;
  const auto known = std::ranges::find_if(
      lines_, [&](const RefusedLine& each) { return each.given.file == *file && each.given.line == error.where.line; });
  if (known != lines_.end()) {
    if (known->given.how == rules::GivenUp::card) return false;
    return give_up(*known, static_cast<rules::GivenUp>(static_cast<int>(known->given.how) + 1));
  }
  RefusedLine line{{*file, error.where.line, {}}, error.what, text_of_line(whole_, *file, error.where.line)};
  const bool is_late = rounds_ > kMostRounds && give_up(line, rules::GivenUp::card);
  if (!is_late && !give_up(line, rules::GivenUp::manner)) return false;
  lines_.push_back(std::move(line));
  return true;
}

bool LineQuarantine::takes(const Error& error, std::span<const Error> all) {
  if (first_error_.what.empty()) first_error_ = error;
  if (++rounds_ > 2 * kMostRounds || !take_line(error)) return false;
  if (!std::exchange(needed_, true)) return true;
  if (all.empty() || all.front() != error) return true;
  // A line may have several rules, and the kernel refuse each.
  std::set<std::pair<std::string, std::uint32_t>> taken{{error.where.file, error.where.line}};
  for (const auto& other : all)
    if (taken.emplace(other.where.file, other.where.line).second) std::ignore = take_line(other);
  return true;
}

}  // namespace drawbridge::cli
