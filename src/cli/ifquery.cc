// ifquery: interfaces as the file has them, as the kernel has them, and where the two differ.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "cli/context.h"
#include "cli/familiar.h"
#include "cli/interface_selection.h"
#include "cli/interface_status.h"
#include "cli/running_options.h"
#include "cli/sources.h"
#include "cli/verbs.h"
#include "network/option_key.h"

namespace drawbridge::cli {
namespace {

struct Query {
  Context& context;
  Source source;
  std::optional<network::Snapshot> kernel;
  Meaning meaning;
  std::set<std::string> names;

  const network::Interface& interface(const std::string& name) const { return meaning.model.interfaces.find(name)->second; }
  bool json() const { return context.console.json() || context.arguments().value("format") == "json"; }
};

std::string family_word(const std::optional<Family>& family) { return !family ? "" : *family == Family::ipv4 ? "inet" : "inet6"; }

std::string method_of(const network::Interface& interface, const std::optional<Family>& family) {
  if (!family) return "";
  return (*family == Family::ipv4 ? interface.method : interface.method6).value_or("manual");
}

/// The families of an interface, each once; one typeless entry if it has no stanza.
std::vector<std::optional<Family>> families_of(const network::Interface& interface) {
  std::vector<std::optional<Family>> families;
  for (const auto& family : interface.families) {
    if (std::ranges::find(families, family) == families.end()) families.push_back(family);
  }
  if (families.empty()) families.emplace_back();
  return families;
}

std::string stanza_head(const network::Interface& interface, const std::optional<Family>& family) {
  std::string head = "iface " + interface.name;
  if (family) head += " " + family_word(family) + " " + method_of(interface, family);
  return head;
}

std::string native_text(const Query& query, const network::Interface& interface) {
  const bool raw = query.context.arguments().has("raw");
  std::string text = interface.autostart ? "auto " + interface.name + "\n" : "";
  for (const auto& family : families_of(interface)) {
    text += stanza_head(interface, family) + "\n";
    for (const network::OptionLine& option : interface.options) {
      if (option.family == family) text += "\t" + (raw ? option.raw : option.name + " " + option.value) + "\n";
    }
  }
  return text + "\n";
}

/// One value, or a list if there are several.
void put(boost::json::object& object, const std::string& key, const std::string& value) {
  auto* there = object.if_contains(key);
  if (there == nullptr) {
    object[key] = value;
  } else if (there->is_array()) {
    there->as_array().emplace_back(value);
  } else {
    object[key] = boost::json::array{*there, value};
  }
}

boost::json::object head_document(const network::Interface& interface) {
  boost::json::object document{{"name", interface.name}};
  const auto family = families_of(interface).front();
  if (family) {
    document["addr_method"] = method_of(interface, family);
    document["addr_family"] = family_word(family);
  }
  document["auto"] = interface.autostart;
  return document;
}

boost::json::object config_document(const network::Interface& interface) {
  boost::json::object document = head_document(interface);
  boost::json::object config;
  for (const network::OptionLine& option : interface.options) put(config, option.name, option.value);
  document["config"] = std::move(config);
  return document;
}

Exit show_config(const Query& query) {
  if (query.json()) {
    boost::json::array list;
    for (const std::string& name : query.names) list.push_back(config_document(query.interface(name)));
    query.context.console.print_document(boost::json::serialize(list));
    return Exit::done;
  }
  for (const std::string& name : query.names) query.context.console.print(native_text(query, query.interface(name)));
  return Exit::done;
}

boost::json::object checked_document(const network::Interface& interface, const InterfaceStatus& status) {
  boost::json::object document = head_document(interface);
  boost::json::object config;
  boost::json::object config_status;
  for (const OptionStatus& option : status.options) {
    put(config, option.name, option.value);
    put(config_status, option.name, status_word(option.status));
  }
  document["config"] = std::move(config);
  document["config_status"] = std::move(config_status);
  document["status"] = status_word(status.status);
  return document;
}

std::string checked_text(const network::Interface& interface, const InterfaceStatus& status, const Console& console) {
  const auto mark = [&console](Check check) {
    const std::string word = status_word(check);
    return word.empty() ? word : "[" + console.style(word, check == Check::pass ? Style::green : Style::red) + "]";
  };
  std::string text = interface.autostart ? "auto " + interface.name + "\n" : "";
  std::string head = stanza_head(interface, families_of(interface).front());
  text += head + std::string(head.size() < 60 ? 60 - head.size() : 1, ' ') + mark(status.status) + "\n";
  for (const OptionStatus& option : status.options) {
    const std::string line = "        " + option.name + " " + option.value;
    text += line + (option.status == Check::unknown ? "" : std::string(line.size() < 60 ? 60 - line.size() : 1, ' ')) +
            mark(option.status) + "\n";
  }
  return text + "\n";
}

Exit check_config(const Query& query) {
  if (!query.kernel) return Exit::no;
  const auto previous = read_previous(query.context.system.files(), query.context.system.root(), query.source, &*query.kernel);
  const bool defaults = query.context.arguments().has("with-defaults");
  const auto statuses = check_interfaces(query.meaning, *query.kernel, previous ? *previous : network::Desired{}, query.names, defaults);
  bool all_pass = true;
  boost::json::array list;
  std::string text;
  for (const auto& [name, status] : statuses) {
    all_pass = all_pass && status.status != Check::fail;
    list.push_back(checked_document(query.interface(name), status));
    text += checked_text(query.interface(name), status, query.context.console);
  }
  if (query.json()) {
    query.context.console.print_document(boost::json::serialize(list));
  } else {
    query.context.console.print(text);
  }
  return all_pass ? Exit::done : Exit::no;
}

Exit show_running(const Query& query) {
  if (!query.kernel) return Exit::no;
  boost::json::array list;
  std::string text;
  for (const std::string& name : query.names) {
    const auto lines = running_options(*query.kernel, name);
    if (!lines) continue;
    const auto* interface = query.meaning.model.find(name);
    const bool automatic = interface != nullptr && interface->autostart;
    boost::json::object config;
    text.append(automatic ? "auto " + name + "\n" : "").append("iface ").append(name).append("\n");
    for (const auto& [option, value] : *lines) {
      put(config, option, value);
      text.append("\t").append(option).append(" ").append(value).append("\n");
    }
    text += "\n";
    list.push_back(boost::json::object{{"name", name}, {"auto", automatic}, {"config", std::move(config)}});
  }
  query.context.console.print(query.json() ? boost::json::serialize(list) + "\n" : text);
  return Exit::done;
}

/// The kernel may have links that no file speaks of: -r shows them too.
void add_running(Query& query, std::vector<std::string>& unknown) {
  std::erase_if(unknown, [&](const std::string& name) {
    const network::Link* link = query.kernel ? query.kernel->find_link(name) : nullptr;
    if (link != nullptr) query.names.insert(link->name);
    return link != nullptr;
  });
}

Exit show_syntax(Context& context) {
  for (const std::string_view name : {"address", "gateway", "netmask", "broadcast", "scope", "pointopoint", "metric", "hwaddress", "alias",
                                      "pre-up", "up", "post-up", "pre-down", "down", "post-down"}) {
    context.console.print(std::string(name) + "\n");
  }
  for (const network::OptionKey& key : network::option_keys()) context.console.print(std::string(key.name) + "\n");
  return Exit::done;
}

Exit show_dependencies(const Query& query) {
  const bool dot = query.context.arguments().value("print-dependency") == "dot";
  query.context.console.print(dependency_text(query.meaning.model, query.names, dot));
  return Exit::done;
}

Exit show_state(const Query& query) {
  if (!query.kernel) return Exit::no;
  bool all_up = true;
  for (const std::string& name : query.names) {
    const network::Link* link = query.kernel->find_link(name);
    const bool up = link != nullptr && link->up;
    if (up) query.context.console.print(join({name, name}, "=") + "\n");
    all_up = all_up && up;
  }
  return all_up || query.context.arguments().list("IFACE").empty() ? Exit::done : Exit::no;
}

Exit list_names(const Query& query) {
  if (query.json()) {
    query.context.console.print_document(boost::json::serialize(boost::json::array(query.names.begin(), query.names.end())));
    return Exit::done;
  }
  for (const std::string& name : query.names) query.context.console.print(name + "\n");
  return Exit::done;
}

Exit answer(const Query& query) {
  const Arguments& arguments = query.context.arguments();
  if (arguments.has("list")) return list_names(query);
  if (arguments.has("print-dependency")) return show_dependencies(query);
  if (arguments.has("state")) return show_state(query);
  if (arguments.has("check")) return check_config(query);
  if (arguments.has("running")) return show_running(query);
  return show_config(query);
}

}  // namespace

Exit ifquery(Context& context) {
  begin_familiar(context, "ifquery");
  const Arguments& arguments = context.arguments();
  if (arguments.has("syntax-help")) return show_syntax(context);
  if (!arguments.has("all") && !arguments.has("allow") && !arguments.has("list") && !arguments.has("state") &&
      arguments.list("IFACE").empty()) {
    return context.console.fail_usage("no interface is named", "-a shows all that are marked auto");
  }
  auto source = familiar_source(context);
  if (source && arguments.has("print-savedstate")) {
    auto applied = last_applied(context);
    if (!applied) {
      source = fail(applied.error());
    } else {
      source = *applied ? std::move(**applied) : read_text(context.system.files(), context.system.root(), source->path, {});
    }
  }
  if (!source) {
    context.console.fail(source.error());
    return Exit::no;
  }
  Query query{.context = context, .source = std::move(*source), .kernel = std::nullopt, .meaning = {}, .names = {}};
  auto kernel = context.system.snapshot();
  if (kernel) query.kernel = std::move(*kernel);
  const bool needs_kernel = arguments.has("check") || arguments.has("running") || arguments.has("state");
  if (!query.kernel && needs_kernel) {
    context.console.fail(kernel.error());
    return Exit::no;
  }
  query.meaning = make_meaning(query.source, query.kernel ? &*query.kernel : nullptr);
  const bool everything = !arguments.has("all") && (arguments.has("list") || arguments.has("state"));
  Selection selection = select_interfaces(query.meaning.model, arguments, everything);
  query.names = selection.names;
  if (arguments.has("with-depends")) add_lowers(query.meaning.model, query.names);
  if (arguments.has("running")) add_running(query, selection.unknown);
  context.console.diagnose(query.meaning.diagnostics);
  const Exit exit = answer(query);
  for (const std::string& name : selection.unknown)
    context.console.note("drawbridge: error: no interface \"" + printable(name) + "\" in " + query.source.path);
  return selection.unknown.empty() ? exit : Exit::no;
}

}  // namespace drawbridge::cli
