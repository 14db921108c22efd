// Which kernel the lab boots, and how it is made ready. A bzImage is taken out of its compression once, on the host: QEMU
// starts the ELF image through its PVH entry directly, which by emulation saves the seconds that decompression takes there.
// Source: Documentation/arch/x86/boot.rst of Linux (setup_sects, payload_offset, payload_length).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::lab {

/// A kernel with its modules.
struct Kernel {
  std::string release;  ///< 6.1.0-56-amd64
  std::string image;    ///< what QEMU's -kernel gets
  std::string root;     ///< folder whose lib/modules/RELEASE has the modules; "" for the host's own
  bool uncompressed = false;
};

/// The compressed kernel inside a bzImage. Error invalid_input if it is none, or older than boot protocol 2.08.
Result<std::string_view> find_payload(std::string_view bzimage);

/// The programs that can decompress bytes that begin like these, best first ("xz -dc"); empty if they look like none.
std::string_view decompressor_of(std::string_view payload);

/// The host's own stock kernel, else Debian's from the cache, downloaded when it is not there.
Result<Kernel> choose_kernel();

}  // namespace drawbridge::lab
