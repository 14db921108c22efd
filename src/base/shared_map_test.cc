#include "base/shared_map.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace drawbridge {
namespace {

using Map = SharedMap<int>;

TEST(SharedMap, ACopyKeepsWhatItHadWhenTheOtherChanges) {
  Map a{{"mtu", 1}, {"cost", 2}};
  const Map b = a;
  EXPECT_EQ(a, b);
  a["mtu"] = 7;
  EXPECT_EQ(b.at("mtu"), 1);
  EXPECT_NE(a, b);
  a.erase("cost");
  EXPECT_TRUE(b.contains("cost"));
}

TEST(SharedMap, NamesOutliveTheTextTheyWereGivenAs) {
  Map map;
  {
    const std::string name = "a name that is longer than a short string";
    map.emplace(name, 1);
  }
  EXPECT_EQ(map.begin()->first, "a name that is longer than a short string");
  EXPECT_EQ(intern("x").data(), intern(std::string("x")).data());
}

TEST(SharedMap, WhatIsMissingIsTold) { EXPECT_THROW((void)Map{}.at("none"), std::out_of_range); }

// Any sequence of changes does to it what it does to a std::map, and nothing to a copy taken on the way.
RC_GTEST_PROP(SharedMap, BehavesAsAMap, ()) {
  Map map;
  std::map<std::string, int, std::less<>> model;
  Map copy;
  std::map<std::string, int, std::less<>> copy_of_model;
  const auto same = [](const Map& is, const auto& should_be) {
    return std::ranges::equal(is, should_be, [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; });
  };
  const auto steps = *rc::gen::inRange(0, 40);
  for (int i = 0; i < steps; ++i) {
    const std::string name = *rc::gen::element<std::string>("a", "b", "c", "dd", "e", "");
    const int value = *rc::gen::inRange(0, 5);
    switch (*rc::gen::inRange(0, 6)) {
      case 0: map[name] = value, model[name] = value; break;
      case 1: RC_ASSERT(map.emplace(name, value) == model.emplace(name, value).second); break;
      case 2: RC_ASSERT(map.erase(name) == (model.erase(name) != 0)); break;
      case 3: {
        const auto is_low = [&](const auto& entry) { return entry.second < value; };
        RC_ASSERT(erase_if(map, is_low) == std::erase_if(model, is_low));
        break;
      }
      case 4: map.insert_or_assign(name, value), model.insert_or_assign(name, value); break;
      default: copy = map, copy_of_model = model;
    }
    RC_ASSERT(same(map, model));
    RC_ASSERT(map.contains(name) == model.contains(name));
    RC_ASSERT(same(copy, copy_of_model));
  }
}

}  // namespace
}  // namespace drawbridge
