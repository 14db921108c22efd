// `drawbridge firewall log`: what rules logged, and which rule it was.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <ctime>
#include <deque>
#include <filesystem>

#include "base/text.h"
#include "cli/context.h"
#include "cli/display.h"
#include "cli/log_follower.h"
#include "cli/log_keeper.h"
#include "cli/log_lines.h"
#include "cli/verbs.h"
#include "packetlog/entry.h"

namespace drawbridge::cli {
namespace {

constexpr std::size_t kUsualLines = 100;

std::string time_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm local{};
  ::localtime_r(&time, &local);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
                     local.tm_min, local.tm_sec);
}

Style style_of(const packetlog::Entry& entry) {
  if (entry.action.ends_with("ACCEPT")) return Style::green;
  return entry.action.empty() ? Style::plain : Style::red;
}

std::string path_text(const packetlog::Entry& entry) {
  if (entry.in.empty() && entry.out.empty()) return {};
  return fmt::format("{}>{} ", entry.in, entry.out);
}

/// One line for people: when, whose, what was done, by which rule, to what.
std::string entry_text(const packetlog::Entry& entry, const Console& console) {
  const std::string rule = entry.rule.empty() ? entry.chain : entry.rule;
  return visible(fmt::format("{}  {:<9} ", time_text(entry.seconds), packetlog::subject(entry))) +
         console.style(fmt::format("{:<13} ", visible(entry.action)), style_of(entry)) + visible(fmt::format("{:<14} ", rule)) +
         console.style(visible(path_text(entry)), Style::faint) + visible(entry.packet) + "\n";
}

Result<packetlog::Filter> filter_of(const Context& context) {
  packetlog::Filter filter;
  filter.rule = context.arguments().value("rule").value_or("");
  filter.text = context.arguments().value("grep").value_or("");
  if (context.arguments().has("host")) filter.vmid = 0;
  if (const auto guest = context.arguments().number("guest")) {
    if (filter.vmid || *guest > UINT32_MAX) return fail(Errc::invalid_input, "--guest takes one VMID, and does not go with --host");
    filter.vmid = static_cast<std::uint32_t>(*guest);
  }
  return filter;
}

/// The log as far as it is, then as it grows.
class Reader {
 public:
  Reader(Context& context, packetlog::Filter filter)
      : console_(context.console), filter_(std::move(filter)), most_(context.arguments().number("lines").value_or(kUsualLines)) {}

  Result<void> read(LogFollower& log, bool follows) {
    TRY_VOID(log.read([&](std::string_view line) { keep(line); }));
    show_kept(follows);
    while (follows) {
      console_.flush();
      log.wait();
      TRY_VOID(log.read([&](std::string_view line) { show(line); }));
    }
    return {};
  }

 private:
  void keep(std::string_view line) {
    const auto entry = packetlog::parse_entry(line);
    if (!entry || !packetlog::matches(*entry, filter_)) return;
    kept_.emplace_back(line);
    if (most_ != 0 && kept_.size() > most_) kept_.pop_front();
  }

  void show_kept(bool follows) {
    if (console_.json() && !follows) {
      console_.print_document(fmt::format("[{}]", fmt::join(kept_, ",")));
    } else {
      for (const std::string& line : kept_) show(line);
    }
    if (kept_.empty() && !console_.json() && !follows) console_.note("nothing was logged");
    kept_.clear();
  }

  void show(std::string_view line) {
    const auto entry = packetlog::parse_entry(line);
    if (!entry || !packetlog::matches(*entry, filter_)) return;
    console_.print(console_.json() ? std::string(line) + "\n" : entry_text(*entry, console_));
  }

  Console& console_;
  packetlog::Filter filter_;
  std::uint64_t most_;
  std::deque<std::string> kept_;
};

Result<void> run(Context& context) {
  auto filter = TRY(filter_of(context));
  const std::string path = json_log_path(context.system.root());
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code missing;
  const bool follows = context.arguments().has("follow");
  if (!std::filesystem::exists(folder, missing) && follows)
    return fail(Errc::not_found, "there is no log yet: " + path, {}, "the service writes it: drawbridge daemon");
  auto log = TRY(LogFollower::open(path));
  return Reader(context, std::move(filter)).read(log, follows);
}

LogWindow window_of(const Context& context, const packetlog::Filter& filter) {
  const auto& arguments = context.arguments();
  const auto time = [&](std::string_view option) -> std::optional<std::int64_t> {
    const auto given = arguments.number(option);
    return given ? std::optional(static_cast<std::int64_t>(std::min<std::uint64_t>(*given, INT64_MAX))) : std::nullopt;
  };
  return {.vmid = filter.vmid,
          .start = arguments.number("start").value_or(0),
          .limit = arguments.number("limit").value_or(LogWindow().limit),
          .since = time("since"),
          .until = time("until")};
}

/// As other programs' readers know it, a line that says so where there is none.
Result<void> print_lines_of_file(Context& context) {
  const auto filter = TRY(filter_of(context));
  const auto window = window_of(context, filter);
  auto lines = TRY(read_log_lines(log_path(context.system.root()), window));
  if (lines.total == 0) {
    lines.total = 1;
    lines.window.emplace_back("no content");
  }
  if (!context.console.json()) {
    for (const auto& line : lines.window) context.console.print(visible(line) + "\n");
    return {};
  }
  boost::json::array list;
  auto number = static_cast<std::int64_t>(window.start);
  for (const auto& line : lines.window) list.push_back(boost::json::object{{"n", ++number}, {"t", line}});
  context.console.print_document(boost::json::serialize(boost::json::object{{"total", lines.total}, {"lines", std::move(list)}}));
  return {};
}

}  // namespace

Exit firewall_log(Context& context) {
  if (context.arguments().has("lines-of-file")) {
    const auto printed = print_lines_of_file(context);
    return printed ? Exit::done : context.console.fail(printed.error());
  }
  if (const auto done = run(context); !done) return context.console.fail(done.error());
  return Exit::done;
}

}  // namespace drawbridge::cli
