// What the validation rules of each type see, and how they report.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "network/interface.h"
#include "network/port_list.h"

namespace drawbridge::network {

/// An interface that lists another as its port.
struct Mastership {
  const Interface* master = nullptr;
  SourceLocation where;  ///< of the name in the list
};

class Checks {
 public:
  Checks(const Model& model, const Snapshot* kernel);

  const Model& model() const { return model_; }
  const Snapshot* kernel() const { return kernel_; }
  Diagnostics take() { return std::move(found_); }

  void error(const SourceLocation& where, std::string code, std::string message, std::string hint);
  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint);

  /// Who lists the name in its ports; empty if nobody.
  const std::vector<Mastership>& masters(std::string_view port) const;
  const std::map<std::string, std::vector<Mastership>, std::less<>>& all_masters() const { return masters_; }

  /// The type of a name that a file or, failing that, the kernel or the name itself tells.
  InterfaceType type_of(std::string_view name) const;
  /// True if a stanza, an auto line or the kernel knows the name, or it is X.N of a known X.
  bool is_known(std::string_view name) const;

  /// Value checks. A missing option is no error; false if there is a value and it is wrong (and has been reported).
  bool check_number(const Interface& interface, std::string_view option, std::uint32_t low, std::uint32_t high);
  bool check_switch(const Interface& interface, std::string_view option);
  bool check_words(const Interface& interface, std::string_view option, const std::vector<std::string>& allowed);
  bool check_ip(const Interface& interface, std::string_view option);
  /// Ids and ranges of VLANs, 1 to 4094.
  void check_vids(const Interface& interface, std::string_view option);

 private:
  void add_ports(const Interface& interface);
  void add_own_master(const Interface& interface);

  const Model& model_;
  const Snapshot* kernel_;
  Diagnostics found_;
  std::map<std::string, std::vector<Mastership>, std::less<>> masters_;
};

/// "2-4094" or "7"; nullopt if it is neither or out of 1 to 4094.
std::optional<std::pair<std::uint16_t, std::uint16_t>> parse_vid_range(std::string_view word);

}  // namespace drawbridge::network
