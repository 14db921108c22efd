// Wall-clock moments as text, for people.
#pragma once

#include <chrono>
#include <string>

namespace drawbridge::transaction {

/// RFC 3339 with seconds and the local offset: "2026-11-24T03:12:09+01:00".
std::string format_moment(std::chrono::system_clock::time_point moment);

}  // namespace drawbridge::transaction
