// What must hold for any request: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "api/api_request_fuzz_body.h"
#include "base/corpus_testing.h"

namespace drawbridge::api {
namespace {

TEST(ApiRequestCorpus, Requests) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/api_request", "\n?&=%/ {}\":,-", 100, check_request); }

}  // namespace
}  // namespace drawbridge::api
