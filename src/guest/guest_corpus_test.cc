// The seeds of the fuzz targets, what fuzzing has found, and simple mutations of both, as plain tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "guest/domain_xml_fuzz_body.h"
#include "guest/guest_document_fuzz_body.h"
#include "guest/nic_string_fuzz_body.h"

namespace drawbridge::guest {
namespace {

// A byte changed, removed or inserted, a piece repeated: seeded, so that each run is the same.
std::string mutate(std::string text, std::mt19937& random) {
  for (int i = 0; i < 3 && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0: text[at] = static_cast<char>(random() % 256); break;
      case 1: text.erase(at, random() % 8); break;
      case 2: text.insert(at, 1, "\n=,:;[]#"[random() % 8]); break;
      default: text.insert(at, text.substr(random() % text.size(), random() % 32)); break;
    }
  }
  return text;
}

template <class Check>
void run_corpus(const std::string& target, const Check& check) {
  std::mt19937 random(1);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR "/fuzz/") + target)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    EXPECT_EQ(check(text.str()), "") << entry.path();
    for (int i = 0; i < 200; ++i) {
      const std::string mutated = mutate(text.str(), random);
      EXPECT_EQ(check(mutated), "") << mutated;
    }
    ++count;
  }
  EXPECT_GE(count, 2U);
}

TEST(GuestCorpus, Cards) { run_corpus("nic_string", check_nic_text); }
TEST(GuestCorpus, Documents) { run_corpus("guest_document", check_guest_document); }
TEST(GuestCorpus, Domains) { run_corpus("domain_xml", check_domain_xml); }

}  // namespace
}  // namespace drawbridge::guest
