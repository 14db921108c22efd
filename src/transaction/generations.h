// The history: ROOT/var/lib/drawbridge/generations/N/{interfaces,meta.json}. A generation is written before the transaction's
// point of no return and counts from then on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doors/files.h"
#include "transaction/transaction.h"

namespace drawbridge::transaction {

/// The newest generation that counts, or nullopt. `below`: only those with a smaller number; 0: all.
Result<std::optional<Generation>> find_latest_generation(doors::Files& files, const Paths& paths, std::uint64_t below = 0);

/// Writes (again, if it is there already) a generation; `digest` is filled in.
Result<void> write_generation(doors::Files& files, const Paths& paths, Generation generation, std::string_view bytes);
/// No error if there is none.
Result<void> remove_generation(doors::Files& files, const Paths& paths, std::uint64_t number);
/// Removes the oldest beyond kMostGenerations.
Result<void> prune_generations(doors::Files& files, const Paths& paths);

/// "3 operations on vmbr0, enp5s0".
std::string summarise(const network::Plan& plan);

}  // namespace drawbridge::transaction
