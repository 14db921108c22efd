// "permissions" of the API's description, read once.
#include <boost/json.hpp>

#include "access/check.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(const std::string& what) {
  return fail(Errc::invalid_input, "a permission is not understood: " + what, {}, "see the description of Check");
}

std::string text_at(const json::array& items, std::size_t place) {
  return place < items.size() && items[place].is_string() ? std::string(items[place].as_string()) : "";
}

bool is_true(const json::value& value) { return (value.is_bool() && value.as_bool()) || (value.is_int64() && value.as_int64() != 0); }

Result<void> read_names(const json::value& value, CheckNode& node) {
  if (!value.is_array()) return wrong("privileges are a list");
  for (const json::value& each : value.as_array()) {
    const std::string name = each.is_string() ? std::string(each.as_string()) : "";
    const auto known = privilege(name);
    if (!known) return wrong("there is no privilege '" + printable(name) + "'");
    node.names.push_back(name);
    node.wanted |= *known;
  }
  if (node.names.empty()) return wrong("a test for no privilege");
  return {};
}

/// Pairs of words and values behind a test.
Result<void> read_options(const json::array& items, std::size_t place, CheckNode& node) {
  for (; place + 1 < items.size(); place += 2) {
    const std::string key = text_at(items, place);
    if (key == "any") {
      node.any = is_true(items[place + 1]);
    } else if (key == "require_param") {
      node.only_with = text_at(items, place + 1);
    } else if (key == "groups_param") {
      const std::string how = text_at(items, place + 1);
      if (how != "create" && how != "update") return wrong("groups_param is create or update");
      node.groups = how == "create" ? CheckNode::Groups::create : CheckNode::Groups::update;
    } else {
      return wrong("'" + printable(key) + "'");
    }
  }
  if (place != items.size()) return wrong("a word without its value");
  return {};
}

Result<CheckNode> read_node(const json::value& value, int depth);

Result<CheckNode> read_group(const json::array& items, CheckNode::Kind kind, int depth) {
  CheckNode node{.kind = kind};
  for (std::size_t i = 1; i < items.size(); ++i) node.parts.push_back(TRY(read_node(items[i], depth + 1)));
  if (node.parts.empty()) return wrong("'and' and 'or' join tests");
  return node;
}

Result<CheckNode> read_privileges(const json::array& items) {
  CheckNode node{.kind = CheckNode::Kind::privileges};
  node.path = text_at(items, 1);
  if (!node.path.starts_with('/') || items.size() < 3) return wrong("perm has a path and privileges");
  TRY_VOID(read_names(items[2], node));
  TRY_VOID(read_options(items, 3, node));
  return node;
}

Result<CheckNode> read_user_in_group(const json::array& items) {
  CheckNode node{.kind = CheckNode::Kind::user_in_group};
  node.any = true;
  if (items.size() < 2) return wrong("userid-group has privileges");
  TRY_VOID(read_names(items[1], node));
  TRY_VOID(read_options(items, 2, node));
  return node;
}

Result<CheckNode> read_node(const json::value& value, int depth) {
  if (!value.is_array() || depth > 8) return wrong("a test is a list");
  const json::array& items = value.as_array();
  const std::string kind = text_at(items, 0);
  if (kind == "and") return read_group(items, CheckNode::Kind::all_of, depth);
  if (kind == "or") return read_group(items, CheckNode::Kind::any_of, depth);
  if (kind == "perm") return read_privileges(items);
  if (kind == "userid-group") return read_user_in_group(items);
  if (kind == "perm-modify" && items.size() == 2) return CheckNode{.kind = CheckNode::Kind::modify_permissions, .path = text_at(items, 1)};
  if (kind == "userid-param" && text_at(items, 1) == "self") return CheckNode{.kind = CheckNode::Kind::self};
  if (kind == "userid-param" && text_at(items, 1) == "Realm.AllocateUser") return CheckNode{.kind = CheckNode::Kind::allocate_in_realm};
  return wrong("'" + printable(kind) + "'");
}

}  // namespace

Result<Check> Check::parse(const json::value& permissions) {
  Check check;
  if (permissions.is_null()) return check;
  if (!permissions.is_object()) return wrong("it is an object, or null");
  const json::object& object = permissions.as_object();
  if (const json::value* tested = object.if_contains("check")) {
    check.node_ = std::make_shared<const CheckNode>(TRY(read_node(*tested, 0)));
    check.who_ = Who::tested;
    return check;
  }
  const json::value* user = object.if_contains("user");
  if (user == nullptr) {
    // A description alone: the method tests by itself.
    if (!object.contains("description")) return wrong("neither 'check' nor 'user'");
    check.who_ = Who::all;
    return check;
  }
  if (*user == "world") {
    check.who_ = Who::world;
  } else if (*user == "all") {
    check.who_ = Who::all;
  } else {
    return wrong("'user' is all or world");
  }
  return check;
}

}  // namespace drawbridge::access
