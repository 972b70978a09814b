#pragma once

#include <sallyport/engine/transition_table.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/same_build.hpp>
#include <sallyport/transport/snapshot.hpp>
#include <sallyport/transport/turn_handler.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace sallyport {

class LoginSeat;

/// A login that is driven turn by turn: what a web backend needs, where a prompt goes out with one HTTP reply and the
/// answer comes with another request. It holds no connection between two turns. One turn at a time, but a turn that
/// watches (`Answer::wait`) can be left: for another act, which takes its place, or by partial or total cancellation,
/// which ends it with the prompt as it stands.
/// Terminal cancellation ends the login: as `cancelled`, or as `outcome_unknown` where a request may have arrived.
/// An error means that the turn could not be carried out and nothing was sent; the login stands where it stood. With
/// `EngineErrc::would_risk_lockout` the turn is an Outcome of that kind, whose `retry_after` says when it is safe.
class Login {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, Turn)>;
  using SaveHandler = boost::asio::any_completion_handler<void(boost::system::error_code, SealedSnapshot)>;

  /// Sends the first post. Of a login that was resumed at a door it sends nothing: it gives that door once more, or the
  /// outcome where its time is over.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Turn)> Token = boost::asio::deferred_t>
  auto async_begin(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Turn)>(
        [seat = seat_](auto handler) { begin(*seat, AnyTurnHandler(TurnHandler{std::move(handler)})); }, token);
  }

  /// Carries out what the user did at the newest prompt. `Answer::wait` polls until something changes. While it does,
  /// any other answer takes its place: the watch completes with `operation_aborted`, and then this goes out. A poll in
  /// flight is awaited first. Where that changes something the watch ends with it, and this with `challenge_changed`:
  /// what was said to one challenge is not posted to the next. There is room for one such act (`request_in_flight`).
  template <boost::asio::completion_token_for<void(boost::system::error_code, Turn)> Token = boost::asio::deferred_t>
  auto async_answer(Answer user_answer, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Turn)>(
        [seat = seat_](auto handler, Answer what) {
          answer(*seat, std::move(what), AnyTurnHandler(TurnHandler{std::move(handler)}));
        },
        token, std::move(user_answer));
  }

  /// Seals the login, between two turns, before the first or in the place of a watch, and closes it here: every later
  /// turn is refused with `SnapshotErrc::login_saved`. `Client::resume` goes on, once, in any process that has the key.
  /// Cancelled before it is sealed it completes with `operation_aborted`, and the login goes on here; later the
  /// snapshot comes all the same.
  template <boost::asio::completion_token_for<void(boost::system::error_code, SealedSnapshot)> Token =
                boost::asio::deferred_t>
  auto async_save(SnapshotKey const& key, SaveOptions options, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, SealedSnapshot)>(
        [seat = seat_](auto handler, SnapshotKey with, SaveOptions how) {
          save(*seat, std::move(with), std::move(how), SaveHandler(std::move(handler)));
        },
        token, key.clone(), std::move(options));
  }

  /// What an observer's events call this login; 0 where the client has no observer.
  [[nodiscard]] std::uint64_t id() const noexcept;

private:
  friend class Client;
  explicit Login(std::shared_ptr<LoginSeat> seat) noexcept : seat_(std::move(seat)) {}

  static void begin(LoginSeat& seat, AnyTurnHandler handler);
  static void answer(LoginSeat& seat, Answer what, AnyTurnHandler handler);
  static void save(LoginSeat& seat, SnapshotKey key, SaveOptions options, SaveHandler handler);

  std::shared_ptr<LoginSeat> seat_;
};

}  // namespace sallyport
