// Every method of the API, as data: read once from the JSON files in description/, which are part of the program.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/schema.h"

namespace drawbridge::api {

/// One method of one path.
struct Method {
  std::string path;                                       ///< "/nodes/{node}/network/{iface}"
  std::string verb;                                       ///< GET, POST, PUT, DELETE
  std::string name;                                       ///< "update_network": unique below the path, as clients know it
  std::string summary;                                    ///< one sentence
  std::string details;                                    ///< where it differs from what administrators may expect; or empty
  std::map<std::string, Schema, std::less<>> parameters;  ///< those of the path among them
  boost::json::value permissions;                         ///< as access::parse_check reads it; null: nobody but root@pam
  boost::json::value returns;                             ///< a JSON schema, for documents and types
  bool ours = false;                                      ///< an addition that other products don't have

  /// "PUT /nodes/{node}/network/{iface}".
  std::string key() const { return verb + " " + path; }
};

/// Words of a path by the names in its template.
using PathWords = std::map<std::string, std::string, std::less<>>;

struct Match {
  const Method* method = nullptr;  ///< null: the path is known, the verb is not
  PathWords words;
};

/// A path in the files may have alternatives: "/nodes/{node}/(qemu|lxc)/{vmid}". "permissions", "returns" and
/// its "items" may be the name of one among the types.
class Description {
 public:
  /// Errors: invalid_input that names path, verb and member.
  static Result<Description> parse(const std::vector<std::string_view>& documents);
  /// The program's own. Its correctness is a unit test's business; a wrong one ends the process.
  static const Description& own();

  const std::vector<Method>& methods() const { return methods_; }
  /// `path` is what follows /api2/json, still with its %XX. nullopt: there is no such path.
  std::optional<Match> find(std::string_view verb, std::string_view path) const;
  /// Names one level below a path that is only a folder, for listings: {"network","qemu"…}; empty: there are none.
  std::vector<std::string> children(std::string_view path) const;

 private:
  Result<void> take_document(const boost::json::object& document, const boost::json::object& types);

  std::vector<Method> methods_;
};

}  // namespace drawbridge::api
