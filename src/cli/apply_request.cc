#include "cli/apply_request.h"

#include <algorithm>

#include "base/text.h"
#include "cli/partial_desired.h"
#include "cli/plan_text.h"

namespace drawbridge::cli {
namespace {

/// The code of the finding that a NIC named by the file is not there.
constexpr std::string_view kMissingNic = "nic-missing";

Refusal refuse(const Error& error) { return {.findings = {error_diagnostic(error)}, .exit = exit_of(error)}; }

void append(Diagnostics& to, const Diagnostics& more) { to.insert(to.end(), more.begin(), more.end()); }

bool is_missing_nic(const Diagnostic& diagnostic) { return diagnostic.code == kMissingNic; }

/// NICs that are to be configured and are not there. One that the file only mentions is none of them.
Diagnostics missing_nics(const network::Desired& desired, const network::Snapshot& now) {
  Diagnostics missing;
  for (const auto& [name, link] : desired.links) {
    if (!link.kind.empty() || now.find_link(name) != nullptr) continue;
    missing.push_back({.where = link.where,
                       .severity = Severity::error,
                       .code = std::string(kMissingNic),
                       .message = "there is no NIC " + printable(name),
                       .hint = "correct the name, or check the hardware; --force applies the rest",
                       .included_from = {}});
  }
  return missing;
}

/// Interfaces that ask for DHCP on a machine without a client for it, each told with its line. Their DHCP is taken out.
Diagnostics take_out_dhcp(Context& context, network::Desired& desired) {
  Diagnostics findings;
  std::optional<Result<void>> found;
  for (auto& [name, link] : desired.links) {
    for (auto* dhcp : {&link.dhcp4, &link.dhcp6}) {
      if (!*dhcp || !(*dhcp)->value) continue;
      if (!found) found = context.system.find_dhcp_client();
      if (*found) return {};
      const Error& error = found->error();
      findings.push_back({(*dhcp)->where, Severity::error, "dhcp-client-missing", error.what, error.hint, {}});
      dhcp->reset();
    }
  }
  return findings;
}

std::vector<std::pair<IpAddress, std::string>> gateways_of(const network::Desired& desired) {
  std::vector<std::pair<IpAddress, std::string>> gateways;
  for (const auto& route : desired.routes) {
    if (!route.value.destination.is_default()) continue;
    for (const network::Nexthop& hop : route.value.nexthops) {
      if (hop.gateway) gateways.emplace_back(*hop.gateway, hop.link);
    }
  }
  return gateways;
}

/// The model's meaning with the named interfaces made auto: naming one is asking for it.
Meaning meaning_of(Context& context, const Source& source, const network::Snapshot& now, const PrepareOptions& options) {
  Meaning meaning = context.system.meaning(source, now);
  if (!options.names) return meaning;
  for (const std::string& name : *options.names) {
    const auto found = meaning.model.interfaces.find(name);
    if (found != meaning.model.interfaces.end()) found->second.autostart = true;
  }
  meaning.resolved = network::resolve(meaning.model, &now);
  meaning.resolved.desired = restrict_to(meaning.resolved.desired, *options.names, now, options.alone);
  return meaning;
}

/// The same finding about the same line, told by two rooms: one is enough.
void drop_repeated(Diagnostics& findings) {
  std::set<std::pair<SourceLocation, std::string>> seen;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    return !seen.insert({SourceLocation{finding.where.file, finding.where.line, 0}, finding.code}).second;
  });
}

/// What stops the apply, if anything does.
std::optional<Refusal> find_refusal(const Meaning& meaning, const network::Snapshot& now, const PrepareOptions& options) {
  if (options.lenient) return std::nullopt;
  const Diagnostics missing = options.force ? Diagnostics{} : missing_nics(meaning.resolved.desired, now);
  if (has_errors(meaning.diagnostics) || !missing.empty()) {
    Diagnostics findings = meaning.diagnostics;
    std::erase_if(findings, is_missing_nic);
    append(findings, missing);
    return Refusal{.findings = std::move(findings), .exit = Exit::bad_input};
  }
  if (!options.names && has_errors(meaning.resolved.diagnostics)) {
    return Refusal{.findings = meaning.resolved.diagnostics, .exit = Exit::refused};
  }
  return std::nullopt;
}

}  // namespace

std::expected<Prepared, Refusal> prepare(Context& context, const Source& source, const PrepareOptions& options) {
  if (!source.exists) {
    return std::unexpected(
        refuse({Errc::not_found, "there is no interfaces file", {source.path, 0, 0}, "nothing is applied without one", 0}));
  }
  const auto now = context.system.snapshot();
  if (!now) return std::unexpected(refuse(now.error()));
  Meaning meaning = meaning_of(context, source, *now, options);
  // With names some interfaces are auto that were not when the file was applied.
  auto previous = read_previous(context.system.files(), context.system.root(), source, &*now, options.names ? nullptr : &meaning);
  if (!previous) return std::unexpected(refuse(previous.error()));
  if (options.previous_is_current) *previous = meaning.resolved.desired;
  if (options.names) *previous = restrict_to(*previous, *options.names, *now, options.alone);
  const Diagnostics no_dhcp = take_out_dhcp(context, meaning.resolved.desired);
  if (!no_dhcp.empty() && !options.lenient) return std::unexpected(Refusal{.findings = no_dhcp, .exit = Exit::refused});
  if (auto refusal = find_refusal(meaning, *now, options)) return std::unexpected(std::move(*refusal));
  Prepared prepared;
  prepared.warnings = as_warnings(missing_nics(meaning.resolved.desired, *now));
  meaning.resolved.desired = network::without_missing_links(std::move(meaning.resolved.desired), *now);
  prepared.plan = network::make_plan(*now, meaning.resolved.desired, *previous);
  prepared.reach = reach_of(*now, prepared.plan, asking_session());
  prepared.left_out = has_errors(meaning.diagnostics) || has_errors(meaning.resolved.diagnostics) || !no_dhcp.empty();
  for (const auto& more : {meaning.diagnostics, meaning.resolved.diagnostics, no_dhcp, prepared.plan.warnings, prepared.reach.risks}) {
    append(prepared.warnings, as_warnings(more));
  }
  drop_repeated(prepared.warnings);
  prepared.request.bytes = source.bytes;
  prepared.request.from_pending = source.pending;
  prepared.request.partial = options.names.has_value();
  prepared.request.ignore_changed_base = options.force;
  prepared.request.gateways = gateways_of(meaning.resolved.desired);
  prepared.request.desired = std::move(meaning.resolved.desired);
  prepared.request.previous = std::move(*previous);
  prepared.request.session = asking_session();
  prepared.request.author = author();
  prepared.request.task = asking_task();
  return prepared;
}

Exit tell_refusal(Console& console, const Refusal& refusal) { return console.report(refusal.findings, refusal.exit); }

}  // namespace drawbridge::cli
