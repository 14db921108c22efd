#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace drawbridge {
namespace {

Errc code_of(int os_errno) {
  switch (os_errno) {
    case EPERM:
    case EACCES: return Errc::denied;
    case ENOENT:
    case ENODEV:
    case ENXIO: return Errc::not_found;
    case EOPNOTSUPP:
    case ENOSYS:
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT: return Errc::unsupported;
    case EEXIST:
    case EBUSY: return Errc::conflict;
    case ETIMEDOUT: return Errc::timed_out;
    default: return Errc::unavailable;
  }
}

}  // namespace

std::unexpected<Error> fail_errno(int os_errno, const std::string& what) {
  return std::unexpected<Error>(Error{code_of(os_errno), what + ": " + std::generic_category().message(os_errno), {}, {}, os_errno});
}

}  // namespace drawbridge
