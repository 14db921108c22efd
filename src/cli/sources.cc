#include "cli/sources.h"

#include <utility>

#include "base/digest.h"
#include "cli/hook_scripts.h"

namespace drawbridge::cli {
namespace {

std::string below(const std::string& root, const std::string& path) {
  return root.empty() || !path.starts_with('/') || path.starts_with(root + "/") ? path : root + path;
}

}  // namespace

interfaces::Reader make_reader(doors::Files& files, const std::string& root) {
  return {.read = [&files, root](const std::string& path) { return files.read(below(root, path)); },
          .glob = [&files, root](const std::string& pattern) { return files.glob(below(root, pattern)); }};
}

Source read_text(doors::Files& files, const std::string& root, std::string path, std::string bytes) {
  Source source{.path = std::move(path), .bytes = std::move(bytes), .pending = false, .exists = true, .configuration = {}};
  source.configuration = interfaces::read_configuration(source.path, source.bytes, make_reader(files, root));
  source.scripts = read_hook_scripts(files, root);
  return source;
}

Result<Source> read_file(doors::Files& files, const std::string& root, const std::string& path) {
  auto bytes = files.read(path);
  if (!bytes) {
    Error error = std::move(bytes.error());
    error.code = Errc::invalid_input;
    error.where.file = path;
    return fail(std::move(error));
  }
  return read_text(files, root, path, std::move(*bytes));
}

Result<Source> read_running(doors::Files& files, const std::string& root) {
  const std::string path = transaction::paths_below(root).interfaces;
  auto bytes = files.read(path);
  if (bytes) return read_text(files, root, path, std::move(*bytes));
  if (bytes.error().code != Errc::not_found) return fail(std::move(bytes.error()));
  Source source = read_text(files, root, path, {});
  source.exists = false;
  return source;
}

Result<std::optional<Source>> read_pending(doors::Files& files, const std::string& root) {
  const std::string path = transaction::paths_below(root).pending;
  auto bytes = files.read(path);
  if (!bytes && bytes.error().code == Errc::not_found) return std::optional<Source>();
  if (!bytes) return fail(std::move(bytes.error()));
  Source source = read_text(files, root, path, std::move(*bytes));
  source.pending = true;
  return std::optional<Source>(std::move(source));
}

Result<Source> read_effective(doors::Files& files, const std::string& root) {
  auto pending = TRY(read_pending(files, root));
  if (pending) return std::move(*pending);
  return read_running(files, root);
}

Meaning make_meaning(const Source& source, const network::Snapshot* kernel) {
  Meaning meaning;
  meaning.model = network::make_model(source.configuration, kernel);
  network::add_scripts(meaning.model, source.scripts);
  meaning.resolved = network::resolve(meaning.model, kernel);
  meaning.diagnostics = source.configuration.diagnostics;
  for (const auto& more : {meaning.model.diagnostics, network::validate(meaning.model, kernel)}) {
    meaning.diagnostics.insert(meaning.diagnostics.end(), more.begin(), more.end());
  }
  sort_diagnostics(meaning.diagnostics);
  return meaning;
}

Result<network::Desired> read_previous(doors::Files& files, const std::string& root, const Source& target, const network::Snapshot* kernel,
                                       const Meaning* meaning) {
  if (target.pending) {
    const Source running = TRY(read_running(files, root));
    return make_meaning(running, kernel).resolved.desired;
  }
  const auto paths = transaction::paths_below(root);
  const auto newest = TRY(transaction::latest_generation(files, paths));
  if (!newest) return network::Desired{};
  // The usual reload: the file is the one that was applied last, so it asks for what it asked for then.
  if (meaning != nullptr && target.path == paths.interfaces && newest->digest == sha256_hex(target.bytes)) return meaning->resolved.desired;
  auto bytes = transaction::read_generation(files, paths, newest->number);
  if (!bytes && bytes.error().code == Errc::not_found) return network::Desired{};
  if (!bytes) return fail(std::move(bytes.error()));
  return make_meaning(read_text(files, root, paths.interfaces, std::move(*bytes)), kernel).resolved.desired;
}

}  // namespace drawbridge::cli
