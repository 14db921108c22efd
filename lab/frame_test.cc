#include "lab/frame.h"

#include <gtest/gtest.h>
// rapidcheck's binding must come after gtest.
#include <rapidcheck/gtest.h>

namespace drawbridge::lab {
namespace {

RC_GTEST_PROP(FrameDecoder, PutsFramesTogetherFromAnyPieces, (const std::vector<std::string>& bodies, std::size_t piece)) {
  std::string bytes;
  std::vector<Frame> sent;
  for (const std::string& body : bodies) {
    sent.push_back(Frame{static_cast<std::uint32_t>(sent.size() * 70000), FrameKind::output, body});
    bytes += encode_frame(sent.back());
  }
  const std::size_t step = 1 + piece % 7;
  FrameDecoder decoder;
  std::vector<Frame> got;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    decoder.feed(std::string_view(bytes).substr(at, step));
    for (auto frame = decoder.next(); frame.has_value() && frame->has_value(); frame = decoder.next()) got.push_back(**frame);
  }
  RC_ASSERT(got == sent);
}

TEST(FrameDecoder, RefusesWhatIsNoFrame) {
  FrameDecoder decoder;
  decoder.feed("[    0.000000] Linux version 6.1");
  EXPECT_EQ(decoder.next().error().code, Errc::bug);
}

TEST(FrameDecoder, RefusesABodyThatIsTooLong) {
  FrameDecoder decoder;
  decoder.feed(std::string("\0\0\0\1\5\x7F\xFF\xFF\xFF", 9));
  EXPECT_EQ(decoder.next().error().code, Errc::bug);
}

}  // namespace
}  // namespace drawbridge::lab
