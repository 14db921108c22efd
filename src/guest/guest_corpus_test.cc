// The seeds of the fuzz targets, and what fuzzing has found, as unit tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "guest/guest_document_fuzz_body.h"
#include "guest/nic_string_fuzz_body.h"

namespace drawbridge::guest {
namespace {

template <class Check>
void run_corpus(const std::string& target, const Check& check) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR "/fuzz/") + target)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    EXPECT_EQ(check(text.str()), "") << entry.path();
    ++count;
  }
  EXPECT_GE(count, 2U);
}

TEST(GuestCorpus, Cards) { run_corpus("nic_string", check_nic_text); }
TEST(GuestCorpus, Documents) { run_corpus("guest_document", check_guest_document); }

}  // namespace
}  // namespace drawbridge::guest
