#include "cli/completion.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

const OptionSpec* find_option(const std::vector<OptionSpec>& options, std::string_view word) {
  for (const OptionSpec& option : options) {
    const auto names = split(option.names, ',');
    if (std::ranges::find(names, word) != names.end()) return &option;
  }
  return nullptr;
}

/// Where the words before the last one lead.
struct Place {
  const CommandSpec* command;
  const OptionSpec* open = nullptr;  ///< an option that waits for its value
  std::size_t arguments = 0;         ///< words already given to the verb
};

Place walk(const CommandSpec& root, std::span<const std::string> words) {
  Place place{.command = &root};
  for (const std::string& word : words) {
    if (place.open != nullptr && !(place.open->greedy && word.starts_with('-'))) {
      if (!place.open->greedy) place.open = nullptr;
      continue;
    }
    place.open = nullptr;
    if (word.starts_with('-')) {
      const OptionSpec* option = find_option(place.command->options, word);
      if (option == nullptr) option = find_option(root.options, word);
      if (option != nullptr && !option->value.empty()) place.open = option;
    } else if (const CommandSpec* child = find_command(*place.command, word)) {
      place.command = child;
    } else {
      ++place.arguments;
    }
  }
  return place;
}

class Collector {
 public:
  Collector(std::string_view typed, const NameSource& names) : typed_(typed), names_(names) {}

  void offer(std::string_view text, std::string_view help) {
    if (text.starts_with(typed_)) result_.candidates.push_back({std::string(text), std::string(help)});
  }

  void offer_value(Completes completes, const std::vector<std::string_view>& choices, std::string_view help) {
    for (const std::string_view choice : choices) offer(choice, help);
    if (completes == Completes::file) result_.files = true;
    if (completes == Completes::nothing || completes == Completes::file || completes == Completes::choices) return;
    const std::string_view end = completes == Completes::assignment || completes == Completes::guest_assignment ? "=" : "";
    for (const std::string& name : names_(completes)) offer(name + std::string(end), "");
  }

  void offer_options(const std::vector<OptionSpec>& options) {
    for (const OptionSpec& option : options) {
      for (const std::string_view name : split(option.names, ',')) {
        if (name.starts_with("--") || option.names.find("--") == std::string_view::npos) offer(name, option.help);
      }
    }
  }

  Completion result() && { return std::move(result_); }

 private:
  std::string_view typed_;
  const NameSource& names_;
  Completion result_;
};

constexpr std::string_view kBash = R"(# bash completion for drawbridge and the familiar commands
_drawbridge() {
  local line=${COMP_LINE:0:COMP_POINT} words reply text current before
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  case "${words[0]##*/}" in
    ifup | ifdown | ifreload | ifquery) words[0]=${words[0]##*/} ;;
    *) words=("${words[@]:1}") ;;
  esac
  current=${words[${#words[@]}-1]}
  COMPREPLY=()
  while IFS=$'\t' read -r text _; do
    if [ "$text" = ":files" ]; then
      while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$current")
      compopt -o filenames 2>/dev/null
    else
      COMPREPLY+=("$text")
      case "$text" in *=) compopt -o nospace 2>/dev/null ;; esac
    fi
  done < <(drawbridge __complete -- "${words[@]}" 2>/dev/null)
  # What stands before the last "=" or ":" is a word of its own for the shell.
  before=${current%"${current##*[=:]}"}
  if [ -n "$before" ]; then COMPREPLY=("${COMPREPLY[@]#"$before"}"); fi
}
complete -F _drawbridge drawbridge ifup ifdown ifreload ifquery
)";

constexpr std::string_view kZsh = R"(#compdef drawbridge ifup ifdown ifreload ifquery
_drawbridge() {
  local -a asked described open
  local text help
  asked=("${(@)words[1,CURRENT]}")
  case ${asked[1]:t} in
    ifup|ifdown|ifreload|ifquery) asked[1]=${asked[1]:t} ;;
    *) shift asked ;;
  esac
  while IFS=$'\t' read -r text help; do
    if [[ $text == ":files" ]]; then _files
    elif [[ $text == *= ]]; then open+=("$text")
    elif [[ -n $help ]]; then described+=("${text//:/\\:}:$help")
    else described+=("${text//:/\\:}")
    fi
  done < <(drawbridge __complete -- "${(@Q)asked}" 2>/dev/null)
  (( ${#described} )) && _describe -t values value described
  (( ${#open} )) && compadd -S '' -- $open
}
if [ "$funcstack[1]" = "_drawbridge" ]; then _drawbridge "$@"; else compdef _drawbridge drawbridge ifup ifdown ifreload ifquery; fi
)";

constexpr std::string_view kFish = R"(# fish completion for drawbridge and the familiar commands
function __drawbridge_candidates
  set -l words (commandline -opc) (commandline -ct)
  switch (basename -- $words[1])
    case ifup ifdown ifreload ifquery
      set words[1] (basename -- $words[1])
    case '*'
      set -e words[1]
  end
  for line in (drawbridge __complete -- $words 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
for command in drawbridge ifup ifdown ifreload ifquery
  complete -c $command -f -a '(__drawbridge_candidates)'
end
)";

}  // namespace

Completion complete(const CommandSpec& root, std::span<const std::string> words, const NameSource& names) {
  const std::string typed = words.empty() ? std::string() : words.back();
  const Place place = walk(root, words.empty() ? words : words.first(words.size() - 1));
  Collector collector(typed, names);
  const bool option_value = place.open != nullptr && !(place.open->greedy && typed.starts_with('-'));
  if (option_value) {
    collector.offer_value(place.open->completes, place.open->choices, "");
  } else if (typed.starts_with('-')) {
    collector.offer_options(place.command->options);
    if (place.command != &root) collector.offer_options(root.options);
  } else if (!place.command->commands.empty()) {
    for (const CommandSpec& child : place.command->commands) {
      if (!child.hidden) collector.offer(child.name, child.summary);
    }
  } else if (!place.command->arguments.empty()) {
    const auto& arguments = place.command->arguments;
    const std::size_t at = std::min(place.arguments, arguments.size() - 1);
    if (place.arguments < arguments.size() || arguments.back().repeated) {
      collector.offer_value(arguments[at].completes, arguments[at].choices, "");
    }
  }
  return std::move(collector).result();
}

std::string completion_script(std::string_view shell) {
  if (shell == "zsh") return std::string(kZsh);
  return std::string(shell == "fish" ? kFish : kBash);
}

}  // namespace drawbridge::cli
