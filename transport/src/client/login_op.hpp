#pragma once

#include "client/client_core.hpp"
#include "client/login_budget.hpp"
#include "http/cookie_jar.hpp"
#include "http/exchange.hpp"
#include "login/login_reply.hpp"
#include "login/login_request.hpp"
#include "login/poll_failures.hpp"
#include "net/driver_time.hpp"
#include "observe/login_watch.hpp"
#include "snapshot/folded_login.hpp"
#include "snapshot/saved_login.hpp"
#include "support/process_descriptor.hpp"

#include <sallyport/engine/session.hpp>
#include <sallyport/transport/login.hpp>
#include <sallyport/transport/prompt.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {

class LoginSeat;

/// A turn on its way to its handler.
struct HeldTurn {
  Turn turn;

  operator Turn*() noexcept { return &turn; }
};

/// The driver of one login on the claimant's side: it obeys the session. It holds the secrets of the login until it
/// ends, and no connection while it waits for a human. All of it runs on the strand.
class LoginOp final : public std::enable_shared_from_this<LoginOp>, public TurningLogin {
public:
  using Handler = AnyTurnHandler;

  LoginOp(std::shared_ptr<ClientCore> core, Credentials credentials);
  LoginOp(std::shared_ptr<ClientCore> core, ResumedLogin resumed);
  LoginOp(std::shared_ptr<ClientCore> core, FoldedLogin const& folded);

  [[nodiscard]] std::uint64_t id() const noexcept { return watch_.login(); }
  void begin(Handler handler);
  void answer(Answer what, Handler handler);
  [[nodiscard]] boost::system::result<SealedSnapshot> save(SnapshotKey const& key, SaveOptions const& options);

  /// Where the login goes back to when the turn that begins is over.
  void sit_at(std::shared_ptr<LoginSeat> seat) noexcept { seat_ = std::move(seat); }
  /// Whether a `FoldedLogin` takes the place of this, with all that is worth keeping.
  [[nodiscard]] bool can_fold() const noexcept;
  [[nodiscard]] FoldedLoginPointer fold() const;

  /// How a turn that watches is left: with `operation_aborted`, or with the prompt as it stands.
  enum class Leaving : std::uint8_t { no, aborted, with_prompt };
  /// What is to be done once the watch has been left.
  using AfterWatch = boost::asio::any_completion_handler<void()>;

  /// Ends a turn that watches; the login stands where it stood. A poll in flight is awaited, and where it changes
  /// something the turn ends with that instead.
  void leave_watch(Leaving how);
  /// The same for another act, which follows on the strand when the turn is over, whatever it ended with. There is room
  /// for one.
  void leave_watch_for(AfterWatch next);
  [[nodiscard]] bool can_leave_watch_for_another() const noexcept {
    return turning_ == Turning::watching && !after_watch_;
  }
  /// Counts the doors that the login has stood at.
  [[nodiscard]] std::uint32_t doors() const noexcept { return session_.doors(); }
  /// Ends the login: as cancelled, or as unknown where a request may have arrived.
  void cancel();
  void stay_behind() override;

private:
  LoginOp(std::shared_ptr<ClientCore> core, FoldedLogin const& folded, RestingLogin resting);

  enum class Turning : std::uint8_t { no, beginning, acting, watching };

  /// While a host's call is carried out on the spot: its handler is not called before it has returned.
  class Entering {
  public:
    explicit Entering(LoginOp& op) noexcept : op_(&op), before_(std::exchange(op.entering_, true)) {}
    Entering(Entering const&) = delete;
    Entering& operator=(Entering const&) = delete;
    ~Entering() { op_->entering_ = before_; }

  private:
    LoginOp* op_;
    bool before_;
  };

  /// Whether a parent of this process began it: that one goes on with it, and this must not.
  [[nodiscard]] bool is_of_parent() const { return process_ != process_number(); }
  [[nodiscard]] bool start_turn(Turning how, Handler& handler);
  void finish_turn(boost::system::error_code ec, HeldTurn&& held = {Outcome{}});
  /// Nothing was sent; `words` say why, where they are not empty.
  void finish_unsent(boost::system::error_code ec, std::string words);
  void finish_with_prompt();
  void finish_left();
  void finish_with_outcome(AuthResponse* response);

  [[nodiscard]] boost::system::error_code check_credentials() const;
  void begin_on_strand();
  void answer_on_strand(Answer what);
  void take_schemes(SchemeList schemes);

  void close();
  void stand();
  [[nodiscard]] bool wants_schemes(Answer const& what) const;
  void answer_with_schemes(Answer what);
  [[nodiscard]] bool lacks_credentials(Answer const& what) const;

  void confirm();
  void refuse_answer(std::string why = {});

  [[nodiscard]] boost::system::result<Action> step(Event const& event);
  void put_back(std::optional<ActRefusal> refusal = {});
  void take(EventType act, Answer const& answer = {});
  void obey(Action action, Answer const& answer);
  void arm();
  [[nodiscard]] bool admitted(Acts acts);
  void refuse_to_begin(OutcomeKind kind, std::string reason);

  template <class Request>
  void post(Request const& request);
  void came(Exchanged done);
  void not_sent(boost::system::error_code ec, std::string words);
  [[nodiscard]] bool leaves_poll_open(LoginReply const& reply) const noexcept;
  void poll_left_open(LoginReply& reply);
  void poll_lost(std::string why, std::chrono::nanoseconds pause);
  void poll_not_sent(boost::system::error_code ec, std::string words);
  void put_off_poll(std::chrono::nanoseconds pause);
  [[nodiscard]] std::optional<std::chrono::seconds> patience_left(OutcomeKind kind) const;
  [[nodiscard]] Verdict verdict_on(AuthResponse const& response, StepFields const& fields) const;
  void reply_lost(boost::system::error_code ec, std::string words);
  void refused(LoginReply& reply);
  void replied(LoginReply& reply);

  std::shared_ptr<ClientCore> core_;
  std::shared_ptr<LoginSeat> seat_;  ///< During a turn of a login that has one.
  Credentials credentials_;
  Session session_;
  Session before_;  ///< What the session was before the request in flight: if it could not be sent, nothing happened.
  SchemeList schemes_;
  AuthenticationScheme const* scheme_ = nullptr;
  AuthResponse door_;
  StepFields fields_;
  CookieJar cookies_;
  LoginBudget budget_;
  LoginWatch watch_;
  ReplyNote note_;  ///< Of the newest reply.
  std::optional<OutcomeKind> refusal_;
  std::optional<std::chrono::seconds> retry_after_;
  std::optional<std::chrono::seconds> clock_correction_;  ///< Of the newest answer that had one.
  std::optional<Handler> handler_;
  AfterWatch after_watch_;  ///< It keeps the seat, never this.
  DriverAlarm alarm_;
  boost::asio::cancellation_signal stop_exchange_;
  TimePoint poll_not_before_{};
  PollFailures poll_failures_;
  std::vector<Field> withheld_;  ///< Credentials that the login held and its snapshot left out.
  std::string snapshot_id_;
  std::uint64_t generation_ = 0;
  std::uint64_t turn_count_ = 0;
  std::uint64_t process_ = process_number();
  Turning turning_ = Turning::no;
  bool entering_ = false;
  bool in_flight_ = false;
  bool cancelled_ = false;
  Leaving leaving_ = Leaving::no;
  bool resumed_ = false;
  bool schemes_asked_ = false;
  bool saved_ = false;
};

}  // namespace sallyport
