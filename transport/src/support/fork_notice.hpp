#pragma once

#include "support/strand.hpp"

#include <boost/asio/execution_context.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace sallyport {

/// What one execution context was told of forks by `notify_fork`. In a child that was not told, the context's epoll is
/// still the parent's: whatever were registered there, the parent would take for its own.
class ForkNotices {
public:
  /// By the thread that calls `notify_fork`, while no other one runs the context. It must not call the host.
  using Told = std::function<void(boost::asio::execution_context::fork_event)>;

  /// It outlives the context where somebody still has it.
  [[nodiscard]] static std::shared_ptr<ForkNotices> of(Strand const& strand);

  ForkNotices();
  ForkNotices(ForkNotices const&) = delete;
  ForkNotices& operator=(ForkNotices const&) = delete;
  ~ForkNotices() = default;

  /// Whether the context may be used in this process.
  [[nodiscard]] bool is_told() const;

private:
  friend class ForkNotice;
  class Service;
  using Listeners = std::list<Told>;

  void tell(boost::asio::execution_context::fork_event event);

  mutable std::mutex mutex_;
  Listeners listeners_;
  std::uint64_t told_in_;
};

/// While it lives, somebody is told.
class ForkNotice {
public:
  ForkNotice(Strand const& strand, ForkNotices::Told told);
  ForkNotice(ForkNotice const&) = delete;
  ForkNotice& operator=(ForkNotice const&) = delete;
  ~ForkNotice();

private:
  std::shared_ptr<ForkNotices> notices_;
  ForkNotices::Listeners::iterator place_;
};

}  // namespace sallyport
