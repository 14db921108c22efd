#include "packetlog/entry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "packetlog/line.h"
#include "packetlog/packetlog_testing.h"

namespace drawbridge::packetlog {
namespace {

Record ping() {
  Record record;
  record.prefix = ":100:6:tap100i0-IN: policy DROP: #100.fw:7";
  record.ether_type = 0x0800;
  record.seconds = 1700000000;
  record.in = "vmbr0";
  record.physical_in = "eno1";
  record.out = "vmbr0";
  record.payload = bytes_of("4500001c000000004001 0000 0a000001 0a000002 0800 0000 0001 0002");
  return record;
}

TEST(LogEntry, IsWhatWasWritten) {
  const auto entry = parse_entry(format_json(ping()));
  ASSERT_TRUE(entry);
  EXPECT_EQ(*entry, (Entry{1700000000, 100, "tap100i0-IN", "policy DROP", "100.fw:7", "eno1", "vmbr0",
                           "SRC=10.0.0.1 DST=10.0.0.2 LEN=28 TOS=0x00 PREC=0x00 TTL=64 ID=0 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2"}));
  EXPECT_EQ(subject(*entry), "guest 100");
}

TEST(LogEntry, OtherLinesAreNone) {
  const std::string whole = format_json(ping());
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(parse_entry(std::string_view(whole).substr(0, length)));
  for (const char* line : {"[]", "{}", "null", R"({"time":"x","vmid":1})", R"({"time":"1.0","vmid":"1"})", R"({"time":"1.0","vmid":-1})"})
    EXPECT_FALSE(parse_entry(line)) << line;
}

TEST(LogFilter, ChoosesByGuestRuleAndText) {
  const Entry entry = *parse_entry(format_json(ping()));
  EXPECT_TRUE(matches(entry, {}));
  EXPECT_TRUE(matches(entry, {.vmid = 100, .rule = "100.fw:7", .text = "dst=10.0.0.2"}));
  EXPECT_TRUE(matches(entry, {.vmid = {}, .rule = "100.fw", .text = ""}));
  EXPECT_FALSE(matches(entry, {.vmid = 0, .rule = "", .text = ""}));
  EXPECT_FALSE(matches(entry, {.vmid = {}, .rule = "100.fw:70", .text = ""}));
  EXPECT_FALSE(matches(entry, {.vmid = {}, .rule = "00.fw", .text = ""}));
  EXPECT_FALSE(matches(entry, {.vmid = {}, .rule = "", .text = "10.0.0.3"}));
}

RC_GTEST_PROP(LogEntryProperty, AnyLineIsReadOrRefused, (const std::string& line)) { parse_entry(line); }

}  // namespace
}  // namespace drawbridge::packetlog
