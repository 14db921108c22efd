// What a method does, as data: which of our own commands answer it, and how their documents become the answer. The command line and the
// API can't differ, since the one is made of the other; locks, digests, protection from lock-out and trials come along.
//
// Pure: the commands are run by room `server`.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/answer.h"
#include "api/check.h"

namespace drawbridge::api {

/// The words of one command behind "drawbridge"; --json, --root and --node are added by who runs it.
using Words = std::vector<std::string>;

/// A single command.
inline std::vector<Words> one(Words words) { return std::vector<Words>(1, std::move(words)); }

enum class Effect : std::uint8_t {
  reads,    ///< the answer may come from what was asked before, while nothing has changed
  watches,  ///< reads what changes all the time: counters, logs
  writes,
  works,  ///< takes long: becomes a task, and the answer is its UPID
};

struct Step {
  std::string_view key;  ///< Method::key()
  Effect effect = Effect::reads;
  /// Run one after the other; the first that fails ends it. None: the answer is made from the parameters alone.
  std::function<std::vector<Words>(const Parameters&)> commands;
  /// `documents`: what the commands printed. Null: of reads the first document, of writes null.
  std::function<Answer(const Parameters&, const std::vector<boost::json::value>& documents)> shape = nullptr;
  /// Of `works`: "srvreload", and what it is about.
  std::string_view task_type = {};
  std::function<std::string(const Parameters&)> task_id = nullptr;
};

/// Null: the method is answered by room `server` itself.
const Step* find_step(std::string_view key);
const std::vector<Step>& all_steps();

/// How a command ended.
struct Ran {
  int exit = 0;
  std::string out;
  std::string err;
};

/// The document of a command that succeeded, or the answer that its failure means. `refusable`: with exit 1 or 3 the document is still
/// an answer, if it is one (lists of rules, some of which are wrong).
std::expected<boost::json::value, Answer> read_document(const Ran& ran, const Parameters& parameters);

/// The parts of all_steps(), one file each.
std::vector<Step> network_steps();
std::vector<Step> guest_steps();
std::vector<Step> firewall_steps();
std::vector<Step> cluster_steps();

}  // namespace drawbridge::api
