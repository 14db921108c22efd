// Work on what somebody looks at as well: what the other hears of first wakes nobody again.
#pragma once

namespace drawbridge::cli {

/// Works and looks until a look has heard of nothing that the work before it did not know, or `most` times: who never stops changing things
/// is heard at his next change. `heard`: counts what is known. False: there may be more to do.
template <class Work, class Look, class Heard>
bool until_quiet(int most, const Work& work, const Look& look, const Heard& heard) {
  for (int round = 0; round < most; ++round) {
    work();
    const auto known = heard();
    look();
    if (heard() == known) return true;
  }
  return false;
}

}  // namespace drawbridge::cli
