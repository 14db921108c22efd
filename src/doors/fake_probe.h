// A probe whose answers follow the fake kernel: a gateway answers if a rule that the test gives says so.
#pragma once

#include <functional>
#include <utility>

#include "doors/probe.h"

namespace drawbridge::doors {

class FakeProbe final : public Probe {
 public:
  Result<bool> answers(const IpAddress& address, const std::string& link, std::chrono::milliseconds /*patience*/) override {
    return on_answers ? on_answers(address, link) : true;
  }
  Result<bool> session_alive(const Session& /*session*/, std::chrono::milliseconds /*patience*/,
                             const std::function<void()>& provoke) override {
    provoke();
    return on_session_alive ? on_session_alive() : true;
  }

  std::function<bool(const IpAddress&, const std::string&)> on_answers;  ///< empty: everything answers
  std::function<bool()> on_session_alive;                                ///< empty: it lives
};

}  // namespace drawbridge::doors
