// A small sorted map from names to values whose copies share their memory until one of them is changed. States are copied whole
// wherever something is planned or compared, and nearly all of a copy stays as it is.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace drawbridge {

/// The same text, which lives as long as the program: each name is kept once. Thread-safe.
std::string_view intern(std::string_view name);

/// Not thread-safe where two copies share: a state belongs to one thread.
template <class Value>
class SharedMap {
 public:
  struct Entry {
    std::string_view first;  ///< interned
    Value second;
    bool operator==(const Entry&) const = default;
  };
  using key_type = std::string_view;
  using mapped_type = Value;
  using value_type = Entry;
  using const_iterator = const Entry*;

  SharedMap() = default;
  SharedMap(std::initializer_list<std::pair<std::string_view, Value>> entries) {
    for (const auto& [name, value] : entries) emplace(name, value);
  }

  const_iterator begin() const { return entries_ ? entries_->data() : nullptr; }
  const_iterator end() const { return entries_ ? entries_->data() + entries_->size() : nullptr; }
  std::size_t size() const { return entries_ ? entries_->size() : 0; }
  bool empty() const { return size() == 0; }

  const_iterator find(std::string_view name) const {
    const auto place = lower_bound(name);
    return place != end() && place->first == name ? place : end();
  }
  bool contains(std::string_view name) const { return find(name) != end(); }
  /// Throws std::out_of_range, as std::map does.
  const Value& at(std::string_view name) const {
    const auto found = find(name);
    if (found == end()) throw std::out_of_range("SharedMap::at");
    return found->second;
  }

  /// The value to be changed; made first if it is not there.
  Value& operator[](std::string_view name) {
    const auto place = lower_bound(name) - begin();
    auto& own = detach();
    const auto at = own.begin() + place;
    if (at != own.end() && at->first == name) return at->second;
    return own.insert(at, Entry{intern(name), Value{}})->second;
  }
  void insert_or_assign(std::string_view name, Value value) { (*this)[name] = std::move(value); }
  /// Does nothing if the name is there.
  template <class... Parts>
  bool emplace(std::string_view name, Parts&&... parts) {
    if (contains(name)) return false;
    (*this)[name] = Value(std::forward<Parts>(parts)...);
    return true;
  }
  template <class... Parts>
  bool try_emplace(std::string_view name, Parts&&... parts) {
    return emplace(name, std::forward<Parts>(parts)...);
  }
  /// True if it was there.
  bool erase(std::string_view name) {
    const auto found = find(name);
    if (found == end()) return false;
    const auto place = found - begin();
    auto& own = detach();
    own.erase(own.begin() + place);
    return true;
  }
  void clear() { entries_.reset(); }
  /// Takes over what is not there yet.
  void merge(const SharedMap& other) {
    for (const auto& [name, value] : other) emplace(name, value);
  }

  /// All at once: `entries` with names that live as long as the program (a table's), in any order; of
  /// several with one name the first counts.
  static SharedMap from_entries(std::vector<Entry> entries) {
    SharedMap map;
    if (entries.empty()) return map;
    if (!std::ranges::is_sorted(entries, {}, &Entry::first)) std::ranges::stable_sort(entries, {}, &Entry::first);
    const auto repeated = std::ranges::unique(entries, {}, &Entry::first);
    entries.erase(repeated.begin(), repeated.end());
    map.entries_ = std::make_shared<std::vector<Entry>>(std::move(entries));
    return map;
  }

  template <class Predicate>
  friend std::size_t erase_if(SharedMap& map, const Predicate& predicate) {
    if (std::ranges::none_of(map, predicate)) return 0;
    return std::erase_if(map.detach(), predicate);
  }
  friend bool operator==(const SharedMap& a, const SharedMap& b) { return a.entries_ == b.entries_ || std::ranges::equal(a, b); }

 private:
  const_iterator lower_bound(std::string_view name) const { return std::ranges::lower_bound(begin(), end(), name, {}, &Entry::first); }
  std::vector<Entry>& detach() {
    if (!entries_) {
      entries_ = std::make_shared<std::vector<Entry>>();
    } else if (entries_.use_count() > 1) {
      entries_ = std::make_shared<std::vector<Entry>>(*entries_);
    }
    return *entries_;
  }

  std::shared_ptr<std::vector<Entry>> entries_;
};

}  // namespace drawbridge
