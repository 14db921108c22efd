#include "lab/kernel_image.h"

#include <gtest/gtest.h>

#include "lab/kernel_package.h"

namespace drawbridge::lab {
namespace {

std::string bzimage(std::string_view payload) {
  std::string image(3 * 512, '\0');
  image[0x1F1] = 1;
  image.replace(0x202, 4, "HdrS");
  image[0x206] = '\x0F';
  image[0x207] = '\x02';
  image[0x248] = 16;
  image[0x24C] = static_cast<char>(payload.size());
  image.replace(2 * 512 + 16, payload.size(), payload);
  return image;
}

TEST(FindPayload, TakesWhatTheHeaderPointsAt) { EXPECT_EQ(find_payload(bzimage("\x1F\x8B...")).value(), "\x1F\x8B..."); }

TEST(FindPayload, RefusesOtherFiles) {
  EXPECT_EQ(find_payload("MZ").error().code, Errc::invalid_input);
  EXPECT_EQ(find_payload(std::string(4096, 'x')).error().code, Errc::invalid_input);
}

TEST(FindPayload, RefusesAnImageThatIsCutShort) {
  const std::string image = bzimage("payload").substr(0, 2 * 512 + 18);
  EXPECT_EQ(find_payload(image).error().what, "the bzImage is cut short");
}

TEST(DecompressorOf, KnowsTheKernelsFormats) {
  EXPECT_EQ(decompressor_of(std::string_view("\xFD"
                                             "7zXZ\0\0",
                                             7)),
            "xz -dc");
  EXPECT_EQ(decompressor_of("\x28\xB5\x2F\xFD"), "zstd -dc");
  EXPECT_EQ(decompressor_of("plain"), "");
}

TEST(ConcretePackage, IsTheOneTheMetaPackageDependsOn) {
  EXPECT_EQ(concrete_package("linux-image-amd64\n  Depends: linux-image-6.1.0-56-amd64\n  Recommends: other\n"),
            "linux-image-6.1.0-56-amd64");
  EXPECT_EQ(concrete_package("linux-image-amd64\n"), "");
}

}  // namespace
}  // namespace drawbridge::lab
