// Random numbers with a seed that a failing test prints.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace drawbridge::packets {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T, std::size_t N>
  const T& any(const T (&of)[N]) {  // NOLINT(modernize-avoid-c-arrays): literals
    return of[below(N)];
  }
  template <class Container>
  const auto& one_of(const Container& of) {
    return of[below(of.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace drawbridge::packets
