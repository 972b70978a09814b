#pragma once

#include "net/deadlines.hpp"
#include "support/fork_notice.hpp"
#include "support/operation_memory.hpp"
#include "support/process_descriptor.hpp"
#include "support/strand.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/error_code.hpp>

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sallyport {

/// Waits for all sockets and deadlines of one client or server. To Asio it is a single descriptor: however many sockets
/// are ready, they cost one completion on the strand. All of it runs there. Once something is watched, the reactor
/// takes no memory: where there is none, sockets and deadlines are heard all the same.
class Reactor : public std::enable_shared_from_this<Reactor> {
public:
  /// Whoever has a socket. `forget` it before it goes.
  class Source : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    /// What has happened at the socket since the last time: it became readable or ended, or has room.
    virtual void ready(std::uint32_t epoll_events) = 0;
    /// Nothing will ever be ready again: drops what waits, without calling it.
    virtual void abandon() noexcept = 0;
    /// This is a child, and the socket stayed with the parent: what waits for it fails soon.
    virtual void stay_behind() noexcept = 0;
    /// It is its turn, as it asked once.
    virtual void take_turn() = 0;
    /// What it asked to be told once.
    virtual void turn_ended() noexcept = 0;

  protected:
    Source() = default;
    Source(Source const&) = default;
    Source& operator=(Source const&) = default;
    ~Source() = default;
  };
  explicit Reactor(Strand strand);
  Reactor(Reactor const&) = delete;
  Reactor& operator=(Reactor const&) = delete;
  ~Reactor();

  [[nodiscard]] Strand const& strand() const noexcept { return strand_; }
  /// They ring on the strand, while somebody holds the reactor.
  [[nodiscard]] Deadlines& deadlines() noexcept { return deadlines_; }

  /// Tells `who` of each change at the socket from now on, beginning with what it is. Sets the key to `forget`.
  [[nodiscard]] boost::system::error_code watch(int socket, Source& who, std::uint32_t& key);
  void forget(std::uint32_t key) noexcept;
  static constexpr auto no_key = ~std::uint32_t{0};

  /// Gives the source its turn once, after all who are ready before it; it need not be watched. The reactor is held
  /// until then. Never inside this call.
  void call_soon(Source& who) noexcept;
  /// Tells the source of this key when the turn is over.
  void tell_end_of_turn(std::uint32_t key) { ending_.push_back(key_with_generation(key)); }
  /// Which turn this is: what is ready at one moment is told in one. 0 outside of a turn.
  [[nodiscard]] std::uint64_t turn_number() const noexcept { return in_turn_ ? turn_number_ : 0; }

  /// Something is under way: the execution context has work, and sockets and deadlines are heard, until as many
  /// `release`.
  void hold();
  void release() noexcept;
  [[nodiscard]] bool is_held() const noexcept { return holders_ != 0; }

  /// In a child nothing is heard, for the sockets and the epoll are the parent's, until `go_on_in_child` makes what a
  /// child needs and leaves the sockets behind. That is done once the execution context was told of the fork; an error
  /// means that there were no descriptors, and that it is to be tried again.
  [[nodiscard]] bool is_of_parent() const noexcept { return process_ != process_number(); }
  [[nodiscard]] bool may_go_on() const { return notices_->is_told(); }
  [[nodiscard]] boost::system::error_code go_on_in_child();

  /// Room for what comes out of a socket, and for what comes out of OpenSSL: each is used up before the strand does
  /// anything else.
  [[nodiscard]] auto& wire_room() noexcept { return wire_room_; }
  [[nodiscard]] auto& text_room() noexcept { return text_room_; }

private:
  struct Slot {
    Source* who = nullptr;
    std::uint32_t generation = 0;
  };
  class Waiting;

  [[nodiscard]] boost::system::error_code open(int epoll);
  void wait();
  void turn();
  void call_those_in_line();
  void make_room_for_one();
  [[nodiscard]] bool is_through() const noexcept {
    return batch_next_ == batch_end_ && ending_.empty() && in_line_.empty();
  }
  void abandon() noexcept;
  [[nodiscard]] std::uint64_t key_with_generation(std::uint32_t key) const noexcept;
  [[nodiscard]] Source* find(std::uint64_t key_with_generation) const noexcept;

  static constexpr std::size_t batch_max = 64;
  static constexpr std::size_t record_max = 16 * 1024;

  Strand strand_;
  std::shared_ptr<ForkNotices> notices_;
  std::uint64_t process_;
  ProcessDescriptor epoll_{ProcessDescriptor::InChild::is_replaced};  ///< The descriptor's.
  Deadlines deadlines_;
  boost::asio::posix::basic_stream_descriptor<Strand> descriptor_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;                                                ///< With room for all of them.
  boost::intrusive::list<Source, boost::intrusive::constant_time_size<false>> in_line_;  ///< Who has asked for a turn.
  std::array<epoll_event, batch_max> batch_{};
  std::size_t batch_next_ = 0;
  std::size_t batch_end_ = 0;
  std::vector<std::uint64_t> ending_;  ///< Keys with generations of those who want to be told.
  std::uint64_t turn_number_ = 0;
  std::size_t holders_ = 0;
  OperationMemory wait_memory_;
  bool waiting_ = false;
  bool in_turn_ = false;
  std::array<char, record_max + 1024> wire_room_;
  std::array<char, record_max> text_room_;
};

}  // namespace sallyport
