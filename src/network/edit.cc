#include "network/edit.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "interfaces/edit.h"
#include "network/edit_addresses.h"
#include "network/edit_options.h"
#include "network/edit_request.h"
#include "network/option_key.h"
#include "network/parameter.h"

namespace drawbridge::network {
namespace {

using interfaces::Document;

// Whoever makes the ports of guests owns these names.
constexpr std::array<std::string_view, 3> kGuestBridges{"fwbr", "fwln", "fwpr"};

Model model_of(const Document& document, const Snapshot* kernel) {
  return make_model(interfaces::read_configuration(document.path, interfaces::print(document), {}), kernel);
}

Edited refused(std::string parameter, std::string message, std::string hint) {
  return {std::nullopt, {{std::move(parameter), std::move(message), std::move(hint)}}, {}};
}

Edited refused(std::vector<ParameterError> errors) { return {std::nullopt, std::move(errors), {}}; }

Edited failed(const Error& error) { return refused("iface", error.what, error.hint); }

/// The parameter that a finding is about: that of the option on its line.
std::string parameter_at(const Interface& interface, const SourceLocation& where) {
  for (const auto& option : interface.options) {
    if (option.where.line != where.line || option.where.file != where.file) continue;
    if (const OptionKey* key = find_option_key(option.name)) return std::string(key->parameter);
    const std::string suffix = option.value.find(':') == std::string::npos ? "" : "6";
    if (option.name == "address") return "cidr" + suffix;
    if (option.name == "gateway") return "gateway" + suffix;
  }
  return "iface";
}

/// Findings that the edit brings: errors are refused, warnings are passed on.
void compare_findings(Edited& edited, const Document& before, const std::string& name, const EditContext& context) {
  const auto said = [&](const Document& document, Model& model) {
    model = model_of(document, context.kernel);
    Diagnostics found = model.diagnostics;
    const auto more = validate(model, context.kernel);
    found.insert(found.end(), more.begin(), more.end());
    return found;
  };
  Model old_model;
  Model new_model;
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& finding : said(before, old_model)) known.emplace(finding.code, finding.message);
  for (auto& finding : said(*edited.document, new_model)) {
    if (known.contains({finding.code, finding.message})) continue;
    const Interface* interface = new_model.find(name);
    if (finding.severity == Severity::error && !context.force)
      edited.errors.push_back({interface == nullptr ? "iface" : parameter_at(*interface, finding.where), finding.message, finding.hint});
    else
      edited.warnings.push_back(std::move(finding));
  }
  if (!edited.errors.empty()) edited.document.reset();
}

/// Applies a checked request to the lines of an interface that has a stanza.
class Editor {
 public:
  Editor(Document& document, const Interface& interface, const Request& request)
      : document_(document), name_(interface.name), interface_(interface), request_(request) {}

  Result<void> run() {
    TRY_VOID(edit_start());
    TRY_VOID(edit_addresses(Family::ipv4, ""));
    TRY_VOID(edit_addresses(Family::ipv6, "6"));
    TRY_VOID(edit_options());
    TRY_VOID(edit_ovs_words());
    return edit_comments();
  }

 private:
  Result<void> edit_start() {
    for (const auto& [parameter, allow_class] : {std::pair{"autostart", "auto"}, std::pair{"hotplug", "hotplug"}}) {
      if (!request_.touches(parameter)) continue;
      const auto* value = request_.value(parameter);
      if (value != nullptr && *value == "1")
        TRY_VOID(interfaces::add_allow(document_, name_, allow_class));
      else
        TRY_VOID(interfaces::remove_allow(document_, name_, allow_class));
    }
    return {};
  }

  Result<void> edit_addresses(Family family, const std::string& suffix) {
    bool changed = false;
    if (const auto* cidr = request_.value("cidr" + suffix)) {
      TRY_VOID(set_first_address(document_, name_, family, *parse_interface_address(*cidr)));
      changed = true;
    } else if (request_.removed.contains("cidr" + suffix) || request_.removed.contains("address" + suffix)) {
      TRY_VOID(set_first_address(document_, name_, family, std::nullopt));
      changed = true;
    }
    if (request_.touches("addresses")) {
      TRY_VOID(network::set_addresses(document_, name_, family, requested_addresses(family)));
      changed = true;
    }
    if (const auto* gateway = request_.value("gateway" + suffix))
      TRY_VOID(set_gateway(document_, name_, family, *parse_ip(*gateway)));
    else if (request_.removed.contains("gateway" + suffix))
      TRY_VOID(set_gateway(document_, name_, family, std::nullopt));
    const auto* method = request_.value("method" + suffix);
    if (method != nullptr) return set_method(document_, name_, family, *method);
    if (request_.removed.contains("method" + suffix)) return set_method(document_, name_, family, "manual");
    return changed ? follow_addresses(document_, name_, family) : Result<void>{};
  }

  std::vector<InterfaceAddress> requested_addresses(Family family) const {
    std::vector<InterfaceAddress> addresses;
    const auto* list = request_.value("addresses");
    if (list == nullptr) return addresses;
    for (const auto word : split_words(*list))
      if (const auto address = parse_interface_address(word); address && address->address.family == family) addresses.push_back(*address);
    return addresses;
  }

  /// How a new line of the option is written for this type.
  std::string_view spelling(const OptionKey& key) const {
    const bool ovs = type_name(interface_.type).starts_with("OVS");
    return key.name == "mtu" && ovs ? "ovs_mtu" : key.spelling;
  }

  Result<void> edit_options() {
    for (const auto& [parameter, value] : request_.values) {
      const OptionKey* key = find_option_key_by_parameter(parameter);
      if (key == nullptr || in_ovs_options(parameter)) continue;
      TRY_VOID(set_key(*key, value));
    }
    for (const auto& parameter : request_.removed) {
      const OptionKey* key = find_option_key_by_parameter(parameter);
      if (key == nullptr || in_ovs_options(parameter)) continue;
      TRY_VOID(remove_key(*key));
    }
    return {};
  }

  Result<void> set_key(const OptionKey& key, const std::string& value) {
    if (key.name == "bridge-vlan-aware") return value == "1" ? enable_vlans(key) : remove_key(key);
    if (key.name == "bridge-disable-mac-learning" && value == "0") return remove_key(key);
    if (key.form == OptionForm::names && value.empty()) return remove_key(key);
    if (key.form == OptionForm::repeated) {
      const auto words = split_words(value);
      return set_interface_option_lines(document_, name_, key.name, spelling(key), {words.begin(), words.end()});
    }
    return set_interface_option(document_, name_, key.name, spelling(key), value);
  }

  Result<void> enable_vlans(const OptionKey& key) {
    TRY_VOID(set_interface_option(document_, name_, key.name, key.spelling, "yes"));
    // Without a list the uplink would carry no VLAN at all for programs that have no default.
    if (interface_.find_option("bridge-vids") != nullptr || request_.touches("bridge_vids")) return {};
    return set_interface_option(document_, name_, "bridge-vids", "bridge-vids", "2-4094");
  }

  Result<void> remove_key(const OptionKey& key) {
    // These lines also say what the interface is: without them it would be another type.
    const bool kept =
        key.name == port_option(interface_.type) && (interface_.type == InterfaceType::bridge || interface_.type == InterfaceType::bond);
    if (kept) return set_interface_option(document_, name_, key.name, key.spelling, "none");
    if (key.name == "bridge-vlan-aware" && interface_.find_option("bridge-ports") == nullptr && !request_.touches("bridge_ports"))
      return set_interface_option(document_, name_, key.name, key.spelling, "no");
    return remove_interface_option(document_, name_, key.name);
  }

  /// Parameters that are words of ovs_options.
  bool in_ovs_options(std::string_view parameter) const {
    if (parameter == "ovs_options") return interface_.type != InterfaceType::ovs_bridge;
    return parameter == "ovs_tag" || (parameter == "bond_mode" && interface_.type == InterfaceType::ovs_bond);
  }

  Result<void> edit_ovs_words() {
    if (!request_.touches("ovs_options") && !request_.touches("ovs_tag") && !(request_.touches("bond_mode") && in_ovs_options("bond_mode")))
      return {};
    if (interface_.type == InterfaceType::ovs_bridge) return {};
    const std::string old(interface_.option("ovs-options"));
    const std::string words = edit_words(old);
    if (words == old) return {};
    if (words.empty()) return remove_interface_option(document_, name_, "ovs-options");
    return set_interface_option(document_, name_, "ovs-options", "ovs_options", words);
  }

  std::string edit_words(const std::string& old) const {
    std::string words = old;
    if (request_.touches("ovs_options")) {
      const auto* sent = request_.value("ovs_options");
      words = sent == nullptr ? "" : *sent;
      // Words that have parameters of their own stay, unless the new text says otherwise.
      for (const std::string_view key : {"tag", "bond_mode", "lacp"}) {
        const std::string value = ovs_option(interface_, key);
        const bool own = key == "tag" || interface_.type == InterfaceType::ovs_bond;
        const bool folded = key != "lacp" || ovs_option(interface_, "bond_mode").starts_with("balance");
        if (own && folded && !value.empty() && !says(words, key)) words = with_word(words, key, value);
      }
    }
    if (request_.touches("ovs_tag"))
      words = with_word(words, "tag", request_.value("ovs_tag") == nullptr ? "" : *request_.value("ovs_tag"));
    if (request_.touches("bond_mode") && in_ovs_options("bond_mode")) {
      const std::string mode = request_.value("bond_mode") == nullptr ? "" : *request_.value("bond_mode");
      const bool lacp = mode.starts_with("lacp-");
      words = with_word(words, "bond_mode", lacp ? std::string_view(mode).substr(5) : mode);
      words = with_word(words, "lacp", lacp ? "active" : "");
    }
    return words;
  }

  static bool says(std::string_view words, std::string_view key) {
    return std::ranges::any_of(split_words(words), [&](std::string_view word) { return word.substr(0, word.find('=')) == key; });
  }

  Result<void> edit_comments() {
    const bool only_v6 = shown_comments(interface_).comments6.empty() && !interface_.comments6.empty();
    if (request_.touches("comments"))
      TRY_VOID(write_comments("comments", [&](const auto& family) { return only_v6 || family != Family::ipv6; }));
    if (request_.touches("comments6")) TRY_VOID(write_comments("comments6", [](const auto& family) { return family == Family::ipv6; }));
    return {};
  }

  template <class Takes>
  Result<void> write_comments(std::string_view parameter, Takes takes) {
    std::vector<std::string> lines;
    if (const auto* text = request_.value(parameter))
      for (const auto line : split(std::string_view(*text).substr(0, text->find_last_not_of('\n') + 1), '\n'))
        if (!text->empty()) lines.emplace_back(line);
    auto stanzas = interfaces::find_stanzas(document_, name_);
    bool written = false;
    for (const auto& stanza : stanzas) {
      if (!takes(stanza.family)) continue;
      TRY_VOID(interfaces::set_comments(document_, stanza, written ? std::vector<std::string>{} : lines));
      written = true;
    }
    if (written || lines.empty()) return {};
    const auto stanza = TRY(stanza_for(document_, name_, parameter == "comments6" ? Family::ipv6 : Family::ipv4));
    return interfaces::set_comments(document_, stanza, lines);
  }

  Document& document_;
  std::string name_;
  const Interface& interface_;
  const Request& request_;
};

/// Puts a name into, or takes it out of, the ovs_ports of a bridge of this document.
Result<void> edit_ovs_bridge(Document& document, const std::string& bridge_name, const std::string& port, bool listed) {
  const Model model = model_of(document, nullptr);
  const Interface* bridge = model.find(bridge_name);
  if (bridge == nullptr || bridge->type != InterfaceType::ovs_bridge) return {};
  std::vector<std::string> ports;
  for (const auto& word : port_words(*bridge, "ovs-ports")) ports.push_back(word.text);
  const auto found = std::ranges::find(ports, port);
  if (listed == (found != ports.end())) return {};
  if (listed)
    ports.push_back(port);
  else
    ports.erase(found);
  if (ports.empty()) return remove_interface_option(document, bridge_name, "ovs-ports");
  return set_interface_option(document, bridge_name, "ovs-ports", "ovs_ports", join(ports, " "));
}

/// The interface as it is, or why it can't be edited in this document.
std::optional<ParameterError> find_problem(const Document& document, const std::string& name, const Model& own,
                                           const EditContext& context) {
  if (!interfaces::find_stanzas(document, name).empty()) return std::nullopt;
  const Interface* known = context.model == nullptr ? nullptr : context.model->find(name);
  if (own.find(name) != nullptr && own.find(name)->declared)
    return ParameterError{"iface", printable(name) + " is one of a range of names", "edit the file, or write a stanza of its own"};
  if (known != nullptr && known->declared)
    return ParameterError{"iface", printable(name) + " is configured in " + known->where.file, "edit that file"};
  const Link* link = context.kernel == nullptr ? nullptr : context.kernel->find_link(name);
  if (own.find(name) != nullptr || known != nullptr || (link != nullptr && is_physical(*link))) return std::nullopt;
  const auto& interfaces = (context.model == nullptr ? own : *context.model).interfaces;
  std::vector<std::string> names;
  names.reserve(interfaces.size());
  for (const auto& [other, interface] : interfaces) names.push_back(other);
  const auto meant = nearest(name, names);
  return ParameterError{"iface", "there is no interface " + printable(name), meant ? "did you mean '" + *meant + "'?" : ""};
}

/// Interface for a name without a stanza: what `iface NAME inet manual` would be.
Interface bare_interface(const std::string& name, InterfaceType type) {
  Interface interface;
  interface.name = name;
  interface.type = type;
  interface.families = {Family::ipv4};
  return interface;
}

Edited apply_request(Document document, const Interface& interface, const Request& request, const Document& before,
                     const EditContext& context) {
  if (auto done = Editor(document, interface, request).run(); !done) return failed(done.error());
  Edited edited{std::move(document), {}, {}};
  compare_findings(edited, before, interface.name, context);
  return edited;
}

std::optional<ParameterError> creation_problem(const std::string& type, const std::string& name, const Model& model) {
  if (auto problem = name_problem(name)) return ParameterError{"iface", *problem, "use letters, digits, '-', '_' and '.', at most 15"};
  const auto found = find_type(type);
  if (!found || *found == InterfaceType::loopback)
    return ParameterError{"type", "interfaces of type '" + printable(type) + "' can't be created",
                          "the types are bridge, bond, eth, alias, vlan, vxlan, dummy, OVSBridge, OVSBond, OVSPort, OVSIntPort, unknown"};
  const Interface* existing = model.find(name);
  if (existing != nullptr && existing->declared)
    return ParameterError{"iface", printable(name) + " exists already, at " + format_location(existing->where), "set its parameters"};
  if (std::ranges::any_of(kGuestBridges, [&](std::string_view prefix) { return name.starts_with(prefix); }) ||
      ((name.starts_with("tap") || name.starts_with("veth")) && name.find('i') != std::string::npos &&
       is_numbered(name.substr(name.rfind('i')), "i")))
    return ParameterError{"iface", "the name " + printable(name) + " is kept for ports of guests", "choose another name"};
  return std::nullopt;
}

/// What a new interface of the type says beside what the request sets, so that every program sees it as that type.
void add_defaults(Request& request, InterfaceType type, std::vector<std::pair<std::string, std::string>>& options) {
  const auto add = [&](std::string_view parameter, std::string_view value) {
    const OptionKey* key = find_option_key_by_parameter(parameter);
    const auto sent = request.values.find(parameter);
    const bool use = sent != request.values.end() && !sent->second.empty();
    options.emplace_back(key->spelling, use ? sent->second : std::string(value));
    if (sent != request.values.end()) request.values.erase(sent);
  };
  if (type == InterfaceType::bridge) {
    add("bridge_ports", "none");
    add("bridge_stp", "off");
    add("bridge_fd", "0");
  } else if (type == InterfaceType::bond) {
    add("slaves", "none");
    add("bond_miimon", "100");
    add("bond_mode", "balance-rr");
  } else if (type == InterfaceType::dummy) {
    add("link-type", "dummy");
  }
  if (const std::string word = type_name(type); word.starts_with("OVS")) options.emplace_back("ovs_type", word);
}

/// Parameters that a new interface of the type can't be without, and contradictions with its name.
std::vector<ParameterError> check_required(const Request& request, const Interface& interface) {
  std::vector<ParameterError> errors;
  const auto need = [&](std::string_view parameter) {
    if (request.value(parameter) == nullptr)
      errors.push_back({std::string(parameter), "the parameter is required", "add " + std::string(parameter) + "=VALUE"});
  };
  const auto type = interface.type;
  if (type == InterfaceType::ovs_bond || type == InterfaceType::ovs_int_port || type == InterfaceType::ovs_port) need("ovs_bridge");
  if (type == InterfaceType::vxlan) need("vxlan-id");
  if (type == InterfaceType::alias && split_alias_name(interface.name).root.empty())
    errors.push_back({"iface", "an alias is named by its interface, a colon and a number", "for example eth0:1"});
  if (type != InterfaceType::vlan) return errors;
  const auto dotted = split_vlan_name(interface.name);
  if (dotted.root.empty()) need("vlan-raw-device");
  const std::string id =
      dotted.number.empty() ? is_numbered(interface.name, "vlan") ? interface.name.substr(4) : "" : std::string(dotted.number);
  if (id.empty()) need("vlan-id");
  const auto* sent = request.value("vlan-id");
  if (sent != nullptr && !id.empty() && *sent != id)
    errors.push_back({"vlan-id", "the name says VLAN " + id, "choose another name, or leave the parameter out"});
  return errors;
}

std::vector<ParameterError> check_ovs_bridge(const Request& request, const Model& model) {
  const auto* name = request.value("ovs_bridge");
  if (name == nullptr) return {};
  const Interface* bridge = model.find(*name);
  if (bridge != nullptr && bridge->type == InterfaceType::ovs_bridge) return {};
  return {{"ovs_bridge", "there is no OVS bridge " + printable(*name), "create it first"}};
}

/// Writes a stanza in the canonical order, then what it takes from the general rules.
Edited build_interface(const Document& before, const Interface& interface, Request request, const EditContext& context) {
  interfaces::NewStanza stanza{
      .name = interface.name, .family = Family::ipv4, .method = "manual", .options = {}, .comments = {}, .allow_class = ""};
  const bool v4 = request.value("cidr") != nullptr || request.value("method") != nullptr;
  const bool v6 = request.value("cidr6") != nullptr || request.value("method6") != nullptr;
  if (v6 && !v4) stanza.family = Family::ipv6;
  const auto add_first = [&](const char* parameter, const char* option) {
    const auto sent = request.values.find(parameter);
    if (sent == request.values.end()) return;
    stanza.options.emplace_back(option, sent->second);
    request.values.erase(sent);
  };
  const std::string suffix = stanza.family == Family::ipv6 ? "6" : "";
  stanza.method = request.value("cidr" + suffix) != nullptr ? "static" : "manual";
  add_first(suffix.empty() ? "cidr" : "cidr6", "address");
  add_first(suffix.empty() ? "gateway" : "gateway6", "gateway");
  add_defaults(request, interface.type, stanza.options);
  if (request.value("autostart") != nullptr && *request.value("autostart") == "1") stanza.allow_class = "auto";
  Document document = before;
  if (auto done = interfaces::add_stanza(document, stanza); !done) return failed(done.error());
  if (const auto* bridge = request.value("ovs_bridge"))
    if (auto done = edit_ovs_bridge(document, *bridge, interface.name, true); !done) return failed(done.error());
  // What the new stanza says is there now: the rest of the request is a change of it.
  const Model model = model_of(document, nullptr);
  const Interface* created = model.find(interface.name);
  if (created == nullptr) return refused("iface", "the stanza could not be written", "");
  Interface now = *created;
  now.type = interface.type;
  return apply_request(std::move(document), now, request, before, context);
}

/// The names in the lists and raw devices of others.
void report_references(const std::string& name, const Model& model, Diagnostics& warnings) {
  const Checks checks(model, nullptr);
  const auto report = [&](const SourceLocation& where, const std::string& by) {
    warnings.push_back({where,
                        Severity::warning,
                        "reference-remains",
                        printable(by) + " still refers to " + printable(name),
                        "change or delete " + printable(by) + " too",
                        {}});
  };
  for (const auto& mastership : checks.masters(name)) report(mastership.where, mastership.master->name);
  for (const auto& [other, interface] : model.interfaces)
    if (parent_of(interface) == name) report(interface.where, other);
}

}  // namespace

Edited set_interface(const Document& document, const std::string& name, const Change& change, const EditContext& context) {
  const Model own = model_of(document, context.kernel);
  if (auto problem = find_problem(document, name, own, context)) return refused({*problem});
  const Interface* found = own.find(name);
  const Interface interface = found != nullptr && found->declared ? *found : [&] {
    Interface bare = bare_interface(name, InterfaceType::unknown);
    bare.type = detect_type(bare, context.kernel);
    if (found != nullptr) bare.autostart = found->autostart;
    return bare;
  }();
  Request request = read_request(change, interface);
  const auto more =
      context.force ? std::vector<ParameterError>{} : check_neighbours(request, interface, context.model == nullptr ? own : *context.model);
  request.errors.insert(request.errors.end(), more.begin(), more.end());
  const auto ovs = check_ovs_bridge(request, context.model == nullptr ? own : *context.model);
  request.errors.insert(request.errors.end(), ovs.begin(), ovs.end());
  if (!request.errors.empty()) return refused(std::move(request.errors));
  if (request.values.empty() && request.removed.empty()) return {document, {}, {}};
  Document changed = document;
  if (interfaces::find_stanzas(changed, name).empty())
    if (const auto stanza = stanza_for(changed, name, Family::ipv4); !stanza) return failed(stanza.error());
  return apply_request(std::move(changed), interface, request, document, context);
}

Edited create_interface(const Document& document, const std::string& type, const std::string& name, const Change& change,
                        const EditContext& context) {
  const Model own = model_of(document, context.kernel);
  const Model& model = context.model == nullptr ? own : *context.model;
  if (auto problem = creation_problem(type, name, model)) return refused({*problem});
  const Interface interface = bare_interface(name, *find_type(type));
  Request request = read_request(change, interface);
  for (const auto& parameter : change.removed)
    request.errors.push_back({parameter, "a new interface has nothing to delete", "leave it out"});
  for (const auto& errors : {check_required(request, interface), check_ovs_bridge(request, model),
                             context.force ? std::vector<ParameterError>{} : check_neighbours(request, interface, model)})
    request.errors.insert(request.errors.end(), errors.begin(), errors.end());
  if (!request.errors.empty()) return refused(std::move(request.errors));
  return build_interface(document, interface, std::move(request), context);
}

Edited delete_interface(const Document& document, const std::string& name, const EditContext& context) {
  const Model own = model_of(document, context.kernel);
  if (auto problem = find_problem(document, name, own, context)) return refused({*problem});
  Edited edited{document, {}, {}};
  Document& changed = *edited.document;
  if (const Interface* interface = own.find(name); interface != nullptr && interface->find_option("ovs-bridge") != nullptr)
    if (auto done = edit_ovs_bridge(changed, std::string(interface->option("ovs-bridge")), name, false); !done) return failed(done.error());
  // Each removal renumbers the others of the same family.
  for (auto stanzas = interfaces::find_stanzas(changed, name); !stanzas.empty(); stanzas = interfaces::find_stanzas(changed, name))
    if (auto done = interfaces::remove_stanza(changed, stanzas.back()); !done) return failed(done.error());
  std::vector<std::string> classes{"auto", "hotplug"};
  if (const Interface* interface = own.find(name)) classes.insert(classes.end(), interface->classes.begin(), interface->classes.end());
  for (const auto& allow_class : classes)
    if (auto done = interfaces::remove_allow(changed, name, allow_class); !done) return failed(done.error());
  report_references(name, model_of(changed, context.kernel), edited.warnings);
  return edited;
}

}  // namespace drawbridge::network
