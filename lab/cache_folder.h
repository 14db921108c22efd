// Where the lab keeps what is costly to make: an unpacked kernel package, kernels without compression, first roots. Everything in
// it can be deleted at any time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::lab {

/// $DRAWBRIDGE_CACHE, else /var/cache/drawbridge/lab for root, else $XDG_CACHE_HOME or ~/.cache with /drawbridge/lab. The folder
/// exists afterwards.
Result<std::string> cache_folder();

/// The file `name` in the cache; made by `make` and put in its place by rename if it is not there.
Result<std::string> cached_file(const std::string& name, const std::function<Result<std::string>()>& make);

/// Writes a file under a temporary name beside it and renames it. A kill leaves the old file, or none.
Result<void> replace_file(const std::string& path, std::string_view bytes);

Result<std::string> read_whole_file(const std::string& path);

/// Says what takes long, on standard error.
void say(std::string_view what);

/// "size-time" of a file: changes when the file is replaced. "missing" if there is none.
std::string file_stamp(const std::string& path);

}  // namespace drawbridge::lab
