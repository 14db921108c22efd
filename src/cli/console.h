// Where the command line speaks: answers on standard output, everything about them on standard error.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "cli/command_spec.h"

namespace drawbridge::cli {

enum class Style : std::uint8_t { plain, bold, faint, red, green, yellow, cyan };

class Console {
 public:
  struct Settings {
    bool json = false;
    bool quiet = false;
    bool no_color = false;
    int verbose = 0;
  };
  /// Looks at the descriptors once: what is a terminal, how wide, whether NO_COLOR is set.
  explicit Console(Settings settings);

  bool json() const { return settings_.json; }
  bool quiet() const { return settings_.quiet; }
  int verbose() const { return settings_.verbose; }
  void say_more() { ++settings_.verbose; }
  /// From now on findings and notes go to the system log as well.
  void log_as(const std::string& name);
  /// A person sits there: both standard input and standard error are terminals.
  bool asks() const { return asks_; }
  /// Columns of the terminal on standard output; 0: it is none.
  std::size_t width() const { return width_; }

  /// To standard output, as it stands.
  void print(std::string_view text);
  /// What was printed goes out now: somebody waits for it.
  void flush();
  /// A document of --json, with its final newline.
  void print_document(std::string_view json);
  /// One line on standard error; nothing with --quiet.
  void note(std::string_view line);
  /// One line on standard error with -v.
  void detail(std::string_view line);
  /// A line on standard error that replaces itself on a terminal; elsewhere nothing.
  void ticker(std::string_view line);

  /// Diagnostics in the format of the contract, as standard error takes them. Warnings are left out with --quiet.
  std::string format(const Diagnostics& diagnostics) const;
  /// The same, printed on standard error.
  void diagnose(const Diagnostics& diagnostics);
  /// Text that is already formatted, on standard error.
  void print_error_text(std::string_view text);
  /// One failure, as a diagnostic on standard error and, with --json, as {"errors":[…]} on standard output. Gives the exit code
  /// that belongs to it.
  Exit fail(const Error& error);
  /// The same for findings about files: exit 3.
  Exit fail(const Diagnostics& diagnostics);
  /// The same with another exit code.
  Exit report(const Diagnostics& diagnostics, Exit exit);
  /// The same for a mistake in the command line: exit 2.
  Exit fail_usage(const std::string& what, const std::string& hint);

  /// The text in a colour, if standard output takes colours.
  std::string style(std::string_view text, Style style) const;
  /// A unified diff in the usual colours.
  std::string color_diff(std::string_view diff) const;

  /// Asks on the terminal; only "y" or "yes" is a yes.
  bool ask(const std::string& question);
  /// Flushes; false if standard output could not be written.
  bool finish();

 private:
  void clear_ticker();
  void log(std::string_view text);

  Settings settings_;
  bool asks_ = false;
  bool color_out_ = false;
  bool color_err_ = false;
  bool terminal_err_ = false;
  bool ticker_shown_ = false;
  std::string log_name_;  ///< what the system log calls us; empty: it is not told
  std::size_t width_ = 0;
};

/// The document of --json for what went wrong.
std::string errors_json(const Diagnostics& diagnostics);
/// A failure in the style of a finding; without a place of its own it is "drawbridge: error: …".
Diagnostic error_diagnostic(const Error& error);
/// invalid_input and not_found: 3, the rest: 4.
Exit exit_of(const Error& error);

}  // namespace drawbridge::cli
