// A table's objects while it is compiled: each with what it is made of and with those that it uses, so that a change of the program
// makes anew what it must, and what nobody uses any more goes. A graph without circles.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "nftables/place.h"
#include "nftables/ruleset.h"

namespace drawbridge::nftables {

/// A chain: of a list, as it reads at a place; a base chain if there is a hook.
struct OfList {
  std::string list;
  const Place* place = nullptr;
  const StageHook* hook = nullptr;
  std::size_t depth = 0;  ///< of jumps, along the longest way to it that was ever there
};
/// A set that its contents name.
struct OfContents {};
/// A set or two of the program's named set.
struct OfNamedSet {
  std::string set;
  Key key{};
};
/// A set of a port table.
struct OfPortTable {
  std::string table;
  Key key{};
};
/// A port table as a map to marks, labels or zones.
struct OfNumbers {
  std::string table;
  Set::Kind kind{};
};
/// A verdict map of a dispatch table, or of a MAC table.
struct OfDispatch {
  std::string table;
  const Place* place = nullptr;
  std::size_t depth = 0;
};
struct OfMacs {
  std::string table;
  const Place* place = nullptr;
  std::size_t depth = 0;
};
/// The counters of connection attempts, by source.
struct OfAttempts {};
struct OfHelper {};
using MadeOf = std::variant<OfList, OfContents, OfNamedSet, OfPortTable, OfNumbers, OfDispatch, OfMacs, OfAttempts, OfHelper>;

struct Object {
  std::string name;
  MadeOf source;
  std::vector<Object*> uses;  ///< once for each use
  std::size_t users = 0;
};

/// The objects of one table, and the table's contents. Names of chains, sets and helpers never meet: all but base chains' have a kind
/// before a '/', and base chains' have none.
class TableObjects {
 public:
  explicit TableObjects(Table& table) : table_(table) {}

  /// nullptr: none of this name.
  Object* find(std::string_view name);
  /// Must not be there yet. Its contents follow by put().
  Object& add(std::string name, MadeOf source);
  void put(const Object& object, ChainPointer chain);
  void put(const Object& object, SetPointer set);
  void put(const Object& object, const Helper& helper);
  void use(Object& user, Object& used);
  /// One use less of each. What nobody uses any more goes, and what that used.
  void release(const std::vector<Object*>& uses);
  /// All chains of the list.
  std::vector<Object*> of_list(std::string_view list);
  template <class Each>
  void for_each(Each each) {
    for (auto& [name, object] : objects_) each(object);
  }
  const Table& table() const { return table_; }

  /// What has changed since the last remember(): what was there under each name, nullptr where there was nothing. Empty before the first.
  struct Before {
    Named<ChainPointer> chains;
    Named<SetPointer> sets;
    Named<std::optional<Helper>> helpers;
  };
  const Before& before() const { return before_; }
  void remember() {
    before_ = {};
    is_remembering_ = true;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class T>
  using Hashed = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  void remove(Object& object);

  Table& table_;
  Hashed<Object> objects_;
  Hashed<std::vector<Object*>> lists_;
  Before before_;
  bool is_remembering_ = false;
};

}  // namespace drawbridge::nftables
