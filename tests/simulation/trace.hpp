#pragma once

#include <sallyport/engine/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::simulation {

/// What the world does to those who live in it.
enum class Fault : std::uint8_t {
  unreachable,
  request_lost,
  request_late,
  request_repeated,
  request_overtaken,
  request_replayed,
  reply_lost,
  reply_late,
  reply_cut_off,
  reply_corrupted,
  reply_garbage,
  reply_echo,
  reply_stale,
  http_error,
  slow_down,
  redirect,
  institution_slow,
  institution_silent,
  institution_error,
  alarm_late,
  stall,
  clock_ahead,
  wall_clock_jump,
  client_crash,
  server_crash,
  server_stop,
  cancelled,
  user_too_late,
  wrong_answer,
  second_turn,
  snapshot_moved,
  snapshot_used_twice,
  snapshot_changed,
};
inline constexpr std::size_t fault_count = 33;

[[nodiscard]] std::string_view name_of(Fault fault) noexcept;

/// Number of a login, from 1 on; 0 is nobody's.
using LoginNumber = std::uint32_t;

/// All that has happened, as a hash; the newest of it in words. It holds no text that comes from a login.
class Trace {
public:
  struct Entry {
    Duration at{};
    std::string_view what;  ///< A literal.
    LoginNumber login = 0;
    std::uint64_t detail = 0;
  };

  void note(Duration at, std::string_view what, LoginNumber login, std::uint64_t detail = 0);
  void count(Fault fault) { ++faults_[static_cast<std::size_t>(fault)]; }

  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::array<std::uint64_t, fault_count> const& faults() const noexcept { return faults_; }
  /// The newest entries of one login, a line each.
  [[nodiscard]] std::string story_of(LoginNumber login) const;

private:
  static constexpr std::size_t kept = 65'536;

  void mix(std::uint64_t value) noexcept;

  std::uint64_t hash_ = 0xcbf29ce484222325U;
  std::uint64_t size_ = 0;
  std::vector<Entry> newest_;
  std::array<std::uint64_t, fault_count> faults_{};
};

}  // namespace sallyport::simulation
