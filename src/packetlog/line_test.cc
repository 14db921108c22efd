#include "packetlog/line.h"

#include <gtest/gtest.h>

#include "packetlog/packetlog_testing.h"

namespace drawbridge::packetlog {
namespace {

std::tm at(int hour, long offset) {
  std::tm local{};
  local.tm_year = 126;
  local.tm_mon = 10;
  local.tm_mday = 7;
  local.tm_hour = hour;
  local.tm_min = 5;
  local.tm_sec = 9;
  local.tm_gmtoff = offset;
  return local;
}

Record ping() {
  return {.prefix = ":100:6:tap100i0-IN: DROP: #100.fw:7",
          .family = 7,
          .ether_type = 0x0800,
          .seconds = 1700000000,
          .microseconds = 42,
          .in = "vmbr0",
          .out = "vmbr0",
          .physical_in = "eno1",
          .physical_out = "tap100i0",
          .link_header = bytes_of("02000000000b 02000000000a 0800"),
          .vlan = Vlan{0x8100, 0x2064},
          .mark = 0,
          .payload = bytes_of("4500001c000000004001 0000 0a000001 0a000002 0800 0000 0001 0002")};
}

constexpr std::string_view kPing = "SRC=10.0.0.1 DST=10.0.0.2 LEN=28 TOS=0x00 PREC=0x00 TTL=64 ID=0 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2 ";

TEST(LogLine, IsTheFamiliarOne) {
  EXPECT_EQ(format_line(ping(), at(23, 3600)),
            "100 6 tap100i0-IN 07/Nov/2026:23:05:09 +0100 DROP: IN=vmbr0 OUT=vmbr0 PHYSIN=eno1 PHYSOUT=tap100i0 "
            "MAC=02:00:00:00:00:0b:02:00:00:00:00:0a:08:00 " +
                std::string(kPing));
}

TEST(LogLine, TellsZonesWestOfGreenwich) {
  EXPECT_NE(format_line(ping(), at(3, -12600)).find("07/Nov/2026:03:05:09 -0330"), std::string::npos);
}

TEST(LogLine, TellsAMark) {
  Record record = ping();
  record.mark = 100;
  EXPECT_TRUE(format_line(record, at(1, 0)).ends_with("SEQ=2 mark=100 "));
  record.payload = bytes_of("4500001c000000004011 0000 0a000001 0a000002 0035 0400 0008 0000");
  EXPECT_TRUE(format_line(record, at(1, 0)).ends_with("LEN=8 mark=100 "));
}

TEST(LogLine, StaysOneLine) {
  Record record = ping();
  record.prefix = "evil\n0 6 - fake\x1b[31m";
  record.in = "a\nb";
  const std::string line = format_line(record, at(1, 0));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

TEST(LogLine, LeavesOutWhatIsNotKnown) {
  const Record record{.prefix = "hello ", .ether_type = 0x88b5};
  EXPECT_EQ(format_line(record, at(1, 0)), "0 6 - 07/Nov/2026:01:05:09 +0000 hello ");
}

TEST(LogJson, HasEveryFieldOnItsOwn) {
  EXPECT_EQ(format_json(ping()),
            R"({"time":"1700000000.000042","vmid":100,"level":6,"chain":"tap100i0-IN","action":"DROP","rule":"100.fw:7","in":"vmbr0",)"
            R"("out":"vmbr0","physical_in":"eno1","physical_out":"tap100i0","source_mac":"02:00:00:00:00:0a",)"
            R"("destination_mac":"02:00:00:00:00:0b","vlan":100,"ether_type":"0x0800","mark":0,"packet":")" +
                std::string(kPing.substr(0, kPing.size() - 1)) + "\"}");
}

TEST(LogLine, TellsWhenItWasWritten) {
  EXPECT_EQ(time_of_line("100 6 tap100i0-IN 14/Nov/2023:23:13:20 +0100 DROP: IN=vmbr0"), 1700000000);
  EXPECT_EQ(time_of_line("0 5 - 14/Nov/2023:18:13:20 -0400 starting"), 1700000000);
  for (const auto* none : {"", "one two", "0 5 - 31/Feb/2023:18:13:20 -0400 x", "0 5 - 14/Nov/2023 18:13:20 -0400 x", "a b c d e f"})
    EXPECT_FALSE(time_of_line(none)) << none;
}

TEST(LogNotice, NamesTheLogger) { EXPECT_EQ(format_notice("starting", 5, at(1, 0)), "0 5 - 07/Nov/2026:01:05:09 +0000 starting"); }

}  // namespace
}  // namespace drawbridge::packetlog
