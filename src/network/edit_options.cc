#include "network/edit_options.h"

#include <algorithm>

#include "base/text.h"
#include "network/option_key.h"

namespace drawbridge::network {
namespace {

using interfaces::Document;
using interfaces::StanzaId;

struct Place {
  StanzaId stanza;
  std::string word;  ///< as written
};

/// The spellings of an option in the stanzas of an interface, one per stanza and spelling, in file order.
std::vector<Place> find_places(const Document& document, const std::string& name, std::string_view canonical) {
  std::vector<Place> places;
  for (const auto& stanza : interfaces::find_stanzas(document, name)) {
    const auto header = interfaces::find_stanza(document, stanza);
    if (!header) continue;
    for (std::size_t i = *header + 1; i < document.lines.size() && document.lines[i].kind != interfaces::LineKind::iface; ++i) {
      const auto& line = document.lines[i];
      if (line.stanza != *header || line.kind != interfaces::LineKind::option || canonical_option(line.word) != canonical) continue;
      const bool known = std::ranges::any_of(
          places, [&](const Place& place) { return place.stanza == stanza && interfaces::same_option(place.word, line.word); });
      if (!known) places.push_back({stanza, line.word});
    }
  }
  return places;
}

}  // namespace

Result<void> set_interface_option_lines(Document& document, const std::string& name, std::string_view canonical, std::string_view spelling,
                                        const std::vector<std::string>& values) {
  const auto places = find_places(document, name, canonical);
  if (places.empty()) {
    const auto stanzas = interfaces::find_stanzas(document, name);
    if (stanzas.empty()) return fail(Errc::not_found, "there is no stanza of " + printable(name));
    return interfaces::set_option_values(document, stanzas.front(), spelling, values);
  }
  TRY_VOID(interfaces::set_option_values(document, places.front().stanza, places.front().word, values));
  for (std::size_t i = 1; i < places.size(); ++i) TRY_VOID(interfaces::delete_option(document, places[i].stanza, places[i].word));
  return {};
}

Result<void> set_interface_option(Document& document, const std::string& name, std::string_view canonical, std::string_view spelling,
                                  const std::string& value) {
  return set_interface_option_lines(document, name, canonical, spelling, {value});
}

Result<void> remove_interface_option(Document& document, const std::string& name, std::string_view canonical) {
  for (const auto& place : find_places(document, name, canonical)) TRY_VOID(interfaces::delete_option(document, place.stanza, place.word));
  return {};
}

std::string with_word(std::string_view words, std::string_view key, std::string_view value) {
  std::vector<std::string> kept;
  bool set = value.empty();
  for (const auto word : split_words(words)) {
    if (word.substr(0, word.find('=')) != key) {
      kept.emplace_back(word);
    } else if (!set) {
      kept.push_back(std::string(key) + "=" + std::string(value));
      set = true;
    }
  }
  if (!set) kept.push_back(std::string(key) + "=" + std::string(value));
  return join(kept, " ");
}

}  // namespace drawbridge::network
