// "Keep it?", with a countdown, for whatever is undone unless somebody says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "cli/console.h"

namespace drawbridge::cli {

/// How long a confirmation is waited for, if nobody says how long.
inline constexpr std::chrono::seconds kWindow{60};

enum class Answer : std::uint8_t { keep, undo, ended_elsewhere };

/// Asks on the terminal until there is an answer (Ctrl-C is one: undo), or it has ended without one. `left`: how long it may still be
/// answered; nullopt: it has ended.
Answer ask_to_keep(Console& console, const std::function<std::optional<std::chrono::seconds>()>& left);

}  // namespace drawbridge::cli
