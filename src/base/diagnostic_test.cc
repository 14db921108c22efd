#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/digest.h"

namespace drawbridge {
namespace {

TEST(Diagnostic, TextNamesPlaceSeverityCodeAndCure) {
  const Diagnostic d{{"interfaces", 14, 2},        Severity::error, "address-invalid", "'1.2.3' is not an IP address",
                     "write it as A.B.C.D/length", {{"main", 3, 1}}};
  EXPECT_EQ(format_diagnostic(d),
            "interfaces:14:2: error: '1.2.3' is not an IP address [address-invalid]\n"
            "    included from main:3:1\n"
            "    hint: write it as A.B.C.D/length\n");
}

TEST(Diagnostic, JsonHasTheContractsKeys) {
  EXPECT_EQ(diagnostics_json({{{"f", 1, 2}, Severity::warning, "c", "m", "h", {}}}),
            R"([{"file":"f","line":1,"column":2,"severity":"warning","code":"c","message":"m","hint":"h"}])");
}

TEST(Result, TryHandsErrorsOn) {
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return fail(Errc::invalid_input, "odd");
    return n / 2;
  };
  const auto quarter = [&](int n) -> Result<int> { return half(TRY(half(n))); };
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().what, "odd");
}

TEST(Result, ErrnoDecidesTheCode) {
  const Result<void> result = fail_errno(EPERM, "RTM_NEWLINK vmbr0");
  EXPECT_EQ(result.error().code, Errc::denied);
  EXPECT_EQ(result.error().what, "RTM_NEWLINK vmbr0: Operation not permitted");
}

TEST(Digest, IsSha256) { EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); }

}  // namespace
}  // namespace drawbridge
