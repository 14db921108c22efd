#include "cli/console.h"

#include <sys/ioctl.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::bold: return "\x1b[1m";
    case Style::faint: return "\x1b[2m";
    case Style::red: return "\x1b[31m";
    case Style::green: return "\x1b[32m";
    case Style::yellow: return "\x1b[33m";
    case Style::cyan: return "\x1b[36m";
  }
  return "";
}

std::string colored(std::string_view text, Style style) { return std::string(code_of(style)) + std::string(text) + "\x1b[0m"; }

bool colors_allowed(bool no_color) {
  const char* no_color_variable = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return !no_color && (no_color_variable == nullptr || *no_color_variable == '\0') && term != nullptr && std::string_view(term) != "dumb";
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string error_code(Errc code) {
  switch (code) {
    case Errc::invalid_input: return "invalid-input";
    case Errc::unsupported: return "unsupported";
    case Errc::conflict: return "conflict";
    case Errc::not_found: return "not-found";
    case Errc::denied: return "denied";
    case Errc::unavailable: return "unavailable";
    case Errc::timed_out: return "timed-out";
    case Errc::bug: return "bug";
  }
  return "bug";
}

void write_to(FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

/// "file:1:2: error: …" with the severity in its colour.
std::string color_diagnostic(const std::string& text, Severity severity) {
  const std::string_view word = severity == Severity::error ? "error:" : "warning:";
  const auto at = text.find(word);
  if (at == std::string::npos) return text;
  return text.substr(0, at) + colored(word, severity == Severity::error ? Style::red : Style::yellow) + text.substr(at + word.size());
}

}  // namespace

Console::Console(Settings settings) : settings_(settings) {
  const bool allowed = colors_allowed(settings.no_color);
  const bool terminal_out = isatty(STDOUT_FILENO) == 1;
  terminal_err_ = isatty(STDERR_FILENO) == 1;
  asks_ = terminal_err_ && isatty(STDIN_FILENO) == 1;
  color_out_ = terminal_out && allowed && !settings.json;
  color_err_ = terminal_err_ && allowed;
  width_ = terminal_out ? terminal_width() : 0;
}

void Console::print(std::string_view text) {
  clear_ticker();
  write_to(stdout, text);
}

void Console::flush() { std::fflush(stdout); }

void Console::print_document(std::string_view json) {
  print(json);
  if (!json.ends_with('\n')) print("\n");
}

void Console::log_as(const std::string& name) {
  log_name_ = name;
  ::openlog(log_name_.c_str(), LOG_PID, LOG_DAEMON);
}

void Console::log(std::string_view text) {
  if (log_name_.empty()) return;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) ::syslog(LOG_NOTICE, "%s", printable(line, 1000).c_str());
  }
}

void Console::note(std::string_view line) {
  log(line);
  if (settings_.quiet) return;
  clear_ticker();
  std::fflush(stdout);
  write_to(stderr, std::string(line) + "\n");
}

void Console::detail(std::string_view line) {
  if (settings_.verbose > 0) note(line);
}

void Console::ticker(std::string_view line) {
  if (settings_.quiet || !terminal_err_) return;
  std::fflush(stdout);
  write_to(stderr, "\r\x1b[K" + std::string(line));
  std::fflush(stderr);
  ticker_shown_ = true;
}

void Console::clear_ticker() {
  if (!ticker_shown_) return;
  write_to(stderr, "\r\x1b[K");
  ticker_shown_ = false;
}

std::string Console::format(const Diagnostics& diagnostics) const {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (settings_.quiet && diagnostic.severity == Severity::warning) continue;
    const std::string text = format_diagnostic(diagnostic);
    out += color_err_ ? color_diagnostic(text, diagnostic.severity) : text;
  }
  return out;
}

void Console::diagnose(const Diagnostics& diagnostics) { print_error_text(format(diagnostics)); }

void Console::print_error_text(std::string_view text) {
  log(text);
  clear_ticker();
  std::fflush(stdout);
  write_to(stderr, text);
}

Exit Console::report(const Diagnostics& diagnostics, Exit exit) {
  diagnose(diagnostics);
  if (settings_.json) print_document(errors_json(diagnostics));
  return exit;
}

Exit Console::fail(const Error& error) { return report({error_diagnostic(error)}, exit_of(error)); }

Exit Console::fail(const Diagnostics& diagnostics) { return report(diagnostics, Exit::bad_input); }

Exit Console::fail_usage(const std::string& what, const std::string& hint) {
  Diagnostic diagnostic{
      .where = {"drawbridge", 0, 0}, .severity = Severity::error, .code = "usage", .message = what, .hint = hint, .included_from = {}};
  return report({diagnostic}, Exit::usage);
}

std::string Console::style(std::string_view text, Style style) const {
  return color_out_ && style != Style::plain ? colored(text, style) : std::string(text);
}

std::string Console::color_diff(std::string_view diff) const {
  if (!color_out_) return std::string(diff);
  std::string out;
  while (!diff.empty()) {
    const auto end = diff.find('\n');
    const std::string_view line = diff.substr(0, end);
    Style color = Style::plain;
    if (line.starts_with("+++") || line.starts_with("---")) {
      color = Style::bold;
    } else if (line.starts_with('+')) {
      color = Style::green;
    } else if (line.starts_with('-')) {
      color = Style::red;
    } else if (line.starts_with("@@")) {
      color = Style::cyan;
    }
    out += style(line, color) + (end == std::string_view::npos ? "" : "\n");
    diff = end == std::string_view::npos ? std::string_view() : diff.substr(end + 1);
  }
  return out;
}

bool Console::ask(const std::string& question) {
  clear_ticker();
  std::fflush(stdout);
  write_to(stderr, question + " ");
  std::fflush(stderr);
  std::string answer;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) answer.push_back(static_cast<char>(c));
  const std::string word = to_lower(trim(answer));
  return word == "y" || word == "yes";
}

bool Console::finish() {
  clear_ticker();
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

std::string errors_json(const Diagnostics& diagnostics) { return "{\"errors\":" + diagnostics_json(diagnostics) + "}"; }

Diagnostic error_diagnostic(const Error& error) {
  Diagnostic diagnostic = to_diagnostic(error, error_code(error.code));
  if (diagnostic.where.file.empty()) diagnostic.where.file = "drawbridge";
  return diagnostic;
}

Exit exit_of(const Error& error) {
  return error.code == Errc::invalid_input || error.code == Errc::not_found ? Exit::bad_input : Exit::refused;
}

}  // namespace drawbridge::cli
