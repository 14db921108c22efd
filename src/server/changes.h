// What changes on the node: files and the kernel's links, addresses and routes. A number that grows with every change lets answers be
// kept while nothing does, and pages are told what to ask for anew.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace drawbridge::server {

class Changes {
 public:
  /// Topics: "network", "guests", "firewall", "access", "tasks".
  using Hear = std::function<void(const std::set<std::string>& topics)>;
  /// `hear` is called from the loop, at most every 10 ms.
  static Result<std::unique_ptr<Changes>> open(boost::asio::io_context& loop, const std::string& root, const std::string& node, Hear hear);
  ~Changes();
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Grows with each change; what was read before is old once it has grown. Takes what waits first, so that it is never behind.
  std::uint64_t generation();
  /// Something changed that neither files nor kernel tell.
  void note(const std::string& topic);

 private:
  struct Inside;
  explicit Changes(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
  std::shared_ptr<Inside> inside_;
};

}  // namespace drawbridge::server
