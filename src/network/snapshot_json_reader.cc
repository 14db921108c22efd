#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "base/json_text.h"
#include "base/text.h"
#include "network/snapshot_json.h"
#include "network/snapshot_members.h"
#include "network/snapshot_order.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

// Stops at the first error, whose place is found in the text afterwards.
class Reader {
 public:
  explicit Reader(const json::value& value) : value_(&value) {}

  template <class T>
  void read(T& target) {
    if (failed()) return;
    from_json(target);
  }
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }
  const std::string& hint() const { return hint_; }
  const JsonPath& path() const { return path_; }

  void fail_here(std::string error, std::string hint = {}) {
    if (failed()) return;
    error_ = std::move(error);
    hint_ = std::move(hint);
  }

  /// Runs `step` on a part of the current value. After a failure the path stays where it happened.
  template <class Step>
  void enter(JsonStep name, const json::value& part, Step step) {
    if (failed()) return;
    const auto* outer = std::exchange(value_, &part);
    path_.push_back(std::move(name));
    step();
    if (failed()) return;
    path_.pop_back();
    value_ = outer;
  }

  const json::object* object() {
    if (!value_->is_object()) fail_here("an object { … } is expected");
    return value_->if_object();
  }
  const json::array* array() {
    if (!value_->is_array()) fail_here("a list [ … ] is expected");
    return value_->if_array();
  }

  /// The members of an object, by a table of names and readers; a name not in the table is an error.
  template <class Table>
  void read_object(Table& table) {
    const auto* whole = object();
    if (whole == nullptr) return;
    for (const auto& [key, part] : *whole) {
      if (failed()) return;
      enter(std::string(key), part, [&] { table.read_member(*this, std::string_view(key)); });
    }
  }

 private:
  void from_json(bool& target) {
    if (!value_->is_bool()) return fail_here("true or false is expected");
    target = value_->get_bool();
  }
  template <std::unsigned_integral T>
  void from_json(T& target) {
    const auto wrong = [&] { fail_here(fmt::format("a whole number up to {} is expected", std::numeric_limits<T>::max())); };
    if (!value_->is_int64() && !value_->is_uint64()) return wrong();
    if (value_->is_int64() && value_->get_int64() < 0) return wrong();
    const auto number = value_->is_uint64() ? value_->get_uint64() : static_cast<std::uint64_t>(value_->get_int64());
    if (number > std::numeric_limits<T>::max()) return wrong();
    target = static_cast<T>(number);
  }
  void from_json(std::string& target) {
    if (value_->is_string()) {
      target = std::string(value_->get_string());
      return;
    }
    const auto* whole = value_->if_object();
    const auto* bytes = whole != nullptr && whole->size() == 1 ? whole->if_contains("bytes") : nullptr;
    if (bytes == nullptr || !bytes->is_string() || !parse_hex(bytes->get_string(), target)) fail_here("a text is expected");
  }
  static bool parse_hex(std::string_view hex, std::string& target) {
    target.clear();
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
      unsigned char byte = 0;
      const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
      if (error != std::errc{} || end != hex.data() + i + 2) return false;
      target += static_cast<char>(byte);
    }
    return hex.size() % 2 == 0;
  }
  template <class T>
  void parse_text(T& target, Result<T> (*parse)(std::string_view)) {
    if (!value_->is_string()) return fail_here("a text is expected");
    auto parsed = parse(value_->get_string());
    if (!parsed) return fail_here(parsed.error().what, parsed.error().hint);
    target = *parsed;
  }
  void from_json(MacAddress& target) { parse_text(target, parse_mac); }
  void from_json(IpAddress& target) { parse_text(target, parse_ip); }
  void from_json(InterfaceAddress& target) { parse_text(target, parse_interface_address); }
  void from_json(Prefix& target) { parse_text(target, parse_prefix); }
  void from_json(Family& target) {
    if (*value_ == "inet") {
      target = Family::ipv4;
    } else if (*value_ == "inet6") {
      target = Family::ipv6;
    } else {
      fail_here("\"inet\" or \"inet6\" is expected");
    }
  }
  void from_json(AttributeValue& target) {
    if (value_->is_string() || value_->is_object()) {
      from_json(target.emplace<std::string>());
    } else {
      from_json(target.emplace<std::uint64_t>());
    }
  }
  template <class T>
  void from_json(std::optional<T>& target) {
    if (!value_->is_null()) from_json(target.emplace());
  }
  template <class T>
  void from_json(SharedMap<T>& target) {
    const auto* whole = object();
    if (whole == nullptr) return;
    for (const auto& [key, part] : *whole) enter(std::string(key), part, [&] { from_json(target[std::string(key)]); });
  }
  template <class T>
  void from_json(std::vector<T>& target) {
    const auto* list = array();
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) enter(i, (*list)[i], [&] { from_json(target.emplace_back()); });
  }
  template <class T>
    requires requires(T& value, Reader& visit) { members(visit, value); }
  void from_json(T& target);

  const json::value* value_;
  JsonPath path_;
  std::string error_;
  std::string hint_;
};

// Finds the member called `wanted` of one object and reads it.
struct MemberReader {
  Reader& reader;
  std::string_view wanted;
  bool found = false;
  std::vector<std::string> names{};

  template <class T>
  void operator()(std::string_view name, T& member, const T& = T{}) {
    names.emplace_back(name);
    if (name != wanted) return;
    found = true;
    reader.read(member);
  }
};

void refuse_unknown(Reader& reader, const MemberReader& members_of) {
  const auto slip = nearest(members_of.wanted, members_of.names);
  reader.fail_here(fmt::format("unknown member \"{}\"", printable(members_of.wanted)),
                   slip ? fmt::format("did you mean \"{}\"?", *slip) : "known are " + join(members_of.names, ", "));
}

template <class T>
  requires requires(T& value, Reader& visit) { members(visit, value); }
void Reader::from_json(T& target) {
  struct Table {
    T& target;
    void read_member(Reader& reader, std::string_view key) {
      MemberReader member{reader, key};
      members(member, target);
      if (!member.found) refuse_unknown(reader, member);
    }
  } table{target};
  read_object(table);
}

// The document's own members: every list, links in a vector until their names are known.
struct Document {
  std::vector<Link> links;
  Snapshot rest;
};
template <class Visit>
void members(Visit& visit, Document& document) {
  visit("links", document.links);
  visit("addresses", document.rest.addresses);
  visit("routes", document.rest.routes);
  visit("rules", document.rest.rules);
  visit("bridge_vlans", document.rest.bridge_vlans);
  visit("qdiscs", document.rest.qdiscs);
  visit("fdb", document.rest.fdb);
  visit("dhcp_clients", document.rest.dhcp_clients);
  visit("port_fdb", document.rest.port_fdb);
}

void move_links(Document& document, Reader& reader, const json::value& value) {
  for (std::size_t i = 0; i < document.links.size() && !reader.failed(); ++i) {
    auto& link = document.links[i];
    std::ranges::sort(link.altnames);
    auto name = link.name;
    const bool taken = document.rest.links.contains(name);
    if (!name.empty() && !taken) {
      document.rest.links.emplace(std::move(name), std::move(link));
      continue;
    }
    reader.enter("links", value.at("links"), [&] {
      reader.enter(i, value.at("links").at(i),
                   [&] { reader.fail_here(taken ? fmt::format("link {} is here twice", printable(name)) : "a link needs a name"); });
    });
  }
}

}  // namespace

Result<Snapshot> snapshot_from_json(std::string_view text, std::string file) {
  json::stream_parser parser;
  boost::system::error_code error;
  const auto consumed = parser.write_some(text.data(), text.size(), error);
  const auto rest = text.substr(std::min(consumed, text.size()));
  if (error) return fail(Errc::invalid_input, "no valid JSON: " + error.message(), locate_offset(text, consumed, std::move(file)));
  if (!parser.done()) {
    parser.finish(error);
    if (error) return fail(Errc::invalid_input, "no valid JSON: it ends too early", locate_offset(text, consumed, std::move(file)));
  }
  if (!trim(rest).empty())
    return fail(Errc::invalid_input, "more text follows the JSON document", locate_offset(text, consumed, std::move(file)));

  const auto value = parser.release();
  Reader reader(value);
  Document document;
  reader.read(document);
  if (!reader.failed()) move_links(document, reader, value);
  if (reader.failed()) {
    const auto path = format_json_path(reader.path());
    return fail(Errc::invalid_input, (path.empty() ? "" : path + ": ") + reader.error(), locate_json(text, reader.path(), std::move(file)),
                reader.hint());
  }
  sort_snapshot(document.rest);
  return std::move(document.rest);
}

}  // namespace drawbridge::network
