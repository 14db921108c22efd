#include "lab/guest_cards.h"

#include <filesystem>
#include <fstream>

#include "guest/guest.h"
#include "lab/cache_folder.h"

namespace drawbridge::lab {
namespace {

struct Folder {
  guest::Kind kind;
  const char* name;
};
constexpr Folder kFolders[] = {{guest::Kind::qemu, "qemu-server"}, {guest::Kind::lxc, "lxc"}};  // NOLINT

std::string place(const Folder& folder, unsigned vmid) { return std::string(folder.name) + "/" + std::to_string(vmid) + ".conf"; }

/// What the guest's file says, of whichever kind it is.
Result<guest::Guest> read(const GuestTexts& texts, const Guest& guest, const std::string& scenario_folder) {
  for (const Folder& folder : kFolders) {
    const auto text = texts.find(place(folder, guest.vmid));
    if (text == texts.end()) continue;
    auto read = guest::make_guest(guest::parse_document(text->second, scenario_folder + "/" + text->first), guest.vmid, folder.kind,
                                  std::string(kNode));
    std::string findings;
    for (const Diagnostic& one : read.diagnostics) findings += format_diagnostic(one);
    if (has_errors(read.diagnostics)) return fail(Errc::invalid_input, "the scenario can't be used:\n" + findings);
    return read;
  }
  return fail(Errc::invalid_input,
              "guest " + guest.name + " has no file " + place(kFolders[0], guest.vmid) + " or " + place(kFolders[1], guest.vmid) +
                  " in the scenario's folder",
              {}, "write one, or give its ports a \"bridge\"");
}

bool is_configured(const GuestPort& port) { return port.bridge.empty(); }

}  // namespace

Result<void> place_cards(const GuestTexts& texts, Scenario& scenario) {
  for (Guest& guest : scenario.guests) {
    if (std::none_of(guest.ports.begin(), guest.ports.end(), is_configured)) continue;
    const auto file = TRY(read(texts, guest, scenario.folder));
    for (GuestPort& port : guest.ports) {
      if (!is_configured(port)) continue;
      const auto card = file.settings.nics.find(static_cast<std::uint8_t>(port.index));
      if (card == file.settings.nics.end())
        return fail(Errc::invalid_input, "guest " + guest.name + " has no card net" + std::to_string(port.index), {file.path, 0, 0});
      if (!card->second.mac)
        return fail(Errc::invalid_input, "a card of a scenario needs its MAC",
                    file.settings.find("net" + std::to_string(port.index))->where);
      port.card = card->second;
    }
  }
  return {};
}

GuestTexts read_guest_texts(const Scenario& scenario) {
  GuestTexts texts;
  for (const Guest& guest : scenario.guests) {
    for (const Folder& folder : kFolders) {
      // Which of them is there is place_cards's to complain about.
      if (auto text = read_whole_file(scenario.folder + "/" + place(folder, guest.vmid))) texts.emplace(place(folder, guest.vmid), *text);
    }
  }
  return texts;
}

Result<void> install_guest_texts(const GuestTexts& texts) {
  const std::string node = "/etc/pve/nodes/" + std::string(kNode);
  std::error_code problem;
  for (const Folder& folder : kFolders) std::filesystem::create_directories(node + "/" + folder.name, problem);
  for (const auto& [name, text] : texts) TRY_VOID(replace_file(node + "/" + name, text));
  return {};
}

Result<void> install_firewall_files(const Scenario& scenario) {
  std::error_code problem;
  std::filesystem::create_directories("/etc/pve/firewall", problem);
  std::map<std::string, std::string> places{{"host.fw", "/etc/pve/nodes/" + std::string(kNode) + "/host.fw"},
                                            {"corosync.conf", "/etc/pve/corosync.conf"},
                                            {"hosts", "/etc/hosts"}};
  for (const auto& file : std::filesystem::directory_iterator(scenario.folder + "/firewall", problem))
    if (file.path().extension() == ".fw")
      places.emplace("firewall/" + file.path().filename().string(), "/etc/pve/firewall/" + file.path().filename().string());
  for (const auto& [from, to] : places) {
    const std::string path = scenario.folder + "/" + from;
    if (!std::filesystem::exists(path, problem)) continue;
    const std::string text = TRY(read_whole_file(path));
    std::ofstream file(to);  // no replacing: /etc is an overlay, which has no nameless files
    file << text;
    if (!file.flush()) return fail(Errc::unavailable, to + " can't be written");
  }
  return {};
}

}  // namespace drawbridge::lab
