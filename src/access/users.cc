#include "access/users.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::array kKinds = std::to_array<std::pair<std::string_view, UserLineKind>>({{"user", UserLineKind::user},
                                                                                        {"token", UserLineKind::token},
                                                                                        {"group", UserLineKind::group},
                                                                                        {"pool", UserLineKind::pool},
                                                                                        {"role", UserLineKind::role},
                                                                                        {"acl", UserLineKind::acl}});

UserLine read_line(std::string_view bytes, std::uint32_t number) {
  UserLine line;
  line.bytes = bytes;
  line.number = number;
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);
  const auto text = trim(bytes);
  if (text.empty()) {
    line.kind = UserLineKind::blank;
    return line;
  }
  if (text.front() == '#') {
    line.kind = UserLineKind::comment;
    return line;
  }
  const auto fields = split(text, ':');
  const auto* kind = std::ranges::find(kKinds, trim(fields.front()), &std::pair<std::string_view, UserLineKind>::first);
  if (kind == kKinds.end()) return line;
  line.kind = kind->second;
  for (std::size_t i = 1; i < fields.size(); ++i) line.fields.emplace_back(trim(fields[i]));
  return line;
}

/// What the parts of a path's pattern stand for: "*" any name, "#" a guest's number, "%" a VLAN tag.
constexpr std::array kPaths = std::to_array<std::string_view>({
    "/",
    "/access",
    "/access/groups",
    "/access/groups/*",
    "/access/realm",
    "/access/realm/*",
    "/nodes",
    "/nodes/*",
    "/pool",
    "/pool/*",
    "/pool/*/*",
    "/pool/*/*/*",
    "/sdn",
    "/sdn/controllers",
    "/sdn/controllers/*",
    "/sdn/dns",
    "/sdn/dns/*",
    "/sdn/fabrics",
    "/sdn/fabrics/*",
    "/sdn/ipams",
    "/sdn/ipams/*",
    "/sdn/zones",
    "/sdn/zones/*",
    "/sdn/zones/*/*",
    "/sdn/zones/*/*/%",
    "/storage",
    "/storage/*",
    "/vms",
    "/vms/#",
    "/mapping",
    "/mapping/*",
    "/mapping/*/*",
});

bool matches_part(std::string_view pattern, std::string_view part) {
  const auto number = parse_number<std::uint32_t>(part);
  if (pattern == "#") return number && *number >= 100 && part.front() != '0';
  if (pattern == "%") return number && *number >= 1 && *number <= 9999 && part.front() != '0';
  return pattern == "*" ? !part.empty() : pattern == part;
}

}  // namespace

UserDocument parse_user_document(std::string_view bytes, std::string path) {
  UserDocument document{std::move(path), {}};
  for (std::uint32_t number = 1; !bytes.empty(); ++number) {
    const auto end = std::min(bytes.find('\n'), bytes.size() - 1);
    document.lines.push_back(read_line(bytes.substr(0, end + 1), number));
    bytes.remove_prefix(end + 1);
  }
  return document;
}

std::string print(const UserDocument& document) {
  std::string bytes;
  for (const UserLine& line : document.lines) bytes += line.bytes;
  return bytes;
}

const User* Users::find_user(std::string_view id) const {
  const auto found = users.find(id);
  return found == users.end() ? nullptr : &found->second;
}

const Token* Users::find_token(const Identity& id) const {
  const auto found = tokens.find(id);
  return found == tokens.end() ? nullptr : &found->second;
}

std::optional<std::string> normal_path(std::string_view path) {
  if (path.empty()) return std::nullopt;
  std::string normal;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty()) continue;
    if (!is_access_name(part) || part == "." || part == "..") return std::nullopt;
    normal += "/" + std::string(part);
  }
  return normal.empty() ? "/" : normal;
}

bool is_known_path(std::string_view normal_path) {
  const auto parts = split(normal_path, '/');
  return std::ranges::any_of(kPaths, [&](std::string_view pattern) {
    return std::ranges::equal(split(pattern, '/'), parts, [](auto a, auto b) { return matches_part(a, b); }) ||
           (pattern == "/" && normal_path == "/");
  });
}

}  // namespace drawbridge::access
