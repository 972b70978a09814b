#pragma once

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>

#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sallyport {

/// Whether the handler leaves it to whoever calls it where it runs.
template <class Handler>
[[nodiscard]] bool names_no_executor(Handler const& handler) {
  auto const named = boost::asio::get_associated_executor(handler, boost::asio::system_executor());
  using Named = std::remove_const_t<decltype(named)>;
  if constexpr (std::is_same_v<Named, boost::asio::any_completion_executor>) {
    return named.template target<boost::asio::system_executor>() != nullptr;
  } else {
    return std::is_same_v<Named, boost::asio::system_executor>;
  }
}

/// Calls it with its cancellation slot emptied, so that what that refers to may be gone when it runs.
template <class Handler, class... Result>
void call_once(Handler handler, Result&&... result) {
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  if (slot.is_connected()) slot.clear();
  std::move(handler)(std::forward<Result>(result)...);
}

/// Calls a completion handler, once, on the executor that it names (else on `strand`). Called on the strand, by whoever
/// is not inside the host's call: there the handler runs at once, and without the cost of a dispatch where it names
/// none. `owner` lives until the handler has run.
template <class Owner, class Strand, class Handler, class... Result>
void deliver_at_once(std::shared_ptr<Owner> owner, Strand const& strand, Handler handler, Result&&... result) {
  if (names_no_executor(handler)) return call_once(std::move(handler), std::forward<Result>(result)...);
  auto const executor = boost::asio::get_associated_executor(handler, strand);
  boost::asio::dispatch(executor, [owner = std::move(owner), handler = std::move(handler),
                                   ... result = std::forward<Result>(result)]() mutable {
    call_once(std::move(handler), std::move(result)...);
  });
}

/// The same from anywhere, never inside this call.
template <class Owner, class Strand, class Handler, class... Result>
void deliver_and_keep(std::shared_ptr<Owner> owner, Strand const& strand, Handler handler, Result&&... result) {
  // The executor of an erased handler cannot post, only dispatch (Boost 1.81).
  boost::asio::post(strand, [owner = std::move(owner), strand, handler = std::move(handler),
                             ... result = std::forward<Result>(result)]() mutable {
    deliver_at_once(std::move(owner), strand, std::move(handler), std::move(result)...);
  });
}

/// The same, of nobody.
template <class Strand, class Handler, class... Result>
void deliver(Strand const& strand, Handler handler, Result&&... result) {
  deliver_and_keep(std::shared_ptr<void>(), strand, std::move(handler), std::forward<Result>(result)...);
}

/// Lets whoever runs the executor hear of an exception that a function of the host's has thrown, as of one that came
/// out of a handler; what is under way goes on. Where there is no memory for it, nobody hears of it.
template <class Strand>
void throw_out_of(Strand const& strand, std::exception_ptr thrown) noexcept {
  try {
    boost::asio::post(strand, [thrown = std::move(thrown)] { std::rethrow_exception(thrown); });
  } catch (std::bad_alloc const&) {
  }
}

/// Calls `stop` on the strand when terminal cancellation is asked for, and `leave`, where there is one, when only
/// partial or total cancellation is; as long as `target` lives.
template <class Strand, class Target>
void on_cancellation(boost::asio::cancellation_slot slot, Strand const& strand, std::weak_ptr<Target> target,
                     void (Target::*stop)(), void (Target::*leave)()) {
  using boost::asio::cancellation_type;
  if (!slot.is_connected()) return;
  slot.assign([strand, target, stop, leave](cancellation_type type) {
    if (type == cancellation_type::none) return;
    auto const act = (type & cancellation_type::terminal) != cancellation_type::none ? stop : leave;
    if (act == nullptr) return;
    boost::asio::post(strand, [target, act] {
      if (auto const self = target.lock()) ((*self).*act)();
    });
  });
}

/// Calls `stop` on the strand when terminal cancellation is asked for, as long as `target` lives.
template <class Strand, class Target>
void on_terminal_cancellation(boost::asio::cancellation_slot slot, Strand const& strand, std::weak_ptr<Target> target,
                              void (Target::*stop)()) {
  on_cancellation(slot, strand, std::move(target), stop, static_cast<void (Target::*)()>(nullptr));
}

/// The same for the handler's owner.
template <class Strand, class Handler, class Target>
requires(!std::is_same_v<Handler, boost::asio::cancellation_slot>) void on_terminal_cancellation(
    Handler const& handler, Strand const& strand, std::weak_ptr<Target> target, void (Target::*stop)()) {
  on_terminal_cancellation(boost::asio::get_associated_cancellation_slot(handler), strand, std::move(target), stop);
}

}  // namespace sallyport
