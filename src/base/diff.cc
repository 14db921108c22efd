#include "base/diff.h"

#include <algorithm>
#include <dtl/dtl.hpp>
#include <vector>

namespace drawbridge {
namespace {

using Lines = std::vector<std::string>;

// Each line keeps its newline, so that a missing final newline is a difference.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const auto length = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

struct Edit {
  char mark;  // ' ', '-', '+'
  std::string line;
};

std::vector<Edit> edit_script(Lines from, Lines to) {
  // Common ends are cut off first: edits are small and files may be long, and dtl's cost grows with the product.
  std::size_t head = 0;
  while (head < from.size() && head < to.size() && from[head] == to[head]) ++head;
  std::size_t tail = 0;
  while (tail < from.size() - head && tail < to.size() - head && from[from.size() - 1 - tail] == to[to.size() - 1 - tail]) ++tail;

  std::vector<Edit> script;
  for (std::size_t i = 0; i < head; ++i) script.push_back({' ', from[i]});
  const auto cut = [&](const Lines& all) {
    return Lines(all.begin() + static_cast<std::ptrdiff_t>(head), all.end() - static_cast<std::ptrdiff_t>(tail));
  };
  dtl::Diff<std::string, Lines> diff(cut(from), cut(to));
  diff.onHuge();
  diff.compose();
  for (const auto& [line, info] : diff.getSes().getSequence())
    script.push_back({info.type == dtl::SES_ADD ? '+' : info.type == dtl::SES_DELETE ? '-' : ' ', line});
  for (std::size_t i = from.size() - tail; i < from.size(); ++i) script.push_back({' ', from[i]});
  return script;
}

// dtl mixes the two marks of one change in an order that depends on which text is longer; people expect the old lines first.
void put_deletions_first(std::vector<Edit>& script) {
  const auto changed = [](const Edit& edit) { return edit.mark != ' '; };
  for (auto begin = script.begin(); begin != script.end();) {
    begin = std::find_if(begin, script.end(), changed);
    const auto end = std::find_if_not(begin, script.end(), changed);
    std::stable_partition(begin, end, [](const Edit& edit) { return edit.mark == '-'; });
    begin = end;
  }
}

constexpr std::size_t kContext = 3;

std::string hunk_text(const std::vector<Edit>& script, std::size_t begin, std::size_t end, std::size_t from_line, std::size_t to_line) {
  std::size_t from_count = 0;
  std::size_t to_count = 0;
  std::string body;
  for (std::size_t i = begin; i < end; ++i) {
    const auto& [mark, line] = script[i];
    from_count += mark != '+' ? 1 : 0;
    to_count += mark != '-' ? 1 : 0;
    body += mark + line;
    if (line.empty() || line.back() != '\n') body += "\n\\ No newline at end of file\n";
  }
  const auto range = [](std::size_t line, std::size_t count) {
    // POSIX diff: an empty range names the line before it.
    return std::to_string(count == 0 ? line : line + 1) + (count == 1 ? "" : "," + std::to_string(count));
  };
  return "@@ -" + range(from_line, from_count) + " +" + range(to_line, to_count) + " @@\n" + body;
}

}  // namespace

std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to) {
  if (from == to) return {};
  auto script = edit_script(lines_of(from), lines_of(to));
  put_deletions_first(script);
  std::string text = "--- " + std::string(from_name) + "\n+++ " + std::string(to_name) + "\n";
  std::size_t from_line = 0;
  std::size_t to_line = 0;
  std::size_t i = 0;
  const auto step = [&](std::size_t k) {
    from_line += script[k].mark != '+' ? 1 : 0;
    to_line += script[k].mark != '-' ? 1 : 0;
  };
  while (i < script.size()) {
    std::size_t change = i;
    while (change < script.size() && script[change].mark == ' ') ++change;
    if (change == script.size()) break;
    const std::size_t begin = change - std::min(change - i, kContext);
    for (; i < begin; ++i) step(i);
    // The hunk ends where more than two contexts of equal lines follow the last change.
    std::size_t last = change;
    for (std::size_t k = change; k < script.size() && k <= last + 2 * kContext; ++k)
      if (script[k].mark != ' ') last = k;
    const std::size_t end = std::min(script.size(), last + 1 + kContext);
    text += hunk_text(script, begin, end, from_line, to_line);
    for (; i < end; ++i) step(i);
  }
  return text;
}

}  // namespace drawbridge
