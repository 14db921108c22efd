// What the lab and the agent inside its virtual machine say to each other: frames on a byte stream, many commands at once.
//
// A frame is: stream (4 bytes, big-endian), kind (1), length of the body (4), body. A stream is one command; stream 0 is the
// machine itself. Each direction of a stream may send kWindow bytes of data before it must wait for credit, so a reader
// that stands still holds up its own command only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::lab {

enum class FrameKind : std::uint8_t {
  hello = 1,      ///< the machine is ready; body: JSON, see LabState
  start = 2,      ///< run a command; body: JSON, see Request
  input = 3,      ///< bytes for its standard input
  input_end = 4,  ///< end of its standard input
  output = 5,     ///< bytes from its standard output
  error_output = 6,
  ended = 7,    ///< body: exit status, decimal
  failed = 8,   ///< body: why the command, or the machine, could not be run
  kill = 9,     ///< end the command and all it started
  resize = 10,  ///< body: "ROWS COLUMNS" of its terminal
  credit = 11,  ///< body: bytes (decimal) that the other side may send in addition
  stop = 12,    ///< take the lab down
};

struct Frame {
  std::uint32_t stream = 0;
  FrameKind kind = FrameKind::hello;
  std::string body;
  bool operator==(const Frame&) const = default;
};

inline constexpr std::size_t kWindow = std::size_t{256} * 1024;
/// Longer bodies are a broken stream.
inline constexpr std::size_t kMostBody = std::size_t{4} * 1024 * 1024;

std::string encode_frame(const Frame& frame);

/// Puts frames together from whatever pieces the stream delivers.
class FrameDecoder {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole frame, nothing if more bytes are needed. Error: bug, if the bytes are no frames.
  Result<std::optional<Frame>> next();

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace drawbridge::lab
