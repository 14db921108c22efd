// Archives that the kernel unpacks as its first root: cpio "newc", as Documentation/driver-api/early-userspace/buffer-format.rst
// of Linux describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drawbridge::lab {

/// Writes one archive, entry by entry; every entry belongs to root and has time 0, so equal input gives equal bytes.
class CpioWriter {
 public:
  /// `path` is relative to the root, without a leading slash.
  void add_folder(std::string_view path);
  void add_file(std::string_view path, std::string_view bytes, bool executable);
  void add_link(std::string_view path, std::string_view target);
  /// A character device, such as /dev/console (5, 1).
  void add_device(std::string_view path, std::uint32_t major, std::uint32_t minor);
  /// Ends the archive and gives it.
  std::string finish() &&;

 private:
  void add(std::string_view path, std::uint32_t mode, std::string_view bytes, std::uint32_t major, std::uint32_t minor);
  std::string archive_;
  std::uint32_t entries_ = 0;
};

}  // namespace drawbridge::lab
