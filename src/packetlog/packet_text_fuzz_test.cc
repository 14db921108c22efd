// What must hold for any bytes told as a packet: random ones, and the seeds of fuzzing with their mutations.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/corpus_testing.h"
#include "packetlog/packet_text_fuzz_body.h"
#include "packetlog/packetlog_testing.h"

namespace drawbridge::packetlog {
namespace {

RC_GTEST_PROP(PacketTextProperty, AnyBytesAreOnePrintableLine, (const std::vector<std::uint8_t>& bytes)) {
  RC_ASSERT(check_packet_text(bytes) == "");
}

RC_GTEST_PROP(PacketTextProperty, ACutPacketIsOneToo, (std::uint8_t length)) {
  std::vector<std::uint8_t> bytes = bytes_of(
      "0100 6000000000402cff fd000000000000000000000000000001 fd000000000000000000000000000002 0000 0000 00000007 2b00 0000 00000000 3c02 "
      "0201 00000000"
      "fd000000000000000000000000000009 3a00 0000 00000000 8900 0000 00000000 fd000000000000000000000000000009 "
      "fd000000000000000000000000000009");
  bytes.resize(std::min<std::size_t>(bytes.size(), length));
  RC_ASSERT(check_packet_text(bytes) == "");
}

TEST(PacketTextCorpus, Seeds) {
  run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/packet_text", {"\0\x3a\x3c\xff", 4}, 200,
             [](std::string_view text) { return check_packet_text({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); });
}

}  // namespace
}  // namespace drawbridge::packetlog
