// `drawbridge audit`: what was changed through the API, by whom, from where.
#include <boost/json.hpp>
#include <deque>
#include <filesystem>

#include "cli/audit_entries.h"
#include "cli/context.h"
#include "cli/log_follower.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kUsualLines = 100;

/// The last that match, of the file that is written now and of the one that was put aside last.
Result<std::deque<json::object>> last_entries(const std::string& path, const AuditFilter& filter, std::uint64_t most) {
  std::deque<json::object> kept;
  std::error_code missing;
  if (!std::filesystem::exists(std::filesystem::path(path).parent_path(), missing)) return kept;
  for (const auto& file : {path + ".1", path}) {
    auto log = TRY(LogFollower::open(file));
    TRY_VOID(log.read([&](std::string_view line) {
      auto entry = matching_entry(line, filter);
      if (!entry) return;
      kept.push_back(std::move(*entry));
      if (kept.size() > most) kept.pop_front();
    }));
  }
  return kept;
}

}  // namespace

Exit audit(Context& context) {
  const auto& arguments = context.arguments();
  const AuditFilter filter{.user = arguments.value("user").value_or(""),
                           .target = arguments.value("path").value_or(""),
                           .only_refused = arguments.has("refused")};
  const auto entries = last_entries(context.system.root() + "/var/log/drawbridge/audit.log", filter,
                                    std::max<std::uint64_t>(1, arguments.number("lines").value_or(kUsualLines)));
  if (!entries) return context.console.fail(entries.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(json::array(entries->begin(), entries->end())));
    return Exit::done;
  }
  for (const auto& entry : *entries) context.console.print(entry_text(entry) + "\n");
  if (entries->empty()) context.console.note("nothing of that kind was noted");
  return Exit::done;
}

}  // namespace drawbridge::cli
