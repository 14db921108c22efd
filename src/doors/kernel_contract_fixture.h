// What the tests of kernel_contract.h stand on: subjects, and a fixture that applies every operation to the subject and to a model
// of it (network/kernel_model); afterwards errno and state of the two must agree. So a difference between kernel and model shows
// wherever a test happens to meet it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include "doors/kernel.h"
#include "doors/kernel_comparison.h"
#include "network/kernel_model.h"
#include "network/operation.h"

namespace drawbridge::doors::contract {

using namespace drawbridge::network;  // NOLINT: a test suite, included by one file

/// A kernel as fresh as a new network namespace: only `lo`, down.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Kernel& kernel() = 0;
};

/// Makes a subject, or gives nullptr and sets the reason why not here.
using MakeSubject = std::function<std::unique_ptr<Subject>(std::string& why_not)>;

/// What a fresh network namespace holds, for fakes.
inline Snapshot fresh_namespace() {
  Snapshot snapshot;
  Link loopback;
  loopback.index = 1;
  loopback.name = "lo";
  loopback.ethernet = false;
  loopback.loopback = true;
  loopback.operstate = "down";
  loopback.mtu = 65536;
  snapshot.links.emplace("lo", loopback);
  for (const auto& [family, priority, table] :
       {std::tuple{Family::ipv4, 0U, 255U}, std::tuple{Family::ipv4, 32766U, 254U}, std::tuple{Family::ipv4, 32767U, 253U},
        std::tuple{Family::ipv6, 0U, 255U}, std::tuple{Family::ipv6, 32766U, 254U}})
    snapshot.rules.push_back({family, priority, {}, {}, "", "", 0, table, 1});
  return snapshot;
}

class KernelContract : public testing::TestWithParam<MakeSubject> {
 protected:
  void SetUp() override {
    std::string why_not;
    subject_ = GetParam()(why_not);
    if (!subject_) GTEST_SKIP() << why_not;
    auto start = subject_->kernel().snapshot();
    ASSERT_TRUE(start) << start.error().what;
    std::erase_if(start->links, [](const auto& entry) { return is_fallback(entry.second); });
    model_ = *start;
  }

  Kernel& kernel() { return subject_->kernel(); }
  /// What the subject holds now.
  Snapshot state() {
    auto now = kernel().snapshot().value();
    std::erase_if(now.links, [](const auto& entry) { return is_fallback(entry.second); });
    return now;
  }
  Link link(const std::string& name) {
    const auto now = state();
    const auto found = now.links.find(name);
    return found == now.links.end() ? Link{} : found->second;
  }

  /// The errno with which subject and model answer; 0: done. They must agree, in the answer and in the state after it.
  int run(const Operation& operation) {
    const auto words = operation_name(operation) + " " + operation_object(operation) + " " + operation_detail(operation);
    const auto execution = kernel().execute({&operation, 1});
    const auto expected = apply_to_model(model_, operation);
    const int answer = execution.error ? execution.error->os_errno : 0;
    EXPECT_EQ(answer, expected ? 0 : expected.error().os_errno)
        << words << "\n  subject: " << (execution.error ? execution.error->what : "done")
        << "\n  model: " << (expected ? "done" : expected.error().what);
    EXPECT_EQ(execution.failed.has_value(), execution.error.has_value()) << words;
    const auto difference = compare_with_model(state(), model_);
    EXPECT_TRUE(difference.empty()) << "after " << words << "\n" << difference;
    return answer;
  }
  void done(const Operation& operation) { EXPECT_EQ(run(operation), 0) << operation_name(operation) << " " << operation_object(operation); }
  void refused(const Operation& operation, int os_errno) {
    EXPECT_EQ(run(operation), os_errno) << operation_name(operation) << " " << operation_object(operation);
  }

  /// A stand-in for a physical NIC: one end of a cable, whose other end is `<name>p`.
  void plug(const std::string& name, bool up = false) {
    done(CreateLink{name, "veth", {}, parse_mac("02:00:00:00:01:0" + name.substr(name.size() - 1)).value(), {}, name + "p"});
    if (!up) return;
    done(network::SetUp{name + "p", true});
    done(network::SetUp{name, true});
  }
  void make_bridge(const std::string& name, Attributes data = {}) {
    done(CreateLink{name, "bridge", std::move(data), parse_mac("02:00:00:00:00:0" + name.substr(name.size() - 1)).value(), {}, ""});
  }
  static Address address_of(const std::string& link, std::string_view text) {
    Address address;
    address.link = link;
    address.address = parse_interface_address(text).value();
    address.protocol = kOwnProtocol;
    return address;
  }
  static Route default_route(const std::string& link, std::string_view gateway, bool onlink = false) {
    Route route;
    route.destination = parse_prefix(gateway.contains(':') ? "::/0" : "0.0.0.0/0").value();
    route.nexthops.push_back({parse_ip(gateway).value(), link, onlink, 1});
    route.protocol = kOwnProtocol;
    if (gateway.contains(':')) route.metric = 1024;
    return route;
  }
  bool has_route(const Route& wanted) {
    const auto now = state();
    return std::ranges::any_of(now.routes, [&](const Route& route) {
      return route.destination == wanted.destination && route.nexthops == wanted.nexthops && route.protocol == wanted.protocol;
    });
  }
  const Address* find_address(const Snapshot& snapshot, const std::string& on, std::string_view text) {
    const auto wanted = parse_interface_address(text).value();
    const auto found = std::ranges::find_if(snapshot.addresses, [&](const Address& a) { return a.link == on && a.address == wanted; });
    return found == snapshot.addresses.end() ? nullptr : &*found;
  }
  bool has_address(const std::string& on, std::string_view text) { return find_address(state(), on, text) != nullptr; }
  /// False, with the test skipped, where the subject's kernel is built without a kind of link.
  bool can_make(const CreateLink& probe) {
    const Operation make = probe;
    const auto execution = kernel().execute({&make, 1});
    if (execution.error && (execution.error->os_errno == EOPNOTSUPP || execution.error->code == Errc::unsupported)) return false;
    const Operation remove = DeleteLink{probe.name};
    kernel().execute({&remove, 1});
    return true;
  }

  /// The same, for a kind that needs no more than a name.
  bool can_make(const std::string& kind, Attributes data = {}) { return can_make(CreateLink{"probe0", kind, std::move(data), {}, {}, ""}); }
  static MacAddress mac_of(std::string_view text) { return parse_mac(text).value(); }
  static AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }
  static AttributeValue word(std::string value) { return AttributeValue{std::move(value)}; }

  std::unique_ptr<Subject> subject_;
  Snapshot model_;
};

}  // namespace drawbridge::doors::contract
