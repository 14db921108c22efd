#include "transaction/ending.h"

#include "transaction/moment.h"

namespace drawbridge::transaction {

Result<void> end_transaction(const Work& work, const Journal& journal, const Outcome& outcome) {
  const Ended ended{journal.id, outcome.ending, outcome.reason, format_moment(work.doors.clock.wall_time()), outcome.generation};
  if (auto told = write_ended(work.doors.files, work.paths, ended); !told) {
    // Only information: a full disk must not keep the transaction open.
    work.say("journal", "could not note how it ended: " + told.error().what);
  }
  return remove_journal(work.doors.files, work.paths);
}

Result<std::optional<std::string>> read_if_there(doors::Files& files, const std::string& path) {
  auto bytes = files.read(path);
  if (bytes) return std::optional<std::string>(std::move(*bytes));
  if (bytes.error().code == Errc::not_found) return std::optional<std::string>();
  return fail(bytes.error());
}

}  // namespace drawbridge::transaction
