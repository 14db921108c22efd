// What must hold for any bytes read as the user configuration file, or as a proof of who asks: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "access/ticket_fuzz_body.h"
#include "access/users_fuzz_body.h"
#include "base/corpus_testing.h"

namespace drawbridge::access {
namespace {

TEST(AccessCorpus, Users) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/users", "\n:,;@!/#%", 200, check_users); }
TEST(AccessCorpus, Tickets) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/ticket", ":!=@%&?", 200, check_ticket_text); }

}  // namespace
}  // namespace drawbridge::access
