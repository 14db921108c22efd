#include "http/static_files.h"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/digest.h"
#include "base/percent.h"
#include "base/text.h"
#include "http/security_fields.h"

namespace drawbridge::http {
namespace {

constexpr std::chrono::seconds kLookAgain{2};
constexpr std::string_view kPage = "index.html";
constexpr std::string_view kNonceMark = "{{nonce}}";

struct Type {
  std::string_view ending;
  std::string_view type;
};
constexpr std::array kTypes{Type{".html", "text/html; charset=utf-8"},
                            Type{".js", "text/javascript; charset=utf-8"},
                            Type{".mjs", "text/javascript; charset=utf-8"},
                            Type{".css", "text/css; charset=utf-8"},
                            Type{".json", "application/json"},
                            Type{".map", "application/json"},
                            Type{".webmanifest", "application/manifest+json"},
                            Type{".svg", "image/svg+xml"},
                            Type{".png", "image/png"},
                            Type{".jpg", "image/jpeg"},
                            Type{".webp", "image/webp"},
                            Type{".ico", "image/x-icon"},
                            Type{".woff2", "font/woff2"},
                            Type{".woff", "font/woff"},
                            Type{".ttf", "font/ttf"},
                            Type{".wasm", "application/wasm"},
                            Type{".txt", "text/plain; charset=utf-8"}};

struct Coding {
  std::string_view name;
  std::string_view ending;
};
/// The better one first.
constexpr std::array kCodings{Coding{"br", ".br"}, Coding{"gzip", ".gz"}};

Response plain(int status, const std::string& text) {
  Response response{.status = status, .body = text + "\n"};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

std::string fresh_nonce() {
  std::array<unsigned char, 16> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return "";
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) out += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  return out;
}

bool has_ending(std::string_view name) {
  const auto slash = name.rfind('/');
  return name.substr(slash == std::string_view::npos ? 0 : slash + 1).find('.') != std::string_view::npos;
}

bool matches(std::string_view if_none_match, const std::string& tag) {
  for (const auto word : split(if_none_match, ',')) {
    auto one = trim(word);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag || one == "*") return true;
  }
  return false;
}

}  // namespace

std::string_view media_type(std::string_view name) {
  const auto found = std::ranges::find_if(kTypes, [&](const Type& type) { return name.ends_with(type.ending); });
  return found == kTypes.end() ? "application/octet-stream" : found->type;
}

bool has_content_hash(std::string_view name) {
  static constexpr std::size_t kHash = 8;
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < kHash + 1 || name.find('/') == std::string_view::npos) return false;
  const auto hash = name.substr(dot - kHash, kHash);
  return (name[dot - kHash - 1] == '-' || name[dot - kHash - 1] == '.') && std::ranges::all_of(hash, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool all = false;
  for (const auto part : split(accept_encoding, ',')) {
    const auto pieces = split(part, ';');
    const auto name = trim(pieces.front());
    bool wanted = true;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      auto weight = trim(pieces[i]);
      if (weight.starts_with("q=")) wanted = weight.substr(2).find_first_of("123456789") != std::string_view::npos;
    }
    if (same_name(name, coding)) return wanted;
    if (name == "*") all = wanted;
  }
  return all;
}

StaticFiles::StaticFiles(std::string folder) : folder_(std::move(folder)) { look(); }

/// What is in the folder, anew; what was read of files that have not changed is kept.
void StaticFiles::look() {
  looked_ = std::chrono::steady_clock::now();
  std::map<std::string, File> now;
  std::error_code error;
  const std::filesystem::path base(folder_);
  for (auto entry = std::filesystem::recursive_directory_iterator(base, error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    struct stat status{};
    if (::lstat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;  // links may lead elsewhere
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > kLargestFile || now.size() >= kMostFiles) continue;
    const std::string name = entry->path().lexically_relative(base).generic_string();
    File file{entry->path().string(), size, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, nullptr, ""};
    if (const auto old = files_.find(name); old != files_.end() && old->second.size == file.size && old->second.changed == file.changed)
      file = std::move(old->second);
    now.emplace(name, std::move(file));
  }
  files_ = std::move(now);
}

StaticFiles::File* StaticFiles::find(const std::string& name) {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

bool StaticFiles::load(File& file) {
  if (file.content) return true;
  std::ifstream stream(file.path, std::ios::binary);
  if (!stream) return false;
  auto content = std::make_shared<std::string>(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  if (content->size() != file.size) return false;  // being written just now
  file.tag = "\"" + sha256_hex(*content).substr(0, 32) + "\"";
  file.content = std::move(content);
  return true;
}

Response StaticFiles::page(bool exists_as_path) {
  File* index = find(std::string(kPage));
  if (index == nullptr || !load(*index))
    return plain(exists_as_path ? 404 : 503, "The page is not installed: " + folder_ + " has no index.html. The API answers below /api2.");
  const std::string nonce = fresh_nonce();
  if (nonce.empty()) return plain(500, "no random bytes");
  Response response;
  response.headers.set("Content-Type", std::string(media_type(kPage)));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Content-Security-Policy", content_policy(nonce));
  std::string_view rest = *index->content;
  for (std::size_t mark = rest.find(kNonceMark); mark != std::string_view::npos; mark = rest.find(kNonceMark)) {
    response.body.append(rest.substr(0, mark)).append(nonce);
    rest.remove_prefix(mark + kNonceMark.size());
  }
  response.body += rest;
  return response;
}

Response StaticFiles::file_answer(const std::string& name, const Request& request) {
  File* file = find(name);
  const auto accepted = request.headers.find("Accept-Encoding").value_or("");
  Response response;
  bool has_codings = false;
  for (const auto& coding : kCodings) {
    File* smaller = find(name + std::string(coding.ending));
    if (smaller == nullptr) continue;
    if (!std::exchange(has_codings, true)) response.headers.set("Vary", "Accept-Encoding");
    if (response.headers.find("Content-Encoding") || !accepts_coding(accepted, coding.name)) continue;
    file = smaller;
    response.headers.set("Content-Encoding", std::string(coding.name));
  }
  if (!load(*file)) return plain(503, "The file is being replaced; ask again.");
  response.headers.set("ETag", file->tag);
  response.headers.set("Cache-Control", has_content_hash(name) ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.set("Content-Type", std::string(media_type(name)));
  if (matches(request.headers.find("If-None-Match").value_or(""), file->tag)) {
    response.status = 304;
    return response;
  }
  response.shared_body = file->content;
  return response;
}

Response StaticFiles::answer(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return plain(501, request.method + " is not implemented here");
  if (std::chrono::steady_clock::now() - looked_ > kLookAgain) look();
  const auto path = decode_percent(request.path);
  if (!path || has_control_character(*path) || !is_utf8(*path)) return plain(400, "bad path");
  const std::string name = path->substr(1);
  if (name.empty() || name == kPage) return page(false);
  if (find(name) != nullptr) return file_answer(name, request);
  const auto segments = split(*path, '/');
  const bool climbs = std::ranges::any_of(segments, [](std::string_view segment) { return segment == ".." || segment == "."; });
  if (climbs || has_ending(name)) return plain(404, "No such file.");
  return page(true);
}

}  // namespace drawbridge::http
