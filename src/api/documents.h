// The description's files, which the build puts into the program (cmake/embed.cmake).
#pragma once

#include <string_view>
#include <vector>

namespace drawbridge::api {

/// The text of each file of description/, in the order of their names.
std::vector<std::string_view> documents();

}  // namespace drawbridge::api
