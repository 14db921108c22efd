// How many refused requests are worth a line: whoever floods us shall not fill the disk, nor hide among his own lines.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace drawbridge::server {

class RefusalQuota {
 public:
  struct Settings {
    unsigned in_all = 300;    ///< in a minute
    unsigned of_client = 60;  ///< of those, from one address or IPv6 /64
  };
  RefusalQuota() : RefusalQuota(Settings{}) {}
  explicit RefusalQuota(Settings settings) : settings_(settings) {}

  /// True: it is to be noted. `now` never goes back.
  bool take(const std::string& client, std::chrono::seconds now);
  /// How many were not, since it was last asked.
  std::uint64_t take_left_out();

 private:
  Settings settings_;
  std::chrono::seconds began_{0};
  unsigned noted_ = 0;
  std::map<std::string, unsigned> noted_of_;  ///< no more entries than `in_all`
  std::uint64_t left_out_ = 0;
};

}  // namespace drawbridge::server
