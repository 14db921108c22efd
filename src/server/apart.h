// Work that blocks, in a process of its own: hashing passwords, PAM. The loop goes on meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace drawbridge::server {

/// Forks; the child runs `work` and says its text. `done` is called from the loop, with nullopt if the child died or took too long. The
/// process must have one thread. False: there is no process to be had just now, and `done` is not called.
bool run_apart(boost::asio::io_context& loop, const std::function<std::string()>& work, std::chrono::milliseconds patience,
               std::function<void(std::optional<std::string>)> done);

}  // namespace drawbridge::server
