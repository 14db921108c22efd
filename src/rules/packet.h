// One packet as rules see it: the fields it has, and the devices it passes.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "rules/field.h"
#include "rules/number_set.h"

namespace drawbridge::rules {

struct Packet {
  std::array<std::optional<Number>, kFields> numbers;
  std::array<std::optional<std::string>, kNameFields> names;

  std::optional<Number>& operator[](Field field) { return numbers[static_cast<std::size_t>(field)]; }
  const std::optional<Number>& operator[](Field field) const { return numbers[static_cast<std::size_t>(field)]; }
  std::optional<std::string>& operator[](NameField field) { return names[static_cast<std::size_t>(field)]; }
  const std::optional<std::string>& operator[](NameField field) const { return names[static_cast<std::size_t>(field)]; }
};

}  // namespace drawbridge::rules
