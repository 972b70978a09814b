#include "reactor.hpp"

#include <boost/asio/posix/descriptor_base.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint64_t timer_key = ~std::uint64_t{0};

/// A descriptor that the system must give: without it there is no client and no server.
int checked(int descriptor) {
  if (descriptor >= 0) return descriptor;
  throw boost::system::system_error(errno, boost::system::system_category(), "sallyport: reactor");
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
    // It was called back because nobody held it; somebody may again.
    if (ec || (reactor->holders_ == 0 && reactor->is_through())) return reactor->wait();
    reactor->turn();
  }

private:
  std::shared_ptr<Reactor> reactor_;
};

Reactor::Reactor(Strand strand) : strand_(std::move(strand)), descriptor_(strand_) {
  descriptor_.assign(checked(::epoll_create1(EPOLL_CLOEXEC)));
  epoll_ = descriptor_.native_handle();
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = timer_key;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, deadlines_.descriptor(), &event));
}

Reactor::~Reactor() {
  abandon();
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
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) return {errno, boost::system::system_category()};
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
  if (waiting_ || holders_ == 0) return;
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
    auto const count = ::epoll_wait(epoll_, batch_.data(), static_cast<int>(batch_.size()), 0);
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
