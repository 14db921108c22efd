#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>

#include "base/text.h"
#include "cli/help.h"

namespace drawbridge::cli {
namespace {

/// One option of one command, and where the library puts what it reads.
struct Slot {
  const OptionSpec* option;
  CLI::Option* parsed = nullptr;
  std::vector<std::string> values = {};
  bool flag = false;
};

/// The library's view of the tree, with storage that stays where it is.
class Mirror {
 public:
  explicit Mirror(const CommandSpec& root) : app_("", "drawbridge") {
    app_.set_help_flag();
    mirror(root, app_);
  }

  CLI::App& app() { return app_; }

  /// From the root to the deepest command that was named.
  std::vector<const CommandSpec*> path(const CommandSpec& root) const {
    std::vector<const CommandSpec*> path{&root};
    for (const CLI::App* app = &app_;;) {
      const auto named = app->get_subcommands();
      if (named.empty()) return path;
      app = named.front();
      path.push_back(find_command(*path.back(), app->get_name()));
    }
  }

  const std::deque<Slot>& slots_of(const CommandSpec* command) const { return slots_.at(command); }
  const std::vector<std::string>& words_of(const CommandSpec* command) const { return words_.at(command); }

 private:
  void mirror(const CommandSpec& command, CLI::App& app) {
    app.fallthrough();
    auto& slots = slots_[&command];
    for (const OptionSpec& option : command.options) add(option, app, slots.emplace_back(Slot{.option = &option}));
    auto& words = words_[&command];
    if (command.commands.empty()) app.add_option("WORDS", words)->expected(-1);
    if (!command.commands.empty()) app.require_subcommand(0, 1);
    for (const CommandSpec& child : command.commands) {
      auto* sub = app.add_subcommand(std::string(child.name));
      sub->set_help_flag();
      mirror(child, *sub);
    }
  }

  static void add(const OptionSpec& option, CLI::App& app, Slot& slot) {
    if (option.value.empty()) {
      slot.parsed = app.add_flag(std::string(option.names), slot.flag);
      slot.parsed->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
      return;
    }
    slot.parsed = app.add_option(std::string(option.names), slot.values);
    slot.parsed->type_size(1);
    if (option.greedy) {
      slot.parsed->expected(-1);
    } else {
      slot.parsed->expected(1)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }

  CLI::App app_;
  std::map<const CommandSpec*, std::deque<Slot>> slots_;
  std::map<const CommandSpec*, std::vector<std::string>> words_;
};

using Fault = std::optional<UsageError>;

std::string last_name(const OptionSpec& option) {
  const std::string key = option_key(option);
  return (key.size() == 1 ? "-" : "--") + key;
}

/// "--aganist" or "plna": what it may have been meant to be.
UsageError unknown_word(const std::string& word, const std::vector<const CommandSpec*>& path) {
  const CommandSpec& command = *path.back();
  UsageError error{.what = {}, .hint = {}, .path = path};
  std::vector<std::string> candidates;
  if (word.starts_with('-')) {
    for (const CommandSpec* level : {path.front(), path.back()}) {
      for (const OptionSpec& option : level->options) {
        for (const std::string_view name : split(option.names, ',')) candidates.emplace_back(name);
      }
    }
    error.what = "unknown option " + printable(word);
  } else {
    for (const CommandSpec& child : command.commands) {
      if (!child.hidden) candidates.emplace_back(child.name);
    }
    error.what = "unknown command \"" + printable(word) + "\"";
  }
  if (const auto near = nearest(word.substr(0, word.find('=')), candidates)) {
    error.hint = "did you mean " + *near + "?";
  } else {
    error.hint = "see " + command_line_of(path) + " --help";
  }
  return error;
}

Fault check_values(const Slot& slot, const std::vector<const CommandSpec*>& path) {
  for (const std::string& value : slot.values) {
    if (slot.option->number && !parse_number<std::uint64_t>(value)) {
      return UsageError{last_name(*slot.option) + " needs a whole number, not \"" + printable(value) + "\"", {}, path};
    }
    const auto& choices = slot.option->choices;
    if (choices.empty() || std::ranges::find(choices, value) != choices.end()) continue;
    return UsageError{last_name(*slot.option) + " does not know \"" + printable(value) + "\"",
                      "one of: " + join(std::vector<std::string>(choices.begin(), choices.end()), ", "), path};
  }
  return std::nullopt;
}

/// Gives the words of a verb to its arguments, in order; the last one may take many.
Fault distribute(const std::vector<std::string>& words, const std::vector<const CommandSpec*>& path, Arguments& into) {
  const CommandSpec& command = *path.back();
  std::size_t next = 0;
  for (const ArgumentSpec& argument : command.arguments) {
    const std::size_t many = argument.repeated ? words.size() - next : std::min<std::size_t>(1, words.size() - next);
    if (many == 0 && argument.required) {
      return UsageError{std::string(argument.name) + " is missing", "usage: " + usage_line(path), path};
    }
    if (many == 0) continue;
    std::vector<std::string> taken(words.begin() + static_cast<std::ptrdiff_t>(next),
                                   words.begin() + static_cast<std::ptrdiff_t>(next + many));
    next += many;
    if (!argument.choices.empty() && std::ranges::find(argument.choices, taken.front()) == argument.choices.end()) {
      return UsageError{std::string(argument.name) + " can't be \"" + printable(taken.front()) + "\"",
                        "one of: " + join(std::vector<std::string>(argument.choices.begin(), argument.choices.end()), ", "), path};
    }
    into.add(std::string(argument.name), std::move(taken));
  }
  if (next == words.size()) return std::nullopt;
  return UsageError{"unexpected argument \"" + printable(words[next]) + "\"", "usage: " + usage_line(path), path};
}

Globals read_globals(const std::deque<Slot>& slots) {
  Globals globals;
  for (const Slot& slot : slots) {
    if (slot.parsed->count() == 0) continue;
    const std::string key = option_key(*slot.option);
    if (key == "root") globals.root = slot.values.back();
    if (key == "node") globals.node = slot.values.back();
    if (key == "json") globals.json = true;
    if (key == "quiet") globals.quiet = true;
    if (key == "no-color") globals.no_color = true;
    if (key == "verbose") globals.verbose += static_cast<int>(slot.parsed->count());
  }
  while (globals.root.ends_with('/')) globals.root.pop_back();
  return globals;
}

bool given(const std::deque<Slot>& slots, std::string_view key) {
  return std::ranges::any_of(slots, [&](const Slot& slot) { return option_key(*slot.option) == key && slot.parsed->count() > 0; });
}

Fault collect(const Mirror& mirror, Invocation& invocation) {
  const CommandSpec& command = invocation.command();
  for (const Slot& slot : mirror.slots_of(&command)) {
    if (slot.parsed->count() == 0) continue;
    if (auto fault = check_values(slot, invocation.path)) return fault;
    if (invocation.path.size() > 1) invocation.arguments.add(option_key(*slot.option), slot.values);
  }
  if (!command.commands.empty()) {
    return UsageError{"a command is missing",
                      "usage: " + usage_line(invocation.path) + "; see " + command_line_of(invocation.path) + " --help", invocation.path};
  }
  return distribute(mirror.words_of(&command), invocation.path, invocation.arguments);
}

/// The words before and after a verb that passes its words on ("lab"); false if the words name another verb.
bool passes_on(const CommandSpec& root, std::span<const std::string> words, std::vector<std::string>& own, Invocation& invocation) {
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with('-') && words[at] != "--"; ++at) {
    own.push_back(words[at]);
    if ((words[at] == "--root" || words[at] == "--node") && at + 1 < words.size()) own.push_back(words[++at]);
  }
  const CommandSpec* command = at < words.size() ? find_command(root, words[at]) : nullptr;
  if (command == nullptr || !command->passes_on) return false;
  invocation.path = {&root, command};
  bool ours = true;
  for (const std::string& word : words.subspan(at + 1)) {
    if (word == "--") ours = false;
    const bool global =
        word == "--json" || word == "--no-color" || word == "-q" || word == "--quiet" || word == "-v" || word == "--verbose";
    (ours && global ? own : invocation.rest).push_back(word);
  }
  return true;
}

/// "--comment=" is an empty value, not the word behind it: the library would take that one.
std::vector<std::string> with_empty_values(std::span<const std::string> words) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "--") {
      all.insert(all.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
      break;
    }
    const bool empty = words[at].starts_with("--") && words[at].find('=') == words[at].size() - 1;
    all.push_back(empty ? words[at].substr(0, words[at].size() - 1) : words[at]);
    if (empty) all.emplace_back();
  }
  return all;
}

std::expected<Invocation, UsageError> parse_words(const CommandSpec& root, std::span<const std::string> words, Invocation invocation) {
  Mirror mirror(root);
  std::string complaint;
  try {
    auto reversed = with_empty_values(words);
    std::ranges::reverse(reversed);
    mirror.app().parse(std::move(reversed));
  } catch (const CLI::Error& error) {
    complaint = error.what();
  }
  const bool handed_over = !invocation.path.empty();
  if (!handed_over) invocation.path = mirror.path(root);
  const auto& own = mirror.slots_of(&root);
  invocation.globals = read_globals(own);
  invocation.version = given(own, "version");
  invocation.help = given(own, "help");
  if (invocation.version || (invocation.help && complaint.empty())) return invocation;
  const auto unknown = mirror.app().remaining(true);
  if (!unknown.empty() && !complaint.empty()) return std::unexpected(unknown_word(unknown.front(), invocation.path));
  if (!complaint.empty()) {
    return std::unexpected(UsageError{to_lower(complaint.substr(0, 1)) == "-" ? complaint : "wrong use: " + complaint,
                                      "usage: " + usage_line(invocation.path), invocation.path});
  }
  if (handed_over) return invocation;
  if (auto fault = collect(mirror, invocation)) return std::unexpected(std::move(*fault));
  return invocation;
}

}  // namespace

std::expected<Invocation, UsageError> parse_arguments(const CommandSpec& root, std::span<const std::string> words) {
  Invocation invocation;
  std::vector<std::string> own;
  const bool handed_over = passes_on(root, words, own, invocation);
  auto result = parse_words(root, handed_over ? std::span<const std::string>(own) : words, std::move(invocation));
  if (!result) result.error().json = std::ranges::find(words, "--json") != words.end();
  return result;
}

}  // namespace drawbridge::cli
