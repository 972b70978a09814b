#include "support/process_descriptor.hpp"

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <utility>

namespace sallyport {

/// All that are open, of all clients and servers. It is locked while the process is forked, so that the child finds it
/// whole, whatever other threads were at; and of all that the child has, this alone is touched inside `fork`.
class ProcessDescriptors {
public:
  /// It stays: a descriptor may be closed while the program ends.
  static ProcessDescriptors& all() {
    static auto& the_one = *new ProcessDescriptors;
    return the_one;
  }

  [[nodiscard]] std::uint64_t process() const noexcept { return process_.load(std::memory_order_relaxed); }

  void add(ProcessDescriptor& one, int descriptor) {
    std::lock_guard const lock(mutex_);
    one.descriptor_ = descriptor;
    open_.push_back(one);
  }

  void close(ProcessDescriptor& one) noexcept {
    std::lock_guard const lock(mutex_);
    open_.erase(open_.iterator_to(one));
    auto const descriptor = std::exchange(one.descriptor_, -1);
    if (one.in_child_ == ProcessDescriptor::InChild::closes) ::close(descriptor);
  }

private:
  ProcessDescriptors() {
    auto const failed = ::pthread_atfork([] { all().mutex_.lock(); }, [] { all().mutex_.unlock(); },
                                         [] {
                                           all().leave_to_parent();
                                           all().mutex_.unlock();
                                         });
    if (failed != 0) throw boost::system::system_error(failed, boost::system::system_category(), "sallyport: fork");
  }

  // Nothing but `close`, `eventfd` and `dup3`. None of them changes what the parent has; `shutdown`, `epoll_ctl` and
  // `timerfd_settime` would.
  void leave_to_parent() noexcept {
    process_.fetch_add(1, std::memory_order_relaxed);
    for (auto one = open_.begin(); one != open_.end();) {
      if (one->in_child_ == ProcessDescriptor::InChild::is_replaced) {
        ++one;
        continue;
      }
      ::close(std::exchange(one->descriptor_, -1));
      one = open_.erase(one);
    }
    if (open_.empty()) return;
    auto const nobodys = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (auto const& one : open_) {
      if (nobodys < 0 || ::dup3(nobodys, one.descriptor_, O_CLOEXEC) < 0) ::close(one.descriptor_);
    }
    ::close(nobodys);
  }

  std::mutex mutex_;
  boost::intrusive::list<ProcessDescriptor, boost::intrusive::constant_time_size<false>> open_;
  std::atomic<std::uint64_t> process_{0};
};

std::uint64_t process_number() {
  return ProcessDescriptors::all().process();
}

void ProcessDescriptor::set(int descriptor) {
  ProcessDescriptors::all().add(*this, descriptor);
}

void ProcessDescriptor::close() noexcept {
  if (descriptor_ >= 0) ProcessDescriptors::all().close(*this);
}

}  // namespace sallyport
