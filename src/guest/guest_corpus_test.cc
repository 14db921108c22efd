// What must hold for any bytes read as a card, a guest or a domain: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "base/corpus_testing.h"
#include "guest/domain_xml_fuzz_body.h"
#include "guest/guest_document_fuzz_body.h"
#include "guest/nic_string_fuzz_body.h"

namespace drawbridge::guest {
namespace {

constexpr std::string_view kMarks = "\n=,:;[]#";

TEST(GuestCorpus, Cards) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/nic_string", kMarks, 200, check_nic_text); }
TEST(GuestCorpus, Documents) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/guest_document", kMarks, 200, check_guest_document); }
TEST(GuestCorpus, Domains) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/domain_xml", kMarks, 200, check_domain_xml); }

}  // namespace
}  // namespace drawbridge::guest
