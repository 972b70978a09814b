#pragma once

#include "support/inline_function.hpp"
#include "support/process_descriptor.hpp"

#include <boost/container/static_vector.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>

namespace sallyport {

class Deadlines;

/// One deadline of its owner, who lives at least as long: the newest that was set. It rings once.
class Deadline : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
  using Clock = std::chrono::steady_clock;
  /// It may own the owner: it is dropped when it has rung, when the deadline is cleared, or when all are abandoned.
  using Ring = InlineFunction<void(), 32>;

  explicit Deadline(Deadlines& all) noexcept : all_(&all) {}

  void set(Clock::duration length, Ring ring);
  /// Where lengths differ each time, so that none is worth a line of its own.
  void set_at(Clock::time_point moment, Ring ring);
  void clear() noexcept;

private:
  friend class Deadlines;

  Deadlines* all_;
  Clock::time_point at_{};
  Ring ring_;
};

/// All deadlines of one client or server, under one timer of the system. Setting one and clearing it costs no system
/// call: the timer may ring in vain. Nor does it take memory.
class Deadlines {
public:
  Deadlines();
  Deadlines(Deadlines const&) = delete;
  Deadlines& operator=(Deadlines const&) = delete;
  ~Deadlines() = default;

  /// Readable when `ring` is to be called.
  [[nodiscard]] int descriptor() const noexcept { return timer_.get(); }
  void ring();
  /// In a child, which has no timer: makes one of its own, under which all of them still ring.
  [[nodiscard]] boost::system::error_code make_timer();
  /// Makes the descriptor readable now, whether or not something is due.
  void ring_at_once() noexcept { ring_at(Clock::time_point(Clock::duration(1))); }
  /// Drops all of them; none will ring.
  void abandon() noexcept;

private:
  friend class Deadline;
  using Clock = Deadline::Clock;
  using Line = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;

  /// Deadlines of one length come in the order in which they were set.
  struct Lane {
    explicit Lane(Clock::duration how_long) noexcept : length(how_long) {}

    Clock::duration length;
    Line line;
  };

  void set(Deadline& deadline, Clock::time_point at, Clock::duration length);
  void ring_at(Clock::time_point at) noexcept;
  void ring_at_next();

  static constexpr std::size_t lanes_max = 12;

  ProcessDescriptor timer_{ProcessDescriptor::InChild::closes};
  boost::container::static_vector<Lane, lanes_max> lanes_;
  Clock::time_point rings_at_ = Clock::time_point::max();
};

}  // namespace sallyport
