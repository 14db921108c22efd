// The seeds of fuzz targets, what fuzzing has found, and simple mutations of both, as plain tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge {

/// The files of a folder, by their names.
inline std::vector<std::string> read_seeds(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

/// A byte changed or inserted (one of `marks`), a piece removed or repeated, four times at most.
inline std::string mutate(std::string text, std::string_view marks, std::mt19937& random) {
  for (int i = 0; i < 4 && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0: text[at] = static_cast<char>(random() % 256); break;
      case 1: text.erase(at, random() % 8); break;
      case 2: text.insert(at, 1, marks[random() % marks.size()]); break;
      default: text.insert(at, text.substr(random() % text.size(), random() % 32)); break;
    }
  }
  return text;
}

/// `check` gives the promise that a text broke, or "". `marks`: bytes that mean something to the parser. Each run is the same.
template <class Check>
void run_corpus(const std::string& folder, std::string_view marks, int mutations, const Check& check) {
  std::mt19937 random(1);
  const auto seeds = read_seeds(folder);
  EXPECT_GE(seeds.size(), 2U) << folder;
  for (const std::string& seed : seeds) {
    EXPECT_EQ(check(seed), "") << seed;
    for (int i = 0; i < mutations; ++i) {
      const std::string mutated = mutate(seed, marks, random);
      EXPECT_EQ(check(mutated), "") << mutated;
    }
  }
}

}  // namespace drawbridge
