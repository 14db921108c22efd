// /nodes/{node}/qemu and /nodes/{node}/lxc: drawbridge guest.
#include <set>

#include "api/guest_answers.h"
#include "api/guest_needs.h"
#include "api/guest_words.h"
#include "api/step.h"
#include "guest/guest.h"

namespace drawbridge::api {
namespace {

using guest::Kind;

std::string vmid_of(const Parameters& parameters) { return parameters.text("vmid"); }

/// The steps of one kind. Keys and types of tasks are made of parts, and kept for as long as the program runs.
class Steps {
 public:
  explicit Steps(Kind kind) : kind_(kind), folder_("/nodes/{node}/" + std::string(guest::kind_word(kind))) {}

  std::vector<Step> make() {
    add_lists();
    add_reads();
    add_settings();
    add_power();
    return std::move(steps_);
  }

 private:
  using Shape = Answer (*)(Kind, const Documents&);

  static std::string_view keep(std::string text) {
    static std::set<std::string> kept;
    return *kept.insert(std::move(text)).first;
  }
  std::string key(std::string_view verb, std::string_view below) const { return std::string(verb) + " " + folder_ + std::string(below); }
  /// "qmstart", "vzstart".
  std::string_view task(std::string_view verb) const { return keep((kind_ == Kind::qemu ? "qm" : "vz") + std::string(verb)); }

  Step& add(std::string_view verb, std::string_view below, Effect effect) {
    steps_.push_back({.key = key(verb, below), .effect = effect, .commands = [](const Parameters&) { return std::vector<Words>(); }});
    return steps_.back();
  }
  void add_task(std::string_view below, std::string_view verb, std::function<std::vector<Words>(const Parameters&)> commands) {
    Step& step = add("POST", below, Effect::works);
    step.commands = std::move(commands);
    step.task_type = task(verb);
    step.task_id = vmid_of;
  }
  void add_read(std::string_view below, Shape shape, std::string_view option) {
    Step& step = add("GET", below, Effect::watches);
    step.commands = [kind = kind_, option](const Parameters& p) { return one(show_words(kind, p, option)); };
    step.shape = [kind = kind_, shape](const Parameters&, const Documents& documents) { return shape(kind, documents); };
  }

  void add_lists() {
    Step& all = add("GET", "", Effect::watches);
    all.commands = [](const Parameters&) { return one({"guest", "list"}); };
    all.shape = [kind = kind_](const Parameters&, const Documents& documents) { return list_guests(kind, documents); };
    all.visible = need_to_see_guest;
    add("GET", "/{vmid}", Effect::reads).shape = [path = "/nodes/x/" + std::string(guest::kind_word(kind_)) + "/100"](
                                                     const Parameters&, const Documents&) { return folder(path); };
  }

  void add_reads() {
    Step& config = add("GET", "/{vmid}/config", Effect::reads);
    config.commands = [kind = kind_](const Parameters& p) {
      Words words = show_words(kind, p, p.flag("current") ? "--current" : "");
      if (p.has("snapshot")) words.push_back("--snapshot=" + p.text("snapshot"));
      return one(std::move(words));
    };
    config.shape = [kind = kind_](const Parameters&, const Documents& documents) { return guest_config(kind, documents); };
    add_read("/{vmid}/pending", guest_pending, "--current");
    add_read("/{vmid}/status/current", guest_status, "--current");
    add_read("/{vmid}/snapshot", [](Kind, const Documents& documents) { return guest_snapshots(documents); }, "--current");
    add_read("/{vmid}/cards", [](Kind, const Documents& documents) { return guest_cards(documents); }, "--current");
    const bool vm = kind_ == Kind::qemu;
    Step& inside = add("GET", vm ? "/{vmid}/agent/network-get-interfaces" : "/{vmid}/interfaces", Effect::watches);
    inside.commands = [kind = kind_](const Parameters& p) { return one(guest_words("addresses", kind, p)); };
    inside.shape = [vm](const Parameters&, const Documents& documents) {
      return vm ? agent_interfaces(documents) : container_interfaces(documents);
    };
  }

  void add_settings() {
    add_task("", "create", [kind = kind_](const Parameters& p) { return create_words(kind, p); });
    steps_.back().needs = [kind = kind_](const Parameters& p, const Documents&) { return guest_needs(kind, p, nullptr); };
    steps_.back().rehearses = [kind = kind_](const Parameters& p) { return one(without_acting(create_words(kind, p).front())); };

    Step& set = add("PUT", "/{vmid}/config", Effect::writes);
    set.commands = [kind = kind_](const Parameters& p) { return one(set_words(kind, p)); };
    add_needs_of_change(set);
    if (kind_ == Kind::qemu) {
      add_task("/{vmid}/config", "config", [kind = kind_](const Parameters& p) { return one(set_words(kind, p)); });
      add_needs_of_change(steps_.back());
      steps_.back().rehearses = [kind = kind_](const Parameters& p) { return one(without_acting(set_words(kind, p))); };
    }

    Step& remove = add("DELETE", "/{vmid}", Effect::works);
    remove.commands = [kind = kind_](const Parameters& p) { return delete_words(kind, p); };
    remove.task_type = task("destroy");
    remove.task_id = vmid_of;
    remove.needs = [kind = kind_](const Parameters& p, const Documents&) {
      return p.flag("skiplock") ? std::vector<Need>{{"/", {}}} : std::vector<Need>{};
    };
    remove.rehearses = [kind = kind_](const Parameters& p) {
      auto words = delete_words(kind, p);
      auto last = without_acting(std::move(words.back()));
      // It is stopped first: a guest that may not go must not be.
      if (words.size() > 1) last.emplace_back("--may-run");
      return one(std::move(last));
    };
  }

  void add_power() {
    const auto root_if_skiplock = [](const Parameters& p, const Documents&) {
      return p.flag("skiplock") ? std::vector<Need>{{"/", {}}} : std::vector<Need>{};
    };
    add_task("/{vmid}/status/start", "start", [kind = kind_](const Parameters& p) {
      Words words = guest_words("start", kind, p);
      if (kind == Kind::qemu && p.has("timeout")) words.push_back("--timeout=" + p.text("timeout"));
      if (p.flag("skiplock")) words.emplace_back("--force");
      return one(std::move(words));
    });
    steps_.back().needs = root_if_skiplock;
    add_task("/{vmid}/status/stop", "stop", [kind = kind_](const Parameters& p) {
      Words words = guest_words("stop", kind, p);
      words.emplace_back("--force");
      return one(std::move(words));
    });
    steps_.back().needs = root_if_skiplock;
    add_task("/{vmid}/status/shutdown", "shutdown", [kind = kind_](const Parameters& p) { return one(shutdown_words(kind, p)); });
    steps_.back().needs = root_if_skiplock;
    add_task("/{vmid}/status/reboot", "reboot",
             [kind = kind_](const Parameters& p) { return std::vector<Words>{shutdown_words(kind, p), guest_words("start", kind, p)}; });
  }

  static Words without_acting(Words words) {
    words.emplace_back("--no-act");
    return words;
  }
  void add_needs_of_change(Step& step) const {
    step.consults = [kind = kind_](const Parameters& p) { return one(show_words(kind, p, "--current")); };
    step.needs = [kind = kind_](const Parameters& p, const Documents& now) { return guest_needs(kind, p, now.empty() ? nullptr : now[0]); };
  }

  Kind kind_;
  std::string folder_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> guest_steps() {
  std::vector<Step> all = Steps(guest::Kind::qemu).make();
  for (auto& step : Steps(guest::Kind::lxc).make()) all.push_back(std::move(step));
  return all;
}

}  // namespace drawbridge::api
