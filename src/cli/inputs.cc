#include "cli/inputs.h"

#include "network/snapshot_json.h"

namespace drawbridge::cli {

Result<Source> shown_source(Context& context) {
  auto& files = context.system.files();
  if (const auto file = context.arguments().value("FILE")) return read_file(files, context.system.root(), *file);
  return read_effective(files, context.system.root());
}

std::optional<network::Snapshot> kernel_for_show(Context& context) {
  if (context.arguments().has("FILE")) return std::nullopt;
  auto snapshot = context.system.snapshot();
  if (snapshot) return std::move(*snapshot);
  context.console.detail("without the kernel's state: " + snapshot.error().what);
  return std::nullopt;
}

Result<network::Snapshot> plan_base(Context& context) {
  const auto file = context.arguments().value("against");
  if (!file) return context.system.snapshot();
  auto text = context.system.files().read(*file);
  if (text) return network::snapshot_from_json(*text, *file);
  Error error = std::move(text.error());
  error.code = Errc::invalid_input;
  error.where.file = *file;
  return fail(std::move(error));
}

}  // namespace drawbridge::cli
