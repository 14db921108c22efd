// The words after `drawbridge lab`, as values. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::lab {

enum class Verb : std::uint8_t { help, run, up, down, shell, list, status, attach, traffic, image, agent };
enum class Way : std::uint8_t { automatic, native, machine };

struct Options {
  Verb verb = Verb::help;
  Way way = Way::automatic;
  std::string accelerator;  ///< "kvm", "tcg", or empty
  std::optional<std::chrono::seconds> timeout;
  std::optional<std::chrono::seconds> lifetime;
  std::optional<unsigned> processors;
  std::optional<std::string> name;
  std::string where;  ///< host or guest to run in; empty: the node
  bool apply = false;
  bool terminal = false;
  bool detach = false;
  bool with_parent = false;
  bool announce = false;
  std::string scenario;            ///< of "image": the folder
  std::vector<std::string> words;  ///< the command
  bool operator==(const Options&) const = default;
};

/// Error invalid_input for words that mean nothing, with the nearest that do.
Result<Options> parse_options(const std::vector<std::string>& arguments);

/// The text of `drawbridge lab --help`.
std::string help_text();

}  // namespace drawbridge::lab
