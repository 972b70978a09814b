#include "observe/event_teller.hpp"

#include "support/deliver.hpp"

#include <exception>

namespace sallyport {

void EventTeller::tell(LoginEvent const& event) const noexcept {
  try {
    observer_->on_event(event);
  } catch (...) {
    throw_out_of(strand_, std::current_exception());
  }
}

void EventTeller::tell(LoginStep const& step) const noexcept {
  try {
    observer_->on_step(step);
  } catch (...) {
    throw_out_of(strand_, std::current_exception());
  }
}

}  // namespace sallyport
