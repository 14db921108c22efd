// Errors are values. `Result<T>` is a T or an Error and must not be dropped; no exception crosses a room's border.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/source_location.h"

namespace drawbridge {

/// What the caller can do about a failure. The command line maps these to exit codes: invalid_input is 3, the others 4.
enum class Errc : std::uint8_t {
  invalid_input,  ///< the user's text or request is wrong; `where` names the place
  unsupported,    ///< this kernel or this version can't do it
  conflict,       ///< somebody else changed it, or holds it
  not_found,      ///< no such file, interface, generation
  denied,         ///< privilege missing
  unavailable,    ///< the system refused for now: disk full, I/O error, kernel refusal
  timed_out,      ///< a bounded wait ended
  bug,            ///< a broken promise inside the program
};

/// One failure, told to a person.
struct Error {
  Errc code = Errc::bug;
  std::string what;      ///< one sentence, lower case, no full stop
  SourceLocation where;  ///< the user's line, if the failure has one
  std::string hint;      ///< the cure, or empty
  int os_errno = 0;      ///< 0: no system call was involved. A kernel's extended-ack text is part of `what`
  bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

/// The failing half of a Result: `return fail(Errc::not_found, "no such bridge");`
inline std::unexpected<Error> fail(Errc code, std::string what, SourceLocation where = {}, std::string hint = {}) {
  return std::unexpected<Error>(Error{code, std::move(what), std::move(where), std::move(hint), 0});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

/// A system call's failure: `what` is followed by the errno's text, and the code follows from the errno.
std::unexpected<Error> fail_errno(int os_errno, const std::string& what);

}  // namespace drawbridge

/// Gives the value of a Result, or returns its error to the caller. Not to be used inside coroutines (see the compiler notes in
/// docs/decisions).
#define TRY(expression)                                                       \
  __extension__({                                                             \
    auto&& try_result_ = (expression);                                        \
    if (!try_result_) return std::unexpected(std::move(try_result_.error())); \
    std::move(*try_result_);                                                  \
  })
/// The same for a Result<void>.
#define TRY_VOID(expression)                                                  \
  do {                                                                        \
    auto&& try_result_ = (expression);                                        \
    if (!try_result_) return std::unexpected(std::move(try_result_.error())); \
  } while (false)
