#pragma once

#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/same_build.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associator.hpp>
#include <boost/system/error_code.hpp>

#include <utility>

namespace sallyport {

/// The host's handler of a turn, to be called with the turn where it stands: an erased handler would move what it is
/// given at each of its layers. It has all that is associated with the host's.
template <class Handler>
struct TurnHandler {
  Handler handler;

  void operator()(boost::system::error_code ec, Turn* turn) { std::move(handler)(ec, std::move(*turn)); }
};

/// Clang before 17 does not deduce the argument of an aggregate.
template <class Handler>
TurnHandler(Handler) -> TurnHandler<Handler>;

/// The same, erased.
using AnyTurnHandler = boost::asio::any_completion_handler<void(boost::system::error_code, Turn*)>;

}  // namespace sallyport

namespace boost::asio {

template <template <class, class> class Associator, class Handler, class Default>
struct associator<Associator, sallyport::TurnHandler<Handler>, Default> : Associator<Handler, Default> {
  static auto get(sallyport::TurnHandler<Handler> const& ours) noexcept {
    return Associator<Handler, Default>::get(ours.handler);
  }
  static auto get(sallyport::TurnHandler<Handler> const& ours, Default const& otherwise) noexcept {
    return Associator<Handler, Default>::get(ours.handler, otherwise);
  }
};

}  // namespace boost::asio
