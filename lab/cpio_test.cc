#include "lab/cpio.h"

#include <gtest/gtest.h>

#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

std::string sample() {
  CpioWriter writer;
  writer.add_folder("bin");
  writer.add_file("bin/sh",
                  "\x7F"
                  "ELF",
                  true);
  writer.add_file("note", "five!", false);
  writer.add_link("sbin", "bin");
  writer.add_device("dev", 5, 1);
  return std::move(writer).finish();
}

TEST(CpioWriter, IsReadByCpio) {
  const auto listing = program_output({"cpio", "-tv", "--quiet", "--numeric-uid-gid"}, {.input = sample(), .prepare = {}});
  ASSERT_TRUE(listing.has_value()) << listing.error().what;
  EXPECT_NE(listing->find("drwxr-xr-x"), std::string::npos);
  EXPECT_NE(listing->find("-rwxr-xr-x   1 0        0               4 "), std::string::npos) << *listing;
  EXPECT_NE(listing->find("-rw-r--r--   1 0        0               5 "), std::string::npos) << *listing;
  EXPECT_NE(listing->find("sbin -> bin"), std::string::npos);
  EXPECT_NE(listing->find("5,   1"), std::string::npos) << *listing;
}

TEST(CpioWriter, AlignsEveryHeaderAndIsTheSameEachTime) {
  const std::string archive = sample();
  EXPECT_EQ(archive, sample());
  EXPECT_EQ(archive.size() % 4, 0U);
  for (std::size_t at = archive.find("070701"); at != std::string::npos; at = archive.find("070701", at + 1)) EXPECT_EQ(at % 4, 0U);
}

}  // namespace
}  // namespace drawbridge::lab
