#pragma once

#include "client_core.hpp"
#include "login_op.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace sallyport {

/// A login that is driven to its end: at every door it asks the responder and watches the door at the same time.
/// Whichever speaks first decides; the other is stopped and awaited, so that nothing outlives the login.
class LoginRun : public std::enable_shared_from_this<LoginRun> {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, Outcome)>;

  LoginRun(std::shared_ptr<ClientCore> core, Credentials credentials, Responder& responder, Handler handler);

  void start();

private:
  [[nodiscard]] std::shared_ptr<LoginOp> hand_over();
  void take_back();
  void cancel();
  void stop_responder();
  void turned(boost::system::error_code ec, Turn turn);
  void stand_at_door();
  void answered(boost::system::error_code ec, Answer answer);
  void watched(boost::system::error_code ec, Turn turn);
  void submit();
  void answer_refused(boost::system::error_code ec, Turn turn);
  void finish(boost::system::error_code ec, Outcome outcome);

  /// So many answers in a row may be refused before the login is given up.
  static constexpr unsigned refusals_max = 3;

  std::shared_ptr<ClientCore> core_;
  std::shared_ptr<LoginOp> op_;     ///< Between two turns.
  std::weak_ptr<LoginOp> turning_;  ///< Of the newest turn.
  Responder* responder_;
  Handler handler_;
  Prompt prompt_;
  boost::asio::cancellation_signal stop_responder_;
  std::optional<Answer> answer_;                                      ///< Waits for the watch to stop.
  std::optional<std::pair<boost::system::error_code, Turn>> change_;  ///< Waits for the responder to stop.
  boost::system::error_code responder_error_;
  unsigned refusals_ = 0;
  bool asking_ = false;
  bool responder_stopped_ = false;
};

}  // namespace sallyport
