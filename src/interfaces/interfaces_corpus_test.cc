// What must hold for any bytes read as an interfaces file: of the seeds of fuzzing and their mutations.
#include <gtest/gtest.h>

#include "base/corpus_testing.h"
#include "interfaces/document_fuzz_body.h"
#include "interfaces/edit_fuzz_body.h"

namespace drawbridge::interfaces {
namespace {

constexpr std::string_view kMarks = "\n\\\r# \t|a";

TEST(Corpus, Document) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/document", kMarks, 100, check_document); }
TEST(Corpus, Edit) { run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/edit", kMarks, 100, check_edits); }

}  // namespace
}  // namespace drawbridge::interfaces
