// Replacing a file so that a reader, a kill or a power cut sees the old bytes or the new ones, never a mixture.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::store {

/// The file that `path` leads to when symbolic links at its end are followed; the target need not exist. Error invalid_input
/// after 40 links, as the kernel's ELOOP.
Result<std::string> follow_links(const std::string& path);

/// See doors::Files::write. `path` must not be a symbolic link.
Result<void> write_atomically(const std::string& path, std::string_view bytes, unsigned mode);

/// The folder part of a path, "." if there is none.
std::string folder_of(const std::string& path);

/// fsync of a folder: makes a rename or removal inside it durable.
Result<void> sync_folder(const std::string& folder);

}  // namespace drawbridge::store
