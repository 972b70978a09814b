#include "reactor.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/posix/descriptor_base.hpp>
#include <boost/system/system_error.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

  void operator()(error_code ec = {}, std::size_t = 0) {
    auto const reactor = std::exchange(reactor_, nullptr);
    reactor->waiting_ = false;
    if (reactor->is_of_parent()) return;  // What is ready is the parent's, and whoever goes on here waits anew.
    // It was called back because nobody held it; somebody may again.
    if (ec || (reactor->holders_ == 0 && reactor->is_through())) return reactor->wait();
    reactor->turn();
  }

private:
  std::shared_ptr<Reactor> reactor_;
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
  wait();
  return {};
}

error_code Reactor::watch(int socket, Source& who, std::uint32_t& key) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
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
  if (waiting_ || holders_ == 0 || is_of_parent()) return;
  waiting_ = true;
  descriptor_.async_wait(asio::posix::descriptor_base::wait_read, Waiting(shared_from_this()));
}

// A batch that somebody left by an exception goes on soon: what is ready is told but once.
void Reactor::turn_soon() {
  waiting_ = true;
  asio::post(strand_, Waiting(shared_from_this()));
}

void Reactor::turn() {
  struct Again {
    Reactor* reactor;
    ~Again() {
      reactor->in_turn_ = false;
      reactor->is_through() ? reactor->wait() : reactor->turn_soon();
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
}

}  // namespace sallyport
