#include <cstdint>
#include <cstdlib>

#include "hypervisor/qmp_message_fuzz_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!drawbridge::hypervisor::check_qmp_bytes({reinterpret_cast<const char*>(data), size}).empty()) std::abort();
  return 0;
}
