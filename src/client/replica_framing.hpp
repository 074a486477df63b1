#pragma once
// What a server sends to a replica, taken apart: answers, keep-alives, a snapshot in one of its two
// frames. No I/O, no memory of its own but a few words.
//
//     answers -> granted -> sized  -> over
//                       \-> marked -> over

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/replication.hpp"

namespace sandpiper {

/// Strand-bound.
class replica_framing {
 public:
  static constexpr std::size_t mark_bytes = 40;
  static constexpr std::size_t line_bytes_max = 4096;  // without its end

  struct taken {
    std::size_t input_bytes = 0;     // done with; the rest is to be offered again, with more
    std::string_view snapshot = {};  // of those, the bytes of the snapshot
  };

  /// `answers`: how many commands were sent before PSYNC. What they are answered does not matter:
  /// a server that knows none of them gives its snapshot all the same.
  explicit replica_framing(std::size_t answers) noexcept : answers_(answers) {}

  /// Takes what it can from the front of `input`, one step at a time: nothing taken and not over()
  /// means that more is needed. Less than line_bytes_max bytes are ever left untaken for that.
  /// Errors    handshake_failed, malformed
  result<taken> take(std::string_view input);

  /// Answers that have not come: PSYNC may be sent when there are none.
  [[nodiscard]] std::size_t answers_due() const noexcept { return answers_; }
  /// The server has agreed, and begun() is known.
  [[nodiscard]] bool granted() const noexcept { return at_ != state::answers; }
  /// The snapshot is complete; what follows is not its business.
  [[nodiscard]] bool over() const noexcept { return at_ == state::over; }

  [[nodiscard]] const replication_start& begun() const noexcept { return begun_; }
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] std::uint64_t received_bytes() const noexcept { return received_bytes_; }

 private:
  enum class state : std::uint8_t { answers, granted, sized, marked, over };

  result<void> on_line(std::string_view line);
  result<void> on_answer(std::string_view line);
  result<void> on_header(std::string_view line);
  result<taken> take_line(std::string_view input);
  taken take_sized(std::string_view input);
  taken take_marked(std::string_view input);

  state at_ = state::answers;
  std::size_t answers_;
  replication_start begun_;
  std::optional<std::uint64_t> size_bytes_;
  std::uint64_t received_bytes_ = 0;
  std::string mark_;
};

}  // namespace sandpiper
