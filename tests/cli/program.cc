#include "tests/cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

extern char** environ;

namespace drawbridge::e2e {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> make_environment(const Surroundings& surroundings) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!text.starts_with("NO_COLOR=") && !text.starts_with("SSH_CONNECTION=") && !text.starts_with("SUDO_USER="))
      environment.push_back(text);
  }
  environment.insert(environment.end(), surroundings.environment.begin(), surroundings.environment.end());
  return environment;
}

bool drain(int& pipe, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto got = ::read(pipe, buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

}  // namespace

Running::Running(const std::vector<std::string>& words, const Surroundings& surroundings) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, surroundings.input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  std::vector<std::string> command{surroundings.program.empty() ? "drawbridge" : surroundings.program};
  command.insert(command.end(), words.begin(), words.end());
  std::vector<std::string> environment = make_environment(surroundings);
  if (::posix_spawn(&pid_, DRAWBRIDGE_PROGRAM, &actions, nullptr, pointers(command).data(), pointers(environment).data()) != 0)
    std::abort();
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Running::~Running() {
  if (pid_ > 0) wait();
}

Finished Running::wait() {
  Finished finished;
  std::array<pollfd, 2> pipes{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    if (::poll(pipes.data(), pipes.size(), -1) < 0) continue;
    if (pipes[0].revents != 0 && !drain(out_, finished.out)) pipes[0].fd = -1;
    if (pipes[1].revents != 0 && !drain(err_, finished.err)) pipes[1].fd = -1;
  }
  ::close(out_);
  ::close(err_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  finished.exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return finished;
}

Finished run(const std::vector<std::string>& words, const Surroundings& surroundings) { return Running(words, surroundings).wait(); }

Tree::Tree() {
  std::string pattern = (std::filesystem::temp_directory_path() / "drawbridge-cli-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  root_ = pattern;
}

Tree::~Tree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Tree::write(const std::string& below, const std::string& text) const {
  std::filesystem::create_directories(std::filesystem::path(path(below)).parent_path());
  std::ofstream(path(below), std::ios::binary) << text;
}

void Tree::write_program(const std::string& below, const std::string& text) const {
  write(below, text);
  std::filesystem::permissions(path(below), std::filesystem::perms::owner_all);
}

std::string Tree::read(const std::string& below) const { return read_text(path(below)); }

bool Tree::has(const std::string& below) const { return std::filesystem::exists(path(below)); }

Finished Tree::run(std::vector<std::string> words, const Surroundings& surroundings) const {
  words.insert(words.begin(), {"--root", root_});
  return e2e::run(words, surroundings);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

void expect_golden(const std::string& is, const std::string& name) {
  const std::string path = std::string(DRAWBRIDGE_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("DRAWBRIDGE_ACCEPT") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << is;
  }
  EXPECT_EQ(is, read_text(path)) << name << " (DRAWBRIDGE_ACCEPT=1 rewrites the expectation)";
}

}  // namespace drawbridge::e2e
