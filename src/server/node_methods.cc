// The version, the nodes, the state of this one: read from the system in a moment, so no command is asked.
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "api/openapi.h"
#include "base/text.h"
#include "server/direct.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

/// The version that the API is like: clients decide by it what they may ask for.
constexpr std::string_view kLike = "8.2.0";
constexpr std::string_view kRelease = "8.2";

std::uint64_t number_behind(const std::string& path, std::string_view word) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (const auto words = split_words(line); words.size() > 1 && words[0] == word)
      return parse_number<std::uint64_t>(words[1]).value_or(0);
  return 0;
}

double load_of(int place) {
  std::ifstream file("/proc/loadavg");
  double load[3] = {0, 0, 0};
  file >> load[0] >> load[1] >> load[2];
  return load[place];
}

struct Memory {
  std::uint64_t total = 0;
  std::uint64_t used = 0;
};
Memory memory() {
  constexpr std::uint64_t kKiB = 1024;
  const auto total = number_behind("/proc/meminfo", "MemTotal:") * kKiB;
  return {total, total - number_behind("/proc/meminfo", "MemAvailable:") * kKiB};
}

double uptime() {
  std::ifstream file("/proc/uptime");
  double seconds = 0;
  file >> seconds;
  return seconds;
}

json::object node_item(const World& world) {
  const Memory used = memory();
  const auto processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  return {{"id", "node/" + world.node},
          {"node", world.node},
          {"type", "node"},
          {"status", "online"},
          {"uptime", static_cast<std::int64_t>(uptime())},
          {"maxcpu", processors},
          {"cpu", std::min(1.0, load_of(0) / static_cast<double>(processors))},
          {"mem", used.used},
          {"maxmem", used.total},
          {"level", ""}};
}

json::object status_of_node(const World& world) {
  utsname system{};
  ::uname(&system);
  const Memory used = memory();
  json::array load;
  for (int i = 0; i < 3; ++i) load.push_back(json::value(std::to_string(load_of(i)).substr(0, 4)));
  return {{"node", world.node},
          {"uptime", static_cast<std::int64_t>(uptime())},
          {"kversion", std::string(system.sysname) + " " + system.release + " " + system.version},
          {"loadavg", std::move(load)},
          {"memory", json::object{{"total", used.total}, {"used", used.used}, {"free", used.total - used.used}}},
          {"cpuinfo", json::object{{"cpus", ::sysconf(_SC_NPROCESSORS_ONLN)}}},
          {"pveversion", "drawbridge/" DRAWBRIDGE_VERSION}};
}

}  // namespace

DirectMethods node_methods(const World& world) {
  return {{"GET /version",
           [](const Call&, const Respond& respond) {
             respond(api::answer(
                 json::object{{"version", kLike}, {"release", kRelease}, {"repoid", "00000000"}, {"drawbridge", DRAWBRIDGE_VERSION}}));
           }},
          {"GET /openapi",
           [](const Call&, const Respond& respond) { respond(api::answer(api::openapi(api::Description::own(), DRAWBRIDGE_VERSION))); }},
          {"GET /nodes", [world](const Call&, const Respond& respond) { respond(api::answer(json::array{node_item(world)})); }},
          {"GET /nodes/{node}/status", [world](const Call&, const Respond& respond) { respond(api::answer(status_of_node(world))); }}};
}

}  // namespace drawbridge::server
