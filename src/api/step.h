// What a method does, as data: which of our own commands answer it, and how their documents become the answer. The command line and the
// API can't differ, since the one is made of the other; locks, digests, protection from lock-out and trials come along.
//
// Pure: the commands are run by room `server`.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <functional>
#include <optional>
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

/// What a caller must hold beyond what the description demands: one of `any_of` at `path`; none named: nobody but root@pam, who needs
/// nothing, may.
struct Need {
  std::string path;
  std::vector<std::string> any_of;
  bool or_below = false;  ///< a path below will do as well: of a bridge, one of its VLANs
  bool operator==(const Need&) const = default;
};

struct Step {
  std::string key;  ///< Method::key()
  Effect effect = Effect::reads;
  /// Run one after the other; the first that fails ends it. None: the answer is made from the parameters alone.
  std::function<std::vector<Words>(const Parameters&)> commands;
  /// `documents`: what the commands printed. Null: of reads the first document, of writes null.
  std::function<Answer(const Parameters&, const std::vector<boost::json::value>& documents)> shape = nullptr;
  /// Of `works`: "srvreload", and what it is about.
  std::string_view task_type = {};
  std::function<std::string(const Parameters&)> task_id = nullptr;
  /// Asked before anything is done, for `needs`; not of root@pam. The first that fails is the answer.
  std::function<std::vector<Words>(const Parameters&)> consults = nullptr;
  /// What single parameters need, all of these; after the parameters were checked. `consulted`: what `consults` printed.
  std::function<std::vector<Need>(const Parameters&, const std::vector<boost::json::value>& consulted)> needs = nullptr;
  /// Of `works`: run to its end before the task begins, writing nothing; the first that fails is the answer, and there is no task. So
  /// wrong parameters are told at once.
  std::function<std::vector<Words>(const Parameters&)> rehearses = nullptr;
  /// Of lists: what a caller needs to see an item of the answer's data. Null, or nothing: everybody sees it.
  std::function<std::optional<Need>(const boost::json::value& item)> visible = nullptr;
  /// Who holds this sees all items, and what stands beside the list; others see what `visible` leaves them, and nothing beside it.
  std::function<Need(const Parameters&)> sees_all = nullptr;
  /// What the others get of an item that they see; null: all of it.
  std::function<boost::json::value(const boost::json::value& item)> reduced = nullptr;
  /// The parameter that does what --force of its commands does, for hints that name it; empty: there is none.
  std::string_view force_parameter = {};
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
/// an answer, if it is one (lists of rules, some of which are wrong). `force_parameter`: Step::force_parameter.
std::expected<boost::json::value, Answer> read_document(const Ran& ran, const Parameters& parameters,
                                                        std::string_view force_parameter = {});

/// The parts of all_steps(), one file each.
std::vector<Step> network_steps();
std::vector<Step> guest_steps();
std::vector<Step> firewall_steps();
std::vector<Step> cluster_steps();
std::vector<Step> access_steps();

}  // namespace drawbridge::api
