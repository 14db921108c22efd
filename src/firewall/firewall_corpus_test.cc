// What must hold for any bytes read as a firewall file: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "base/corpus_testing.h"
#include "firewall/firewall_document_fuzz_body.h"
#include "firewall/firewall_resolve_fuzz_body.h"

namespace drawbridge::firewall {
namespace {

constexpr std::string_view kMarks = "\n-,:/[]#!|+ ";

TEST(FirewallCorpus, Lines) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/firewall_rule", kMarks, 100, check_line); }
TEST(FirewallCorpus, Documents) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/firewall_document", kMarks, 100, check_document); }
TEST(FirewallCorpus, Resolving) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/firewall_resolve", kMarks, 100, check_resolving); }

}  // namespace
}  // namespace drawbridge::firewall
