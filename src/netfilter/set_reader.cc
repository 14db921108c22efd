#include "netfilter/set_reader.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>

#include "netfilter/expression_reader.h"
#include "netfilter/expression_writer.h"
#include "netfilter/set_writer.h"
#include "nftables/program_sets.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Key;
using nftables::Set;
using rules::Interval;

// Later kernels' NFTA_SET_TYPE and NFTA_SET_COUNT: how the kernel stores the set, and how much is in it.
constexpr AttributePath kSetType = 19, kSetCount = 20;

bool is_set_nest(AttributePath where) {
  return where == NFTA_SET_DESC || where == path(NFTA_SET_DESC, NFTA_SET_DESC_CONCAT) ||
         where == path(NFTA_SET_DESC, NFTA_SET_DESC_CONCAT, NFTA_LIST_ELEM);
}

/// Names and numbers that the kernel gives, and notes, which are for people.
bool is_set_noise(AttributePath where, const Attribute& attribute) {
  switch (where) {
    case NFTA_SET_TABLE:
    case NFTA_SET_NAME:
    case NFTA_SET_ID:
    case NFTA_SET_HANDLE:
    case NFTA_SET_USERDATA:
    case NFTA_SET_PAD:
    case kSetType:
    case kSetCount: return true;
    case NFTA_SET_FLAGS: return is_zero(attribute);
    default: return false;
  }
}

std::optional<Key> key_called(std::string_view text) {
  for (std::size_t at = 0; at < nftables::kKeys; ++at)
    if (nftables::facts_of(static_cast<Key>(at)).text == text) return static_cast<Key>(at);
  return std::nullopt;
}

std::optional<Key> key_typed(std::uint32_t number) {
  for (std::size_t at = 0; at < nftables::kKeys; ++at)
    if (type_number(static_cast<Key>(at)) == number) return nftables::set_key(static_cast<Key>(at));
  return std::nullopt;
}

/// From our note; nullopt: there is none.
std::optional<nftables::Keys> noted_keys(Bytes notes) {
  while (notes.size() >= 2 && notes.size() >= notes[1] + 2U) {
    std::string_view text(reinterpret_cast<const char*>(notes.data()) + 2, notes[1]);
    const bool ours = notes[0] == kNoteKeys;
    notes = notes.subspan(2U + notes[1]);
    if (!ours) continue;
    nftables::Keys keys;
    while (!text.empty() && keys.count < nftables::kMaxKeys) {
      const std::size_t end = std::min(text.find(" . "), text.size());
      const auto key = key_called(text.substr(0, end));
      if (!key) return std::nullopt;
      keys.key.at(keys.count++) = *key;
      text.remove_prefix(std::min(end + 3, text.size()));
    }
    return keys;
  }
  return std::nullopt;
}

std::optional<nftables::Keys> typed_keys(std::uint32_t type) {
  nftables::Keys keys;
  std::uint32_t parts = 1;
  for (std::uint32_t rest = type >> 6U; rest != 0; rest >>= 6U) ++parts;
  if (parts > nftables::kMaxKeys) return std::nullopt;
  for (std::uint32_t part = parts; part-- > 0;) {
    const auto key = key_typed(type >> (6 * part) & 0x3fU);
    if (!key) return std::nullopt;
    keys.key.at(keys.count++) = *key;
  }
  return keys;
}

Set::Kind kind_of(const Parts& parts) {
  const std::uint32_t flags = parts.u32(NFTA_SET_FLAGS);
  if ((flags & (NFT_SET_EVAL | NFT_SET_TIMEOUT)) != 0) return Set::Kind::dynamic;
  if ((flags & NFT_SET_MAP) == 0) return Set::Kind::set;
  if (parts.u32(NFTA_SET_DATA_TYPE) == NFT_DATA_VERDICT) return Set::Kind::verdict_map;
  switch (parts.u32(NFTA_SET_DATA_LEN)) {
    case 2: return Set::Kind::zone_map;
    case 16: return Set::Kind::label_map;
    default: return Set::Kind::mark_map;
  }
}

bool is_encoding_of(const Set& set, const Parts& parts) {
  std::vector<std::uint8_t> bytes;
  AttributeWriter writer(bytes);
  write_definition(writer, set);
  Parts ours;
  return flatten(bytes, is_set_nest, is_set_noise, ours) && ours == parts;
}

}  // namespace

SetReading read_set(Bytes attributes) {
  SetReading reading;
  Parts parts;
  std::optional<nftables::Keys> keys;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NFTA_SET_NAME) reading.name = attribute->text();
    if (attribute->type == NFTA_SET_USERDATA) keys = noted_keys(attribute->payload);
  }
  if (!flatten(attributes, is_set_nest, is_set_noise, parts)) {
    reading.foreign = "its definition is cut short";
    return reading;
  }
  reading.is_anonymous = (parts.u32(NFTA_SET_FLAGS) & NFT_SET_ANONYMOUS) != 0;
  if (!keys) keys = typed_keys(parts.u32(NFTA_SET_KEY_TYPE));
  if (keys) {
    reading.set.keys = *keys;
    reading.set.kind = kind_of(parts);
    reading.set.intervals = (parts.u32(NFTA_SET_FLAGS) & NFT_SET_INTERVAL) != 0;
    const Attribute* timeout = parts.find(NFTA_SET_TIMEOUT);
    if (timeout != nullptr) reading.set.timeout_seconds = static_cast<std::uint32_t>(timeout->u64() / 1000);
  }
  if (!keys || keys->count == 0 || !is_encoding_of(reading.set, parts)) reading.foreign = "it is of another kind than ours";
  return reading;
}

bool ElementReader::take(Bytes elements) {
  AttributeReader list(elements);
  while (const auto element = list.next()) take_element(element->payload);
  return list.is_whole();
}

void ElementReader::take_element(Bytes attributes) {
  Element element;
  element.parts.resize(set_.keys.count);
  AttributeReader reader(attributes);
  bool has_last = false;
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case NFTA_SET_ELEM_KEY: read_key(attribute->payload, false, element); break;
      case NFTA_SET_ELEM_KEY_END:
        read_key(attribute->payload, true, element);
        has_last = true;
        break;
      case NFTA_SET_ELEM_DATA: read_value(attribute->payload, element); break;
      case NFTA_SET_ELEM_FLAGS:
        element.is_end = attribute->u32() == NFT_SET_ELEM_INTERVAL_END;
        if (attribute->u32() != 0 && !element.is_end) foreign_ = "it has an element for everything";
        break;
      case NFTA_SET_ELEM_PAD: break;
      default: foreign_ = "it has elements with timeouts, counters or comments"; break;
    }
  }
  if (!reader.is_whole()) foreign_ = "an element is cut short";
  if (!has_last)
    for (Interval& part : element.parts) part.last = part.first;
  elements_.push_back(std::move(element));
}

void ElementReader::read_key(Bytes nest, bool last, Element& element) {
  const auto value = AttributeReader(nest).next();
  if (!value || value->type != NFTA_DATA_VALUE || value->payload.size() != key_length(set_)) {
    foreign_ = "an element's key is not one of ours";
    return;
  }
  std::size_t at = 0;
  for (std::size_t part = 0; part < set_.keys.count; ++part) {
    const Key key = set_.keys.key.at(part);
    const std::size_t bytes = nftables::facts_of(key).bytes;
    const rules::Number number = register_number(key, value->payload.subspan(at, bytes));
    (last ? element.parts[part].last : element.parts[part].first) = number;
    at += (bytes + 3) / 4 * 4;
  }
}

void ElementReader::read_value(Bytes nest, Element& element) {
  const auto data = AttributeReader(nest).next();
  if (data && data->type == NFTA_DATA_VALUE) {
    rules::Number number = 0;
    for (std::size_t at = std::min<std::size_t>(16, data->payload.size()); at-- > 0;) number = number << 8U | data->payload[at];
    element.value = set_.kind == Set::Kind::label_map ? nftables::MapValue(number) : static_cast<std::uint32_t>(number);
    return;
  }
  std::optional<nftables::Verdict> verdict;
  if (data && data->type == NFTA_DATA_VERDICT) {
    std::uint32_t code = 0;
    std::string_view chain;
    AttributeReader reader(data->payload);
    while (const auto attribute = reader.next()) {
      if (attribute->type == NFTA_VERDICT_CODE) code = attribute->u32();
      if (attribute->type == NFTA_VERDICT_CHAIN) chain = attribute->text();
    }
    verdict = read_verdict(code, chain);
  }
  if (!verdict) foreign_ = "an element has a verdict that is not one of ours";
  element.value = verdict.value_or(nftables::Verdict{nftables::Verdict::Kind::drop, {}});
}

/// Ends stand before what begins at the same number. An end without a beginning is the floor, if it is at 0.
void ElementReader::join_pairs() {
  std::vector<Element> joined;
  bool open = false;
  for (Element& element : elements_) {
    const rules::Number at = element.parts[0].first;
    if (element.is_end) {
      if (open) joined.back().parts[0].last = at - 1;
      if (!open && at != 0) foreign_ = fmt::format("an interval ends and never began");
      open = false;
    } else {
      if (open) foreign_ = "an interval begins within another";
      joined.push_back(std::move(element));
      open = true;
    }
  }
  if (open) joined.back().parts[0].last = rules::largest(nftables::bits_of(set_.keys.key[0]));
  elements_ = std::move(joined);
}

Set ElementReader::finish(std::string& foreign) {
  std::ranges::sort(elements_,
                    [](const Element& a, const Element& b) { return a.parts != b.parts ? a.parts < b.parts : a.is_end && !b.is_end; });
  if (is_pairs(set_)) join_pairs();
  const bool map = set_.kind != Set::Kind::set && set_.kind != Set::Kind::dynamic;
  set_.parts.reserve(elements_.size() * set_.keys.count);
  for (Element& element : elements_) {
    set_.parts.insert(set_.parts.end(), element.parts.begin(), element.parts.end());
    if (map) set_.values.push_back(std::move(element.value));
  }
  if (foreign.empty()) foreign = foreign_;
  return std::move(set_);
}

}  // namespace drawbridge::netfilter
