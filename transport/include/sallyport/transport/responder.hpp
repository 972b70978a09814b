#pragma once

#include <sallyport/transport/promised_handler.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/same_build.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <utility>

namespace sallyport {

/// Stands in for the user. A login that is driven to the end asks it at every door.
class Responder {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, Answer)>;

  virtual ~Responder() = default;

  /// Completes with what the user does; where the responder lets go of its handler, with `responder_dropped`. The
  /// prompt stays alive until then. It must honour terminal cancellation: the login cancels it when the challenge's
  /// life span is over, and when an awaited act elsewhere has happened. One that has not completed two seconds later is
  /// not awaited any more: the login goes on, and what it says in the end is void.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Answer)> Token = boost::asio::deferred_t>
  auto async_respond(Prompt const& prompt, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Answer)>(
        [this, &prompt](auto handler) {
          respond(prompt, Handler(PromisedHandler<decltype(handler), Answer>(std::move(handler))));
        },
        token);
  }

private:
  /// The handler may be called at once or later, from any thread, exactly once; its cancellation slot belongs to the
  /// client's executor and is touched there alone. As Asio wants it, the handler goes before its execution context.
  /// What this throws ends the login with `callback_failed`, and its words are in `Outcome::diagnostics.reason`.
  virtual void respond(Prompt const& prompt, Handler handler) = 0;
};

}  // namespace sallyport
