#include "lab/cpio.h"

#include <fmt/format.h>

namespace drawbridge::lab {
namespace {

constexpr std::uint32_t kFolder = 0040755, kProgram = 0100755, kPlainFile = 0100644, kLink = 0120777, kCharacterDevice = 0020600;

void pad(std::string& archive) { archive.append((4 - archive.size() % 4) % 4, '\0'); }

}  // namespace

void CpioWriter::add_folder(std::string_view path) { add(path, kFolder, {}, 0, 0); }

void CpioWriter::add_file(std::string_view path, std::string_view bytes, bool executable) {
  add(path, executable ? kProgram : kPlainFile, bytes, 0, 0);
}

void CpioWriter::add_link(std::string_view path, std::string_view target) { add(path, kLink, target, 0, 0); }

void CpioWriter::add_device(std::string_view path, std::uint32_t major, std::uint32_t minor) {
  add(path, kCharacterDevice, {}, major, minor);
}

std::string CpioWriter::finish() && {
  add("TRAILER!!!", 0, {}, 0, 0);
  return std::move(archive_);
}

void CpioWriter::add(std::string_view path, std::uint32_t mode, std::string_view bytes, std::uint32_t major, std::uint32_t minor) {
  const std::uint32_t inode = ++entries_;
  // magic, inode, mode, uid, gid, links, time, size, device (2), device number (2), length of the name with its NUL, checksum
  archive_ += fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", inode, mode, 0, 0, 1, 0,
                          bytes.size(), 0, 0, major, minor, path.size() + 1, 0);
  archive_ += path;
  archive_.push_back('\0');
  pad(archive_);
  archive_ += bytes;
  pad(archive_);
}

}  // namespace drawbridge::lab
