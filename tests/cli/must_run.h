// What this machine lacks is no failure by itself; where everything must run, as ./test says, it is one.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

namespace drawbridge::e2e {

inline bool must_run() {
  const char* must = std::getenv("DRAWBRIDGE_LAB_MUST_RUN");
  return must != nullptr && *must != '\0';
}

}  // namespace drawbridge::e2e

/// Ends the test that it stands in, as skipped or as failed.
#define DRAWBRIDGE_CANT_RUN(why)     \
  do {                               \
    if (drawbridge::e2e::must_run()) \
      GTEST_FAIL() << (why);         \
    else                             \
      GTEST_SKIP() << (why);         \
  } while (false)
