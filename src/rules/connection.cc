#include "rules/connection.h"

namespace drawbridge::rules {
namespace {

constexpr unsigned kVmidBits = 30;  // VMIDs end at 999,999,999
constexpr unsigned kSlotBits = 5;   // cards at net31
constexpr unsigned kComplement = 64;
constexpr Number kOnes = largest(kVmidBits + kSlotBits);

}  // namespace

Number label_of(CardNumber card) {
  const Number number = (Number{card.slot} << kVmidBits | card.vmid) & kOnes;
  return number | (~number & kOnes) << kComplement;
}

std::optional<CardNumber> card_of_label(Number label) {
  const CardNumber card{static_cast<std::uint32_t>(label & largest(kVmidBits)),
                        static_cast<std::uint8_t>(label >> kVmidBits & largest(kSlotBits))};
  if (label_of(card) != label) return std::nullopt;
  return card;
}

}  // namespace drawbridge::rules
