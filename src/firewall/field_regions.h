// Addresses and ports between which no rule of a program makes a difference.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/address.h"
#include "rules/program.h"

namespace drawbridge::firewall {

class FieldRegions {
 public:
  enum class Side : std::uint8_t { source, destination };

  explicit FieldRegions(const rules::Program& program) { add(program); }
  void add(const rules::Program& program);

  /// The lowest that all rules treat alike. Whether an address is the host's own is another question.
  IpAddress representative(const IpAddress& address, Side side) const;
  std::uint16_t representative(std::uint16_t port, Side side) const;

 private:
  enum Kind : std::uint8_t { ipv4, ipv6, port };
  /// The lowest number of each region, ascending.
  using Bounds = std::vector<rules::Number>;
  Bounds& bounds(Kind kind, Side side) { return bounds_[2 * kind + static_cast<std::size_t>(side)]; }
  const Bounds& bounds(Kind kind, Side side) const { return bounds_[2 * kind + static_cast<std::size_t>(side)]; }
  void add(const rules::Test& test, const rules::Program& program);
  static void add(const rules::NumberSet& set, Bounds& to);

  std::array<Bounds, 6> bounds_;
  bool is_exact_ = false;  ///< each number is a region of its own
};

}  // namespace drawbridge::firewall
