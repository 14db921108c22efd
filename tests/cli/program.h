// Runs the program as a shell would, in a directory tree of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace drawbridge::e2e {

struct Finished {
  int exit = -1;  ///< 128+signal if it was killed
  std::string out;
  std::string err;
};

struct Surroundings {
  std::vector<std::string> environment = {};  ///< "NAME=VALUE", on top of ours without NO_COLOR, SSH_CONNECTION and SUDO_USER
  std::string program = {};                   ///< argv[0], if it is not the program's own name
  std::string input = "/dev/null";            ///< the file on standard input
};

/// Starts it and collects what it says.
class Running {
 public:
  explicit Running(const std::vector<std::string>& words, const Surroundings& surroundings = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }
  /// Until it has ended.
  Finished wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

Finished run(const std::vector<std::string>& words, const Surroundings& surroundings = {});

/// A --root with its files; removed with everything in it.
class Tree {
 public:
  Tree();
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const std::string& root() const { return root_; }
  std::string path(const std::string& below) const { return root_ + "/" + below; }
  void write(const std::string& below, const std::string& text) const;
  /// The same, as a program.
  void write_program(const std::string& below, const std::string& text) const;
  /// Empty if there is none.
  std::string read(const std::string& below) const;
  bool has(const std::string& below) const;
  /// The program with --root first.
  Finished run(std::vector<std::string> words, const Surroundings& surroundings = {}) const;

  static constexpr const char* kInterfaces = "etc/network/interfaces";
  static constexpr const char* kPending = "etc/network/interfaces.new";

 private:
  std::string root_;
};

std::string read_text(const std::string& path);
/// The text with every occurrence of `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to);

/// Holds `is` against tests/golden/NAME; DRAWBRIDGE_ACCEPT=1 in the environment rewrites it.
void expect_golden(const std::string& is, const std::string& name);

/// The configuration of a freshly installed node.
inline constexpr const char* kDefaultInterfaces =
    "auto lo\n"
    "iface lo inet loopback\n"
    "\n"
    "iface enp5s0 inet manual\n"
    "\n"
    "auto vmbr0\n"
    "iface vmbr0 inet static\n"
    "\taddress 100.64.0.102/22\n"
    "\tgateway 100.64.0.1\n"
    "\tbridge-ports enp5s0\n"
    "\tbridge-stp off\n"
    "\tbridge-fd 0\n";

}  // namespace drawbridge::e2e
