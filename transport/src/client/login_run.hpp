#pragma once

#include "client/client_core.hpp"
#include "client/login_op.hpp"
#include "net/driver_time.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

/// A login that is driven to its end: at every door it asks the responder and watches the door at the same time.
/// Whichever speaks first decides; the other is stopped and awaited, the responder for a bounded time.
class LoginRun : public std::enable_shared_from_this<LoginRun> {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, Outcome)>;

  LoginRun(std::shared_ptr<ClientCore> core, Credentials credentials, Responder& responder, Handler handler);

  void start();

private:
  struct Asking;

  [[nodiscard]] std::shared_ptr<LoginOp> hand_over();
  void take_back();
  void cancel();
  void turned(boost::system::error_code ec, Turn turn);
  void stand_at_door(Prompt prompt);
  void ask();
  void responder_threw(std::shared_ptr<Asking> const& asking, std::string_view words);
  void answered(Asking& asking, boost::system::error_code ec, Answer answer);
  void watched(boost::system::error_code ec, Turn turn);
  void await_responder();
  void stop_responder();
  void go_through_change();
  void submit();
  void answer_refused(boost::system::error_code ec, Turn turn);
  void finish(boost::system::error_code ec, Outcome outcome);

  /// So many answers in a row may be refused before the login is given up.
  static constexpr unsigned refusals_max = 3;
  /// So long a responder that was stopped is awaited. One that honours cancellation completes at once, or when another
  /// thread has got round to it; one that does not must not hold up a login that is over.
  static constexpr auto responder_grace = std::chrono::seconds(2);

  std::shared_ptr<ClientCore> core_;
  std::shared_ptr<LoginOp> op_;     ///< Between two turns.
  std::weak_ptr<LoginOp> turning_;  ///< Of the newest turn.
  Responder* responder_;
  Handler handler_;
  std::shared_ptr<Asking> asking_;                                    ///< The newest.
  std::optional<Answer> answer_;                                      ///< Waits for the watch to stop.
  std::optional<std::pair<boost::system::error_code, Turn>> change_;  ///< Waits for the responder to stop.
  std::optional<DriverAlarm> grace_;                                  ///< Once a responder had to be awaited.
  boost::system::error_code responder_error_;
  std::string responder_words_;  ///< Of what it threw.
  unsigned refusals_ = 0;
};

}  // namespace sallyport
