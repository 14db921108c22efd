// The files of the page. Only what was found when the folder was read is served: no path of a request ever reaches the file system.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "http/message.h"

namespace drawbridge::http {

/// "text/html; charset=utf-8"; application/octet-stream for an ending that is not known.
std::string_view media_type(std::string_view name);
/// A name that build tools derive from the file's content: "assets/index-BdF3kZx1.js". It means the same bytes for ever.
bool has_content_hash(std::string_view name);
/// What Accept-Encoding says of a coding: named with a weight above 0, or all are.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

class StaticFiles {
 public:
  /// Files that are larger, or beyond this count, are not served.
  static constexpr std::size_t kLargestFile = 16 * 1024 * 1024;
  static constexpr std::size_t kMostFiles = 2'000;

  /// `folder` may be missing, or come later.
  explicit StaticFiles(std::string folder);

  /// Answers GET and HEAD. The page itself, index.html, answers all paths that name no file and have no ending: the page has routes of its
  /// own.
  Response answer(const Request& request);

 private:
  struct File {
    std::string path;
    std::size_t size = 0;
    std::int64_t changed = 0;                    ///< nanoseconds
    std::shared_ptr<const std::string> content;  ///< null: not read yet
    std::string tag;                             ///< ETag
  };

  void look();
  File* find(const std::string& name);
  bool load(File& file);
  Response page(bool exists_as_path);
  Response file_answer(const std::string& name, const Request& request);

  std::string folder_;
  std::map<std::string, File> files_;  ///< by name below the folder: "assets/index.js"
  std::chrono::steady_clock::time_point looked_ = {};
};

}  // namespace drawbridge::http
