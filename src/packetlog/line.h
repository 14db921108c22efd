// A logged packet as a line of the log file that administrators know, and as JSON with every field on its own.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "packetlog/record.h"

namespace drawbridge::packetlog {

/// "VMID LEVEL CHAIN dd/Mon/yyyy:HH:MM:SS +zzzz TEXTIN=… OUT=… PHYSIN=… PHYSOUT=… MAC=… (the packet) mark=N ", no line end. `local`
/// is the record's time where the log is read (localtime_r). Characters of names and texts that are not printable are left out, so
/// that a record is one line whatever a guest sends.
std::string format_line(const Record& record, const std::tm& local);

/// The same as one JSON object: {"time","vmid","level","chain","action","rule","in",…,"source_mac","destination_mac","vlan","packet"}.
/// "packet" is the text of the line's packet part; "rule" is null without one.
std::string format_json(const Record& record);

/// When a line of the log was written, in Unix seconds; nullopt for a line that does not say so.
std::optional<std::int64_t> time_of_line(std::string_view line);

/// The logger's own line: "0 LEVEL - TIME TEXT".
std::string format_notice(std::string_view text, std::uint8_t level, const std::tm& local);

}  // namespace drawbridge::packetlog
