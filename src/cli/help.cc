#include "cli/help.h"

#include <algorithm>

#include "base/text.h"
#include "cli/display.h"

namespace drawbridge::cli {
namespace {

std::string argument_text(const ArgumentSpec& argument) {
  std::string text(argument.name);
  if (argument.repeated) text += "…";
  return argument.required ? text : "[" + text + "]";
}

std::string option_text(const OptionSpec& option) {
  std::string text;
  for (const std::string_view name : split(option.names, ',')) text += (text.empty() ? "" : ", ") + std::string(name);
  if (!option.value.empty()) text += " " + std::string(option.value) + (option.greedy ? "…" : "");
  return text;
}

struct Row {
  std::string left;
  std::string right;
};

/// Two columns, the right one wrapped.
std::string two_columns(const std::vector<Row>& rows, std::size_t width) {
  std::size_t left = 0;
  for (const Row& row : rows) left = std::max(left, display_width(row.left));
  left = std::min<std::size_t>(left, 30);
  const std::size_t room = width > left + 24 ? width - left - 4 : 20;
  std::string text;
  for (const Row& row : rows) {
    text += "  " + row.left;
    const bool long_name = display_width(row.left) > left;
    text += long_name ? "\n" + std::string(left + 4, ' ') : std::string(left + 2 - display_width(row.left), ' ');
    const auto lines = wrap(row.right, room);
    for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : std::string(left + 4, ' ')) + lines[i] + "\n";
    if (lines.empty()) text += "\n";
  }
  return text;
}

std::string paragraph(std::string_view text, std::size_t width) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string& wrapped : wrap(line, width)) out += wrapped + "\n";
    if (line.empty()) out += "\n";
  }
  return out;
}

std::string section(std::string_view title, const std::vector<Row>& rows, std::size_t width) {
  return rows.empty() ? "" : "\n" + std::string(title) + ":\n" + two_columns(rows, width);
}

std::vector<Row> option_rows(const CommandSpec& command) {
  std::vector<Row> rows;
  rows.reserve(command.options.size());
  for (const OptionSpec& option : command.options) rows.push_back({option_text(option), std::string(option.help)});
  return rows;
}

}  // namespace

std::string command_line_of(const std::vector<const CommandSpec*>& path) {
  std::string text;
  for (const CommandSpec* command : path) text += (text.empty() ? "" : " ") + std::string(command->name);
  return text;
}

std::string usage_line(const std::vector<const CommandSpec*>& path) {
  const CommandSpec& command = *path.back();
  std::string text = command_line_of(path);
  if (path.size() > 1) {
    for (const OptionSpec& option : command.options) {
      const std::string name = option_key(option);
      const std::string value = option.value.empty() ? "" : " " + std::string(option.value) + (option.greedy ? "…" : "");
      text.append(" [").append(name.size() == 1 ? "-" : "--").append(name).append(value).append("]");
    }
  }
  for (const ArgumentSpec& argument : command.arguments) text += " " + argument_text(argument);
  if (!command.commands.empty()) text += " COMMAND";
  if (command.passes_on) text += " …";
  return text;
}

std::string help_text(const std::vector<const CommandSpec*>& path, std::size_t width) {
  const CommandSpec& command = *path.back();
  std::string text = paragraph(command.summary, width);
  if (!command.details.empty()) text += "\n" + paragraph(command.details, width);
  text += "\nUsage: " + usage_line(path) + "\n";
  std::vector<Row> commands;
  for (const CommandSpec& child : command.commands) {
    if (!child.hidden) commands.push_back({std::string(child.name), std::string(child.summary)});
  }
  text += section("Commands", commands, width);
  std::vector<Row> arguments;
  arguments.reserve(command.arguments.size());
  for (const ArgumentSpec& argument : command.arguments) arguments.push_back({argument_text(argument), std::string(argument.help)});
  text += section("Arguments", arguments, width);
  if (path.size() > 1) text += section("Options", option_rows(command), width);
  text += section(path.size() > 1 ? "Options of every command" : "Options", option_rows(*path.front()), width);
  if (!command.example.empty()) {
    text += "\nExample:\n";
    for (const std::string_view line : split(command.example, '\n')) text += "  " + std::string(line) + "\n";
  }
  return text;
}

}  // namespace drawbridge::cli
