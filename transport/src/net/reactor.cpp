#include "net/reactor.hpp"

#include "support/inline_executor.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/posix/descriptor_base.hpp>
#include <boost/system/system_error.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint64_t timer_key = ~std::uint64_t{0};

/// An epoll that hears of this timer; -1, and `errno` set, where the system has none to give.
int make_epoll(int timer) noexcept {
  auto const made = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = timer_key;
  if (made < 0 || ::epoll_ctl(made, EPOLL_CTL_ADD, timer, &event) == 0) return made;
  auto const why = errno;
  ::close(made);
  errno = why;
  return -1;
}

/// Takes from an executor, and leaves to this thread, as much memory as a strand of Asio will want of that executor.
/// Without it the strand would keep what it was given, and never run again. Executors that do not keep such memory for
/// a thread, and other threads that hand something to the strand, still depend on what the system has left.
void keep_memory_for(Strand const& strand) {
  struct Nothing {
    std::array<std::byte, 192> as_large;
    void operator()() const noexcept {}
  };
  strand.get_inner_executor().execute(Nothing{});
}

}  // namespace

/// What Asio holds while the reactor waits. If the context goes first, so does all that waits for a socket: an
/// operation holds itself until it is called, and nobody else would let go of it.
class Reactor::Waiting {
public:
  explicit Waiting(std::shared_ptr<Reactor> reactor) noexcept : reactor_(std::move(reactor)) {}
  Waiting(Waiting&&) noexcept = default;
  Waiting& operator=(Waiting&&) = delete;
  Waiting(Waiting const&) = delete;
  Waiting& operator=(Waiting const&) = delete;
  ~Waiting() {
    if (reactor_) reactor_->abandon();
  }

  using allocator_type = OperationMemory::Allocator<std::byte>;
  [[nodiscard]] allocator_type get_allocator() const noexcept { return reactor_->wait_memory_.allocator(); }
  using executor_type = InlineExecutor;
  [[nodiscard]] executor_type get_executor() const noexcept {
    return executor_type(asio::query(reactor_->strand_, asio::execution::context));
  }

  // Outside of the strand, and it takes memory to enter that. Where there is none, this waits anew: what is ready still
  // is. The pause keeps a thread without memory from doing nothing else.
  void operator()(error_code ec) {
    auto const strand = reactor_->strand_;  // The reactor may go in there.
    auto entering = std::move(*this);
    entering.ec_ = ec;
    try {
      keep_memory_for(strand);
      strand.execute(std::move(entering));
    } catch (std::bad_alloc const&) {
      if (!entering.reactor_) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      auto& descriptor = entering.reactor_->descriptor_;
      descriptor.async_wait(asio::posix::descriptor_base::wait_read, std::move(entering));
    }
  }

  // On the strand.
  void operator()() {
    auto const reactor = std::exchange(reactor_, nullptr);
    reactor->waiting_ = false;
    if (reactor->is_of_parent()) return;  // What is ready is the parent's, and whoever goes on here waits anew.
    // It was called back because nobody held it; somebody may again.
    if (ec_ || (reactor->holders_ == 0 && reactor->is_through())) return reactor->wait();
    reactor->turn();
  }

private:
  std::shared_ptr<Reactor> reactor_;
  error_code ec_;
};

// A child that was not told of its fork must put nothing into the parent's epoll.
Reactor::Reactor(Strand strand)
    : strand_(std::move(strand)), notices_(ForkNotices::of(strand_)), process_(process_number()), descriptor_(strand_) {
  if (!may_go_on()) throw boost::system::system_error(TransportErrc::context_not_told, "sallyport: reactor");
  // Without it there is no client and no server.
  if (auto const ec = open(make_epoll(deadlines_.descriptor()))) {
    throw boost::system::system_error(ec, "sallyport: reactor");
  }
}

Reactor::~Reactor() {
  abandon();
  epoll_.close();  // Before the number is free for others.
}

error_code Reactor::open(int epoll) {
  if (epoll < 0) return {errno, boost::system::system_category()};
  error_code ec;
  descriptor_.assign(epoll, ec);
  ec ? static_cast<void>(::close(epoll)) : epoll_.set(epoll);
  return ec;
}

// An index, because whoever stays behind may take others along.
error_code Reactor::go_on_in_child() {
  if (!is_of_parent()) return {};
  batch_next_ = batch_end_ = 0;
  for (std::size_t key = 0; key < slots_.size(); ++key) {
    if (auto* const who = slots_[key].who) who->stay_behind();
  }
  if (auto const ec = deadlines_.make_timer()) return ec;
  epoll_.close();
  if (descriptor_.is_open()) ::close(descriptor_.release());  // What took the place of the parent's.
  if (auto const ec = open(make_epoll(deadlines_.descriptor()))) return ec;
  process_ = process_number();
  if (!is_through()) deadlines_.ring_at_once();
  wait();
  return {};
}

error_code Reactor::watch(int socket, Source& who, std::uint32_t& key) {
  if (free_slots_.empty()) make_room_for_one();
  auto const free = free_slots_.back();
  auto& slot = slots_[free];
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = key_with_generation(free);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) != 0) return {errno, boost::system::system_category()};
  free_slots_.pop_back();
  slot.who = &who;
  key = free;
  return {};
}

// Who forgets must find room: `free_slots_` never grows then. Nor does `ending_`, unless slots change hands in a turn.
void Reactor::make_room_for_one() {
  constexpr std::size_t few = 64;
  if (free_slots_.capacity() == slots_.size()) free_slots_.reserve(std::max(few, 2 * slots_.size()));
  ending_.reserve(free_slots_.capacity());
  slots_.emplace_back();
  free_slots_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
}

// The socket leaves the epoll when it is closed. What the batch in hand still says of it is of an older generation.
void Reactor::forget(std::uint32_t key) noexcept {
  slots_[key].who = nullptr;
  ++slots_[key].generation;
  free_slots_.push_back(key);
}

void Reactor::hold() {
  ++holders_;
  wait();
}

void Reactor::release() noexcept {
  if (--holders_ != 0 || !waiting_) return;
  error_code ignored;
  descriptor_.cancel(ignored);
}

void Reactor::wait() {
  if (waiting_ || (holders_ == 0 && is_through()) || is_of_parent()) return;
  waiting_ = true;
  descriptor_.async_wait(asio::posix::descriptor_base::wait_read, Waiting(shared_from_this()));
}

// Outside of a turn there may be nobody who waits yet.
void Reactor::call_soon(Source& who) noexcept {
  if (!who.is_linked()) in_line_.push_back(who);
  if (in_turn_) return;
  deadlines_.ring_at_once();
  wait();
}

// Who asks for a turn in his own has it after everybody else.
void Reactor::call_those_in_line() {
  for (auto left = in_line_.size(); left != 0 && !in_line_.empty(); --left) {
    auto& who = in_line_.front();
    in_line_.pop_front();
    who.take_turn();
  }
}

// Whoever is left goes on in the next turn, which begins at once, also of a batch that somebody left by an exception:
// what is ready is told but once.
void Reactor::turn() {
  struct Again {
    Reactor* reactor;
    ~Again() {
      reactor->in_turn_ = false;
      if (!reactor->is_through()) reactor->deadlines_.ring_at_once();
      reactor->wait();
    }
  } const again{this};
  if (batch_next_ == batch_end_) {
    auto const count = ::epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(batch_.size()), 0);
    batch_next_ = 0;
    batch_end_ = static_cast<std::size_t>(std::max(count, 0));
  }
  in_turn_ = true;
  ++turn_number_;
  while (batch_next_ != batch_end_) {
    auto const& event = batch_[batch_next_++];
    if (event.data.u64 == timer_key) {
      deadlines_.ring();
    } else if (auto* const who = find(event.data.u64)) {
      who->ready(event.events);
    }
  }
  call_those_in_line();
  while (!ending_.empty()) {
    auto* const who = find(ending_.back());
    ending_.pop_back();
    if (who != nullptr) who->turn_ended();
  }
}

std::uint64_t Reactor::key_with_generation(std::uint32_t key) const noexcept {
  return std::uint64_t{slots_[key].generation} << 32U | key;
}

Reactor::Source* Reactor::find(std::uint64_t key) const noexcept {
  auto const& slot = slots_[static_cast<std::uint32_t>(key)];
  return slot.generation == key >> 32U ? slot.who : nullptr;
}

// An index, because whoever goes may take others along.
void Reactor::abandon() noexcept {
  deadlines_.abandon();
  for (std::size_t key = 0; key < slots_.size(); ++key) {
    if (auto* const who = std::exchange(slots_[key].who, nullptr)) who->abandon();
  }
  while (!in_line_.empty()) {
    auto& who = in_line_.front();
    in_line_.pop_front();
    who.abandon();
  }
}

}  // namespace sallyport
