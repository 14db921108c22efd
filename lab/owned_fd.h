// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace drawbridge::lab {

class OwnedFd {
 public:
  explicit OwnedFd(int number = -1) : number_(number) {}
  OwnedFd(OwnedFd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd() { reset(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// Both ends of a pipe or socket pair; close-on-exec.
struct FdPair {
  OwnedFd first;
  OwnedFd second;
};

}  // namespace drawbridge::lab
