// What a VM says on its serial port.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace drawbridge::e2e {

/// Waits until a line that comes from the socket `path` holds all the words; else the last lines. Empty: it came.
std::string line_of_serial(const std::string& path, const std::vector<std::string>& words,
                           std::chrono::seconds patience = std::chrono::seconds(150));

}  // namespace drawbridge::e2e
