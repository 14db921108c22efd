// Merges the stanzas of a configuration into one Interface per name.
#include <algorithm>
#include <array>
#include <ranges>

#include "base/text.h"
#include "network/interface.h"
#include "network/model_addresses.h"
#include "network/model_hooks.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 11> kMethods{"loopback", "manual", "static", "dhcp", "bootp", "ppp",
                                                    "tunnel",   "wvdial", "ipv4ll", "none", "auto"};
constexpr std::array<std::string_view, 8> kMethods6{"loopback", "manual", "static", "dhcp", "auto", "v4tunnel", "6to4", "none"};

/// The lines of the documents by their numbers, for what a Stanza doesn't hold: texts before $IFACE was replaced.
class LineFinder {
 public:
  explicit LineFinder(const interfaces::Configuration& configuration) : configuration_(configuration) {}

  const interfaces::Line* find(const SourceLocation& where) {
    if (document_ == nullptr || document_->path != where.file) {
      const auto found = configuration_.documents.find(where.file);
      if (found == configuration_.documents.end()) return nullptr;
      document_ = &found->second;
    }
    const auto& lines = document_->lines;
    const auto after = std::ranges::upper_bound(lines, where.line, {}, &interfaces::Line::number);
    if (after == lines.begin()) return nullptr;
    const auto& line = *std::prev(after);
    return line.word_number == where.line && line.column == where.column ? &line : nullptr;
  }

 private:
  const interfaces::Configuration& configuration_;
  const interfaces::Document* document_ = nullptr;
};

bool is_continued(const interfaces::Line& line) {
  const auto end = line.bytes.find('\n');
  return end != std::string::npos && end + 1 < line.bytes.size();
}

class Merger {
 public:
  Merger(const interfaces::Configuration& configuration, const Snapshot* kernel)
      : configuration_(configuration), kernel_(kernel), lines_(configuration) {}

  Model run() {
    for (const auto& stanza : configuration_.stanzas) add_stanza(stanza);
    for (const auto& allow : configuration_.allows) add_allow(allow);
    for (auto& [name, interface] : model_.interfaces) finish(interface);
    sort_diagnostics(model_.diagnostics);
    return std::move(model_);
  }

 private:
  Interface& interface_for(const std::string& name, const SourceLocation& where, std::uint32_t position) {
    const auto [entry, is_new] = model_.interfaces.try_emplace(name);
    Interface& interface = entry->second;
    if (is_new) {
      interface.name = name;
      interface.where = where;
    }
    interface.priority = std::min(interface.priority.value_or(position), position);
    return interface;
  }

  void add_stanza(const interfaces::Stanza& stanza) {
    Interface& interface = interface_for(stanza.name, stanza.where, stanza.position);
    interface.declared = true;
    interface.families.push_back(stanza.family);
    if (stanza.family) set_method(interface, stanza);
    std::string& comments = stanza.family == Family::ipv6 ? interface.comments6 : interface.comments;
    for (const auto& comment : stanza.comments) comments += comment + "\n";
    for (const auto& option : stanza.options) interface.options.push_back(make_line(option, stanza));
    read_addresses(stanza, interface, model_.diagnostics);
    read_hooks(stanza, interface);
  }

  OptionLine make_line(const interfaces::Option& option, const interfaces::Stanza& stanza) {
    const interfaces::Line* line = lines_.find(option.where);
    const std::string& value = line != nullptr ? line->rest : option.value;
    return {canonical_option(option.name),         option.value, option.name + " " + value, stanza.family, option.where, option.value_where,
            line != nullptr && is_continued(*line)};
  }

  /// The place of the method on the iface line.
  SourceLocation method_place(const interfaces::Stanza& stanza) {
    const interfaces::Line* line = lines_.find(stanza.where);
    if (line == nullptr || is_continued(*line)) return stanza.where;
    const auto words = split_words(line->rest);
    if (words.size() < 3) return stanza.where;
    const auto offset = static_cast<std::uint32_t>(words[2].data() - line->rest.data());
    return {stanza.where.file, line->rest_number, line->rest_column + offset};
  }

  void set_method(Interface& interface, const interfaces::Stanza& stanza) {
    const bool v6 = stanza.family == Family::ipv6;
    auto& method = v6 ? interface.method6 : interface.method;
    const std::string asked = stanza.method.empty() ? "manual" : stanza.method;
    check_method(stanza, asked, v6);
    if (method && *method != "manual" && asked != "manual" && *method != asked)
      model_.diagnostics.push_back({method_place(stanza),
                                    Severity::warning,
                                    "method-conflict",
                                    printable(stanza.name) + " has method '" + printable(*method) + "' in an earlier stanza; '" +
                                        printable(asked) + "' has no effect",
                                    "keep one method per family and put further addresses into the same stanza",
                                    {}});
    if (!method || *method == "manual") method = asked;
  }

  void check_method(const interfaces::Stanza& stanza, const std::string& method, bool v6) {
    const bool known = v6 ? std::ranges::find(kMethods6, method) != kMethods6.end() : std::ranges::find(kMethods, method) != kMethods.end();
    if (known) return;
    const auto meant = nearest(method, {"loopback", "manual", "static", "dhcp", "auto"});
    model_.diagnostics.push_back(
        {method_place(stanza),
         Severity::warning,
         "method-unknown",
         "unknown method '" + printable(method) + "' is treated as manual",
         meant ? "did you mean '" + *meant + "'?" : "the usual methods are static, manual, dhcp, auto and loopback",
         {}});
  }

  void add_allow(const interfaces::Allow& allow) {
    if (allow.name == "all" && allow.allow_class == "auto" && !model_.interfaces.contains("all")) {
      all_auto_ = true;
      return;
    }
    Interface& interface = interface_for(allow.name, allow.where, allow.position);
    if (allow.allow_class == "auto") {
      interface.autostart = true;
    } else if (allow.allow_class == "hotplug") {
      interface.hotplug = true;
    } else {
      if (allow.allow_class == "ovs") interface.autostart = true;
      interface.classes.push_back(allow.allow_class);
    }
  }

  void finish(Interface& interface) {
    if (all_auto_ && interface.declared) interface.autostart = true;
    std::ranges::sort(interface.classes);
    const auto repeated = std::ranges::unique(interface.classes);
    interface.classes.erase(repeated.begin(), repeated.end());
    if (interface.families.empty()) interface.families.emplace_back(Family::ipv4);
    interface.type = detect_type(interface, kernel_);
    finish_hooks(interface, model_.diagnostics);
  }

  const interfaces::Configuration& configuration_;
  const Snapshot* kernel_;
  LineFinder lines_;
  Model model_;
  bool all_auto_ = false;
};

}  // namespace

const OptionLine* Interface::find_option(std::string_view canonical_name) const {
  for (const auto& option : std::views::reverse(options))
    if (option.name == canonical_name) return &option;
  return nullptr;
}

std::string_view Interface::option(std::string_view canonical_name) const {
  const OptionLine* line = find_option(canonical_name);
  return line == nullptr ? std::string_view{} : std::string_view(line->value);
}

const Interface* Model::find(std::string_view name) const {
  const auto found = interfaces.find(name);
  return found == interfaces.end() ? nullptr : &found->second;
}

Model make_model(const interfaces::Configuration& configuration, const Snapshot* kernel) { return Merger(configuration, kernel).run(); }

}  // namespace drawbridge::network
