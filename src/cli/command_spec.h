// The command tree as data: one description from which the parser, the help texts, the completion scripts and the checks of the
// manual pages are made. Only arguments.cc knows the library that parses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::cli {

/// What the process answers; fixed by docs/command-line.md.
enum class Exit : int {
  done = 0,
  no = 1,           ///< the answer is no: differences found, check failed, nothing open
  usage = 2,        ///< the command line itself is wrong
  bad_input = 3,    ///< the files or values are wrong; diagnostics say where
  refused = 4,      ///< the system refused: privilege, missing kernel feature, conflict, lock
  rolled_back = 5,  ///< applied, and undone again
};

/// What a shell may offer at a place of the command line.
enum class Completes : std::uint8_t {
  nothing,
  file,
  interface,
  interface_type,
  assignment,
  generation,
  shell,
  choices,
  guest,             ///< a VMID
  guest_assignment,  ///< KEY= of a guest's configuration
};

struct OptionSpec {
  std::string_view names;  ///< "-n,--no-act"; the longest one, without dashes, is its key
  std::string_view value;  ///< how help calls its value ("SECONDS"); empty: a flag
  std::string_view help;
  bool repeated = false;  ///< may be given several times
  bool greedy = false;    ///< takes all words up to the next option
  bool number = false;    ///< the value must be a whole number
  Completes completes = Completes::nothing;
  std::vector<std::string_view> choices = {};
};

struct ArgumentSpec {
  std::string_view name;  ///< "FILE"; also its key
  std::string_view help;
  bool required = true;
  bool repeated = false;
  Completes completes = Completes::nothing;
  std::vector<std::string_view> choices = {};
};

struct Context;

/// A verb, or a group of verbs.
struct CommandSpec {
  std::string_view name;
  std::string_view summary;  ///< one sentence, what it does
  std::string_view details;  ///< further paragraphs of the help text, or empty
  std::string_view example;  ///< lines of a shell session
  std::vector<ArgumentSpec> arguments = {};
  std::vector<OptionSpec> options = {};
  Exit (*run)(Context&) = nullptr;  ///< null: a group
  std::vector<CommandSpec> commands = {};
  bool hidden = false;     ///< left out of help and completion
  bool served = false;     ///< runs in the service, where there is one
  bool passes_on = false;  ///< its words are handed over as they stand (Arguments::rest)
};

/// The whole tree; the root is `drawbridge` itself, its options are the global ones.
const CommandSpec& command_tree();

/// The child of that name, or nullptr.
const CommandSpec* find_command(const CommandSpec& parent, std::string_view name);
/// "-n,--no-act" → "no-act".
std::string option_key(const OptionSpec& option);

/// What the command line gave to one verb.
class Arguments {
 public:
  bool has(std::string_view key) const { return values_.contains(key); }
  /// The last value of an option or argument.
  std::optional<std::string> value(std::string_view key) const;
  /// A number option's value; the parser has checked that it is one.
  std::optional<std::uint64_t> number(std::string_view key) const;
  const std::vector<std::string>& list(std::string_view key) const;
  void add(const std::string& key, std::vector<std::string> values) { values_[key] = std::move(values); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace drawbridge::cli
