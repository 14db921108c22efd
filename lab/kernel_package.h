// Debian's kernel package, unpacked into the cache and never installed: a machine's boot menu is its owner's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::lab {

struct KernelPackage {
  std::string release;  ///< 6.1.0-56-amd64
  std::string folder;   ///< holds boot/ and lib/modules/RELEASE
};

/// The package that an `apt-cache depends` text of a meta package names ("linux-image-6.1.0-56-amd64"); empty if none.
std::string concrete_package(std::string_view depends_text);

/// The kernel in the cache, or, if there is none, the one that linux-image-amd64 depends on: downloaded with `apt-get download`,
/// unpacked with dpkg-deb. Says on standard error what it does. Error unavailable if the download fails.
Result<KernelPackage> unpacked_kernel_package();

}  // namespace drawbridge::lab
