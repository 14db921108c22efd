// Hears who changes our tables, by the kernel's notifications of nf_tables.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

struct mnl_socket;

namespace drawbridge::netfilter {

class RulesetWatch {
 public:
  /// Of the tables of that name, in the network namespace of the calling thread. What comes from `own_port` (RulesetSocket::port) is not
  /// even delivered: our own updates wake nobody.
  static Result<RulesetWatch> open(std::string name, std::uint32_t own_port);

  /// Becomes readable when there is something to drain.
  int descriptor() const;

  struct News {
    bool changed = false;  ///< somebody else changed one of our tables
    bool lost = false;     ///< notifications were lost: somebody may have
    std::string by;        ///< "nft (pid 4711)", if known
  };
  /// Takes all that has come; of a transaction that is being told, all that is told of it.
  Result<News> drain();

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  RulesetWatch(mnl_socket* socket, std::string name, std::uint32_t own_port);
  void take(std::span<const std::uint8_t> message, News& news);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::string name_;
  std::uint32_t own_port_ = 0;
  std::vector<std::uint8_t> buffer_;
  bool touched_ = false;  ///< a change of ours was heard, and not yet whose transaction it is
};

}  // namespace drawbridge::netfilter
