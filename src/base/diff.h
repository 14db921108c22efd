// Unified diff of two texts, for people.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge {

/// A unified diff with three lines of context and ---/+++ headers; empty if the texts are equal. A missing newline at the end is
/// marked as diff(1) does. Time grows with (lines × differences); texts of any size are accepted.
std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to);

}  // namespace drawbridge
