#include "lab/gallery.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

namespace files = std::filesystem;

std::vector<files::path> galleries() {
  std::vector<files::path> places;
  if (const char* chosen = std::getenv("DRAWBRIDGE_EXAMPLES"); chosen != nullptr && *chosen != '\0') places.emplace_back(chosen);
  std::error_code problem;
  places.push_back(files::current_path(problem) / "examples");
  // build/PRESET/drawbridge
  places.push_back(files::path(own_path()).parent_path().parent_path().parent_path() / "examples");
  places.emplace_back("/usr/share/drawbridge/examples");
  return places;
}

bool is_scenario(const files::path& folder) { return access((folder / "scenario.json").c_str(), R_OK) == 0; }

std::map<std::string, std::string> all() {
  std::map<std::string, std::string> found;
  for (const files::path& gallery : galleries()) {
    std::error_code problem;
    for (const auto& entry : files::directory_iterator(gallery, problem)) {
      if (is_scenario(entry.path())) found.emplace(entry.path().filename(), files::absolute(entry.path(), problem).lexically_normal());
    }
  }
  return found;
}

}  // namespace

Result<std::string> find_scenario(const std::string& name) {
  std::error_code problem;
  if (name.find('/') != std::string::npos) {
    files::path folder = files::absolute(name, problem).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    if (is_scenario(folder)) return folder.string();
    return fail(Errc::not_found, "there is no scenario.json in " + printable(name));
  }
  const auto found = all();
  if (const auto one = found.find(name); one != found.end()) return one->second;
  std::vector<std::string> names;
  for (const auto& [one, folder] : found) names.push_back(one);
  const auto meant = nearest(name, names);
  return fail(Errc::not_found, "there is no scenario \"" + printable(name) + "\"", {},
              meant ? "did you mean \"" + *meant + "\"?"
                    : "\"drawbridge lab list\" lists them; a folder is given with a slash, as in ./" + printable(name));
}

std::vector<std::string> scenario_folders() {
  const auto found = all();
  std::vector<std::string> folders;
  folders.reserve(found.size());
  for (const auto& [name, folder] : found) folders.push_back(folder);
  return folders;
}

}  // namespace drawbridge::lab
