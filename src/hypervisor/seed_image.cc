#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "hypervisor/program.h"
#include "hypervisor/seed_texts.h"

namespace drawbridge::hypervisor {
namespace {

constexpr std::chrono::seconds kLimit{30};

/// A folder that goes with the object: passwords are in there for a moment.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<void> write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail_errno(errno, "can't write " + path);
  return {};
}

}  // namespace

Result<void> make_seed_image(const SeedTexts& texts, const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path.substr(0, path.rfind('/')), error);
  std::string pattern = path + ".XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) return fail_errno(errno, "can't make a folder beside " + path);
  const Folder folder(pattern);
  TRY_VOID(write_text(folder.path() + "/meta-data", texts.meta_data));
  TRY_VOID(write_text(folder.path() + "/user-data", texts.user_data));
  TRY_VOID(write_text(folder.path() + "/network-config", texts.network_config));
  const std::string image = folder.path() + ".iso";
  const std::vector<std::string> options{"-quiet", "-output", image, "-volid", "cidata", "-joliet", "-rock", folder.path()};
  for (const std::vector<std::string>& tool : {std::vector<std::string>{"xorrisofs"}, {"genisoimage"}}) {
    std::vector<std::string> words = tool;
    words.insert(words.end(), options.begin(), options.end());
    const auto end = run_program(words, kLimit);
    if (!end && end.error().code == Errc::not_found) continue;
    if (!end) return fail(end.error());
    if (end->status == 0) {
      ::chmod(image.c_str(), 0600);
      std::filesystem::rename(image, path, error);
      if (!error) return {};
    }
    std::error_code ignored;
    std::filesystem::remove(image, ignored);
    return fail(Errc::unavailable, "the image for cloud-init can't be made: " + printable(trim(replace_all(end->output, '\n', ' ')), 400));
  }
  return fail(Errc::not_found, "the image for cloud-init can't be made: neither xorriso nor genisoimage is installed", {},
              "install the package xorriso");
}

}  // namespace drawbridge::hypervisor
