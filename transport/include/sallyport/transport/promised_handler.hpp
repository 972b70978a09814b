#pragma once

#include <sallyport/transport/error.hpp>
#include <sallyport/transport/same_build.hpp>

#include <boost/asio/associator.hpp>
#include <boost/system/error_code.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace sallyport {

/// The handler that a callback of the host's gets. Let go uncalled, it completes all the same, where it is let go: with
/// `responder_dropped`, or with `callback_failed` where an exception threw it away. It has all that is associated with
/// the handler inside.
template <class Handler, class Result>
class PromisedHandler {
public:
  explicit PromisedHandler(Handler handler)
      : handler_(std::move(handler)), exceptions_before_(std::uncaught_exceptions()) {}
  PromisedHandler(PromisedHandler&& other) noexcept(std::is_nothrow_move_constructible_v<Handler>)
      : handler_(std::move(other.handler_)), exceptions_before_(other.exceptions_before_) {
    other.handler_.reset();
  }
  PromisedHandler& operator=(PromisedHandler&&) = delete;
  PromisedHandler(PromisedHandler const&) = delete;
  PromisedHandler& operator=(PromisedHandler const&) = delete;
  ~PromisedHandler() {
    if (handler_) break_promise();
  }

  void operator()(boost::system::error_code ec, Result result) {
    Handler handler(std::move(*handler_));
    handler_.reset();
    std::move(handler)(ec, std::move(result));
  }

  [[nodiscard]] Handler const& handler() const noexcept { return *handler_; }

private:
  // A destructor cannot tell anybody that there is no memory; whoever asked has a bound of its own.
  void break_promise() noexcept {
    auto const thrown_away = std::uncaught_exceptions() > exceptions_before_;
    try {
      (*this)(thrown_away ? TransportErrc::callback_failed : TransportErrc::responder_dropped, Result());
    } catch (...) {
    }
  }

  std::optional<Handler> handler_;
  int exceptions_before_;
};

}  // namespace sallyport

namespace boost::asio {

template <template <class, class> class Associator, class Handler, class Result, class Default>
struct associator<Associator, sallyport::PromisedHandler<Handler, Result>, Default> : Associator<Handler, Default> {
  static auto get(sallyport::PromisedHandler<Handler, Result> const& ours) noexcept {
    return Associator<Handler, Default>::get(ours.handler());
  }
  static auto get(sallyport::PromisedHandler<Handler, Result> const& ours, Default const& otherwise) noexcept {
    return Associator<Handler, Default>::get(ours.handler(), otherwise);
  }
};

}  // namespace boost::asio
