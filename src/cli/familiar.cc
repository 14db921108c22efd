#include "cli/familiar.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "cli/interface_status.h"
#include "cli/json_interfaces.h"

namespace drawbridge::cli {

void begin_familiar(Context& context, const std::string& name) {
  const Arguments& arguments = context.arguments();
  const char* verbose = arguments.has("read-environment") ? std::getenv("VERBOSE") : nullptr;
  if (arguments.has("debug") || arguments.has("nldebug") || (verbose != nullptr && std::string_view(verbose) == "yes")) {
    context.console.say_more();
  }
  if (arguments.has("syslog")) context.console.log_as(name);
}

Result<Source> familiar_source(Context& context) {
  auto& files = context.system.files();
  const Arguments& arguments = context.arguments();
  const bool json = arguments.value("interfaces-format") == "json";
  const auto file = arguments.value("interfaces");
  if (!json && !file) return context.system.running();
  if (!json) return read_file(files, context.system.root(), *file);
  const std::string path = file.value_or(context.system.paths().interfaces);
  auto bytes = files.read(path);
  if (!bytes) {
    bytes.error().where.file = path;
    return fail(std::move(bytes.error()));
  }
  auto text = interfaces_from_json(*bytes);
  if (!text) {
    text.error().where.file = path;
    return fail(std::move(text.error()));
  }
  return read_text(files, context.system.root(), path + " (as interfaces file)", std::move(*text));
}

Result<std::optional<Source>> last_applied(Context& context) {
  auto& files = context.system.files();
  const auto& paths = context.system.paths();
  std::uint64_t newest = 0;
  for (const auto& generation : TRY(transaction::history(files, paths))) newest = std::max(newest, generation.number);
  if (newest == 0) return std::optional<Source>();
  auto bytes = transaction::read_generation(files, paths, newest);
  if (!bytes && bytes.error().code == Errc::not_found) return std::optional<Source>();
  if (!bytes) return fail(std::move(bytes.error()));
  return std::optional(read_text(files, context.system.root(), paths.interfaces, std::move(*bytes)));
}

Exit complain_unknown(Context& context, const Source& source, const std::vector<std::string>& unknown) {
  Diagnostics findings;
  for (const std::string& name : unknown) {
    findings.push_back({.where = {source.path, 0, 0},
                        .severity = Severity::error,
                        .code = "interface-unknown",
                        .message = "no interface \"" + printable(name) + "\" in this file",
                        .hint = {},
                        .included_from = {}});
  }
  return context.console.report(findings, Exit::no);
}

std::string dependency_text(const network::Model& model, const std::set<std::string>& names, bool dot) {
  std::string text = dot ? "digraph interfaces {\n" : "";
  for (const std::string& name : names) {
    const auto lowers = lower_interfaces(model, model.interfaces.find(name)->second);
    if (!dot) text.append(name).append(" : ").append(lowers.empty() ? "None" : join(lowers, " ")).append("\n");
    for (const std::string& lower : lowers) {
      if (dot) text.append("  \"").append(name).append("\" -> \"").append(lower).append("\";\n");
    }
    if (dot && lowers.empty()) text.append("  \"").append(name).append("\";\n");
  }
  return text + (dot ? "}\n" : "");
}

}  // namespace drawbridge::cli
