#include "lab/kernel_package.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/owned_fd.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

namespace files = std::filesystem;

constexpr std::string_view kPrefix = "linux-image-";

/// Folders "kernel-RELEASE" are complete: they get this name when everything is in them.
std::optional<KernelPackage> newest_in(const std::string& cache) {
  std::vector<std::string> releases;
  std::error_code problem;
  for (const auto& entry : files::directory_iterator(cache, problem)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("kernel-")) releases.push_back(name.substr(7));
  }
  if (releases.empty()) return std::nullopt;
  const std::string release = *std::max_element(releases.begin(), releases.end());
  return KernelPackage{release, cache + "/kernel-" + release};
}

Result<std::string> package_name() {
  const std::string text = TRY(program_output({"apt-cache", "depends", "linux-image-amd64"}));
  std::string name = concrete_package(text);
  if (name.empty()) {
    return fail(Errc::not_found, "apt knows no kernel package", {}, "run \"apt-get update\" with Debian's main archive in its sources");
  }
  return name;
}

/// Downloads and unpacks into `work`, an empty folder.
Result<void> unpack(const std::string& package, const std::string& work) {
  const auto enter = [&] { return chdir(work.c_str()) == 0; };
  say("downloading Debian's kernel, package " + package + " (70 MB, once)");
  TRY(program_output({"apt-get", "download", "-q", package}, {.input = {}, .prepare = enter}));
  std::string archive;
  for (const auto& entry : files::directory_iterator(work)) {
    if (entry.path().extension() == ".deb") archive = entry.path();
  }
  if (archive.empty()) return fail(Errc::unavailable, "apt-get download gave no package");
  say("unpacking it into the cache");
  TRY(program_output({"dpkg-deb", "-x", archive, work + "/tree"}));
  TRY(program_output({"depmod", "-b", work + "/tree", package.substr(kPrefix.size())}));
  return {};
}

}  // namespace

std::string concrete_package(std::string_view depends_text) {
  for (const std::string_view line : split(depends_text, '\n')) {
    const auto words = split_words(line);
    if (words.size() == 2 && words[0] == "Depends:" && words[1].starts_with(kPrefix)) return std::string(words[1]);
  }
  return "";
}

Result<KernelPackage> unpacked_kernel_package() {
  const std::string cache = TRY(cache_folder());
  if (auto found = newest_in(cache)) return *found;
  // One download at a time; the second to come finds the first one's work.
  const OwnedFd lock(open(cache.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open() || flock(lock.get(), LOCK_EX) != 0) return fail_errno(errno, "lock " + cache);
  if (auto found = newest_in(cache)) return *found;
  const std::string package = TRY(package_name());
  const std::string work = cache + "/unpacking";
  std::error_code problem;
  files::remove_all(work, problem);
  files::create_directories(work, problem);
  if (problem) return fail_errno(problem.value(), work);
  auto unpacked = unpack(package, work);
  const std::string release = package.substr(kPrefix.size());
  const std::string folder = cache + "/kernel-" + release;
  if (unpacked) files::rename(work + "/tree", folder, problem);
  const int rename_errno = problem.value();
  files::remove_all(work, problem);
  if (!unpacked) return fail(std::move(unpacked.error()));
  if (rename_errno != 0) return fail_errno(rename_errno, folder);
  return KernelPackage{release, folder};
}

}  // namespace drawbridge::lab
