// The seeds of the fuzz target, the configurations from the wild, and simple mutations of both, as a plain test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "network/model_fuzz_body.h"

namespace drawbridge::network {
namespace {

std::vector<std::string> read_folder(const std::string& folder, const std::string& extension) {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(DRAWBRIDGE_SOURCE_DIR "/") + folder)) {
    if (!extension.empty() && entry.path().extension() != extension) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  EXPECT_GE(texts.size(), 3U) << folder;
  return texts;
}

// A byte changed, a piece removed, an end inserted, a line moved: seeded, so that each run is the same.
std::string mutate(std::string text, std::mt19937& random) {
  for (int i = 0; i < 4 && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 5) {
      case 0: text[at] = static_cast<char>(random() % 256); break;
      case 1: text.erase(at, random() % 8); break;
      case 2: text.insert(at, 1, "\n\\\r# \t|a"[random() % 8]); break;
      case 3: text.insert(at, text.substr(random() % text.size(), random() % 32)); break;
      default: {
        const std::size_t from = text.rfind('\n', at) + 1;
        const std::string line = text.substr(from, text.find('\n', from) - from) + "\n";
        text.insert(text.rfind('\n', random() % text.size()) + 1, line);
      }
    }
  }
  return text;
}

void run_corpus(const std::string& folder, const std::string& extension) {
  std::mt19937 random(1);
  for (const auto& seed : read_folder(folder, extension)) {
    ASSERT_EQ(check_model(seed), "") << seed;
    for (int i = 0; i < 60; ++i) {
      const auto mutated = mutate(seed, random);
      ASSERT_EQ(check_model(mutated), "") << mutated;
    }
  }
}

TEST(ModelCorpus, Seeds) { run_corpus("fuzz/model", ""); }
TEST(ModelCorpus, Golden) { run_corpus("tests/golden/network", ".in"); }
TEST(ModelCorpus, Wild) { run_corpus("tests/golden/wild", ".interfaces"); }

}  // namespace
}  // namespace drawbridge::network
