#include "lab/kernel_image.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/kernel_package.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

namespace files = std::filesystem;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
  return number;
}

Result<std::string> decompress(const std::string& bzimage) {
  const std::string_view payload = TRY(find_payload(bzimage));
  const std::string_view program = decompressor_of(payload);
  if (program.empty()) return fail(Errc::unsupported, "unknown compression of the kernel");
  std::vector<std::string> words;
  for (const auto word : split_words(program)) words.emplace_back(word);
  // The last four bytes of the payload are the length, which xz takes for rubbish: what counts is a whole ELF image.
  Ended ended = TRY(run_program(words, {.input = std::string(payload), .prepare = {}}));
  if (!ended.output.starts_with("\x7F"
                                "ELF"))
    return fail(Errc::unsupported, "the kernel could not be decompressed");
  return std::move(ended.output);
}

/// The image without its compression where that works, else the image itself: it boots too, only later.
Kernel prepare(std::string release, const std::string& image, std::string root) {
  const std::string key = sha256_hex(image + " " + file_stamp(image)).substr(0, 12);
  auto plain = cached_file(fmt::format("vmlinux-{}-{}", release, key), [&]() -> Result<std::string> {
    const std::string bzimage = TRY(read_whole_file(image));
    return decompress(bzimage);
  });
  Kernel kernel{std::move(release), image, std::move(root), plain.has_value()};
  if (plain) kernel.image = std::move(*plain);
  return kernel;
}

/// The host's kernels, the running one first, then the newest.
std::vector<std::string> host_releases() {
  std::vector<std::string> releases;
  std::error_code problem;
  for (const auto& entry : files::directory_iterator("/boot", problem)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("vmlinuz-")) continue;
    const std::string release = name.substr(8);
    if (access(("/lib/modules/" + release + "/modules.dep.bin").c_str(), R_OK) == 0 && access(entry.path().c_str(), R_OK) == 0) {
      releases.push_back(release);
    }
  }
  utsname running{};
  uname(&running);
  const std::string current = running.release;
  std::sort(releases.begin(), releases.end(),
            [&](const std::string& a, const std::string& b) { return a == current || (b != current && a > b); });
  return releases;
}

}  // namespace

Result<std::string_view> find_payload(std::string_view bzimage) {
  constexpr std::size_t kHeaderEnd = 0x250;
  if (bzimage.size() < kHeaderEnd || bzimage.substr(0x202, 4) != "HdrS") return fail(Errc::invalid_input, "this is no bzImage");
  const unsigned protocol = number_at(bzimage, 0x206) & 0xFFFFU;
  if (protocol < 0x208) return fail(Errc::invalid_input, "the bzImage's boot protocol is older than 2.08");
  const std::size_t sectors = std::max<std::size_t>(static_cast<std::uint8_t>(bzimage[0x1F1]), 1);
  const std::size_t begin = (sectors + 1) * 512 + number_at(bzimage, 0x248);
  const std::size_t length = number_at(bzimage, 0x24C);
  if (begin > bzimage.size() || length > bzimage.size() - begin) return fail(Errc::invalid_input, "the bzImage is cut short");
  return bzimage.substr(begin, length);
}

std::string_view decompressor_of(std::string_view payload) {
  struct Format {
    std::string_view magic, program;
  };
  static constexpr std::array kFormats = {Format{std::string_view("\xFD"
                                                                  "7zXZ\0",
                                                                  6),
                                                 "xz -dc"},
                                          Format{"\x1F\x8B", "gzip -dc"}, Format{"\x28\xB5\x2F\xFD", "zstd -dc"},
                                          Format{"BZh", "bzip2 -dc"}, Format{"\x02\x21\x4C\x18", "lz4 -dc"}};
  for (const Format& format : kFormats) {
    if (payload.starts_with(format.magic)) return format.program;
  }
  return {};
}

Result<Kernel> choose_kernel() {
  for (const std::string& release : host_releases()) return prepare(release, "/boot/vmlinuz-" + release, "");
  const KernelPackage package = TRY(unpacked_kernel_package());
  return prepare(package.release, package.folder + "/boot/vmlinuz-" + package.release, package.folder);
}

}  // namespace drawbridge::lab
