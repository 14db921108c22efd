#include "daemon/handoff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::daemon {
namespace {

std::string any_word() {
  auto word = *rc::gen::arbitrary<std::string>();
  std::erase(word, '\0');
  return word;
}

std::vector<std::string> any_words() {
  std::vector<std::string> words(static_cast<std::size_t>(*rc::gen::inRange(0, 6)));
  for (auto& word : words) word = any_word();
  return words;
}

RC_GTEST_PROP(Handoff, EveryCommandComesOver, ()) {
  const Handoff handoff{any_word(), any_words(), any_words(), any_word()};
  const auto message = format_handoff(handoff);
  RC_ASSERT(message.has_value());
  const auto again = parse_handoff(*message);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == handoff);
}

RC_GTEST_PROP(Handoff, AnyOtherMessageIsRefusedOrRead, (const std::string& bytes)) {
  RC_ASSERT(!parse_handoff(bytes).has_value());
  auto message = format_handoff({"1", {"ifreload", "-a"}, {"A=b"}, "/"}).value();
  message.resize(*rc::gen::inRange<std::size_t>(0, message.size()));
  RC_ASSERT(!parse_handoff(message).has_value());
}

TEST(Handoff, ANulIsRefused) { EXPECT_FALSE(format_handoff({"1", {std::string("a\0b", 3)}, {}, "/"})); }

TEST(Handoff, TooLongIsRefused) { EXPECT_FALSE(format_handoff({"1", {std::string(kMostHandoffBytes, 'x')}, {}, "/"})); }

TEST(Handoff, ACountBeyondTheMessageIsRefused) {
  const std::string message("drawbridge-handoff-1\0001\0/\00018446744073709551615\0", 47);
  EXPECT_FALSE(parse_handoff(message));
}

}  // namespace
}  // namespace drawbridge::daemon
