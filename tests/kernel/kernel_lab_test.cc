// The contract of doors::Kernel against the kernel that runs here, each test in a network namespace of its own.
#include <sched.h>
#include <unistd.h>

#include <cstring>

#include "doors/kernel_contract.h"
#include "kernel/rtnetlink.h"

namespace drawbridge::doors::contract {
namespace {

class RealKernel final : public Subject {
 public:
  explicit RealKernel(kernel::Rtnetlink rtnetlink) : rtnetlink_(std::move(rtnetlink)) {}
  Kernel& kernel() override { return rtnetlink_; }

 private:
  kernel::Rtnetlink rtnetlink_;
};

// The namespace goes when the process leaves it for the next one.
std::unique_ptr<Subject> make_real(std::string& why_not) {
  if (geteuid() != 0) {
    why_not = "only root may make network namespaces";
    return nullptr;
  }
  if (unshare(CLONE_NEWNET) != 0) {
    why_not = std::string("no network namespace to be had: ") + std::strerror(errno);
    return nullptr;
  }
  auto rtnetlink = kernel::Rtnetlink::open();
  if (!rtnetlink) {
    why_not = rtnetlink.error().what;
    return nullptr;
  }
  return std::make_unique<RealKernel>(std::move(*rtnetlink));
}

DRAWBRIDGE_KERNEL_CONTRACT(Real, make_real);

}  // namespace
}  // namespace drawbridge::doors::contract
