// What must hold for any files of a firewall: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "base/corpus_testing.h"
#include "cli/firewall_policy_fuzz_body.h"

namespace drawbridge::cli {
namespace {

TEST(FirewallCorpus, Policies) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/firewall_policy", "\n-,:/[]#!|+ ", 100, check_policy); }

}  // namespace
}  // namespace drawbridge::cli
