// The seeds of the fuzz targets, and simple mutations of them, as a plain test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "interfaces/document_fuzz_body.h"
#include "interfaces/edit_fuzz_body.h"

namespace drawbridge::interfaces {
namespace {

std::vector<std::string> seeds(const std::string& target) {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR "/fuzz/") + target)) {
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  EXPECT_GE(texts.size(), 3U);
  return texts;
}

// A byte changed, removed or doubled, a piece moved: seeded, so that each run is the same.
std::string mutate(std::string text, std::mt19937& random) {
  for (int i = 0; i < 4 && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0: text[at] = static_cast<char>(random() % 256); break;
      case 1: text.erase(at, random() % 8); break;
      case 2: text.insert(at, 1, "\n\\\r# \t|a"[random() % 8]); break;
      default: text.insert(at, text.substr(random() % text.size(), random() % 32)); break;
    }
  }
  return text;
}

template <class Check>
void run_corpus(const std::string& target, Check check) {
  std::mt19937 random(1);
  for (const auto& seed : seeds(target)) {
    EXPECT_EQ(check(seed), "");
    for (int i = 0; i < 100; ++i) {
      const auto mutated = mutate(seed, random);
      EXPECT_EQ(check(mutated), "") << mutated;
    }
  }
}

TEST(Corpus, Document) { run_corpus("document", check_document); }
TEST(Corpus, Edit) { run_corpus("edit", check_edits); }

}  // namespace
}  // namespace drawbridge::interfaces
