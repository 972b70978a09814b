#pragma once

#include "support/strand.hpp"

#include <sallyport/transport/observer.hpp>

#include <memory>
#include <utility>

namespace sallyport {

/// Tells the observer of a client, or of a shard of a server, on its strand. What the observer throws changes no login:
/// it comes out of the executor, on its own.
class EventTeller {
public:
  EventTeller(Strand strand, std::shared_ptr<Observer> observer) noexcept
      : strand_(std::move(strand)), observer_(std::move(observer)) {}

  [[nodiscard]] bool has_observer() const noexcept { return observer_ != nullptr; }
  /// Only where there is an observer.
  void tell(LoginEvent const& event) const noexcept;
  void tell(LoginStep const& step) const noexcept;

private:
  Strand strand_;
  std::shared_ptr<Observer> observer_;
};

}  // namespace sallyport
