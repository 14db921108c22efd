#include "hypervisor/shell_words.h"

#include <optional>

#include "base/text.h"

namespace drawbridge::hypervisor {
namespace {

class Splitter {
 public:
  Splitter(std::string_view text, const SourceLocation& start) : text_(text), start_(start) {}

  Result<std::vector<std::string>> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_blank(c) || c == '\n') {
        finish_word();
        ++at_;
      } else if (c == '\'' || c == '"') {
        TRY_VOID(quoted(c));
      } else if (c == '\\') {
        TRY_VOID(escaped());
      } else {
        add(c);
        ++at_;
      }
    }
    finish_word();
    return std::move(words_);
  }

 private:
  std::unexpected<Error> unfinished(std::size_t offset, const std::string& what) const {
    SourceLocation where = start_;
    if (where.column > 0) where.column += static_cast<std::uint32_t>(offset);
    return fail(Errc::invalid_input, what, where, "write it as for a shell: -append 'console=ttyS0 quiet'");
  }

  Result<void> quoted(char quote) {
    const std::size_t begin = at_++;
    if (!word_) word_.emplace();
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return {};
      }
      const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           std::string_view("\"\\$`").find(text_[at_ + 1]) != std::string_view::npos;
      if (escapes) ++at_;
      add(text_[at_]);
    }
    return unfinished(begin, std::string("the quote ") + quote + " has no end");
  }

  Result<void> escaped() {
    if (at_ + 1 == text_.size()) return unfinished(at_, "a backslash stands at the end");
    add(text_[at_ + 1]);
    at_ += 2;
    return {};
  }

  void add(char c) {
    if (!word_) word_.emplace();
    *word_ += c;
  }
  void finish_word() {
    if (word_) words_.push_back(std::move(*word_));
    word_.reset();
  }

  std::string_view text_;
  const SourceLocation& start_;
  std::size_t at_ = 0;
  std::optional<std::string> word_;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> split_shell_words(std::string_view text, const SourceLocation& start) {
  return Splitter(text, start).run();
}

}  // namespace drawbridge::hypervisor
