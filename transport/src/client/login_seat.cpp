#include "client/login_seat.hpp"

#include "support/deliver.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <new>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Raised at once by terminal cancellation, on whatever thread that comes; null where nobody can ask for it.
std::shared_ptr<std::atomic<bool>> flag_of_cancellation(Login::SaveHandler const& handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  if (!slot.is_connected()) return nullptr;
  auto raised = std::make_shared<std::atomic<bool>>(false);
  slot.assign([raised](asio::cancellation_type type) {
    if ((type & asio::cancellation_type::terminal) != asio::cancellation_type::none) *raised = true;
  });
  return raised;
}

}  // namespace

std::shared_ptr<LoginSeat> LoginSeat::create(std::shared_ptr<ClientCore> core, std::shared_ptr<LoginOp> op) {
  SlabAllocator<LoginSeat> const memory(core->memory());
  return std::allocate_shared<LoginSeat>(memory, std::move(core), std::move(op));
}

LoginSeat::LoginSeat(std::shared_ptr<ClientCore> core, std::shared_ptr<LoginOp> op)
    : core_(std::move(core)), id_(op->id()), op_(std::move(op)) {}

void LoginSeat::begin(AnyTurnHandler handler) {
  on_terminal_cancellation(handler, core_->strand(), weak_from_this(), &LoginSeat::cancel);
  run_on(core_->strand(), [self = shared_from_this(), handler = std::move(handler)]() mutable {
    if (auto const op = self->hand_over()) return op->begin(std::move(handler));
    self->refuse(std::move(handler));
  });
}

void LoginSeat::answer(Answer what, AnyTurnHandler handler) {
  on_cancellation(asio::get_associated_cancellation_slot(handler), core_->strand(), weak_from_this(),
                  &LoginSeat::cancel, &LoginSeat::show_again);
  run_on(core_->strand(), [self = shared_from_this(), what = std::move(what), handler = std::move(handler)]() mutable {
    self->answer_on_strand(std::move(what), std::move(handler));
  });
}

// Another act takes the place of a watch. What it says is meant for the door that stands now.
void LoginSeat::answer_on_strand(Answer what, AnyTurnHandler handler) {
  auto const op = what.kind() == Answer::Kind::wait ? nullptr : watching();
  if (!op) return answer_now(std::move(what), std::move(handler));
  op->leave_watch_for(
      [self = shared_from_this(), door = op->doors(), what = std::move(what), handler = std::move(handler)]() mutable {
        auto const now = self->is_of_parent() ? nullptr : self->awake();
        auto const moved_on = now && now->doors() != door && what.kind() != Answer::Kind::cancel;
        if (!moved_on) return self->answer_now(std::move(what), std::move(handler));
        deliver(self->core_->strand(), std::move(handler), error_code(TransportErrc::challenge_changed),
                HeldTurn{Outcome{}});
      });
}

void LoginSeat::answer_now(Answer what, AnyTurnHandler handler) {
  if (auto const op = hand_over()) return op->answer(std::move(what), std::move(handler));
  refuse(std::move(handler));
}

std::shared_ptr<LoginOp> LoginSeat::watching() const {
  auto op = is_of_parent() ? nullptr : turning_.lock();
  return op && op->can_leave_watch_for_another() ? op : nullptr;
}

// Once it is sealed the login is closed here: a cancellation that took the snapshot away would take the login along.
void LoginSeat::save(SnapshotKey key, SaveOptions options, Login::SaveHandler handler) {
  auto given_up = flag_of_cancellation(handler);
  asio::post(core_->strand(), [self = shared_from_this(), key = std::move(key), options = std::move(options),
                               given_up = std::move(given_up), handler = std::move(handler)]() mutable {
    auto save = [self, key = std::move(key), options = std::move(options), given_up = std::move(given_up),
                 handler = std::move(handler)]() mutable {
      self->save_now(key, options, given_up && *given_up, std::move(handler));
    };
    if (auto const op = self->watching()) return op->leave_watch_for(std::move(save));
    save();
  });
}

void LoginSeat::save_now(SnapshotKey const& key, SaveOptions const& options, bool given_up,
                         Login::SaveHandler handler) {
  auto const op = given_up || is_of_parent() ? nullptr : awake();
  auto sealed = op ? op->save(key, options) : why_refused();
  auto const ec = sealed ? error_code() : sealed.error();
  if (ec && op_) rest();  // It stands where it stood.
  deliver(core_->strand(), std::move(handler), ec, sealed ? std::move(*sealed) : SealedSnapshot());
}

void LoginSeat::take_back(std::shared_ptr<LoginOp> op) noexcept {
  op_ = std::move(op);
  turning_.reset();  // It would keep the memory of a login that was folded.
  rest();
}

// Folding spares memory. Where there is none, not even for that, it can wait: a turn of a login must not fail for it.
void LoginSeat::rest() noexcept {
  resting_since_ = core_->time().now();
  auto& resting = core_->resting();
  try {
    if (!listed_) resting.add(weak_from_this(), resting_since_);
    listed_ = true;
    resting.fold_some(resting_since_);
  } catch (std::bad_alloc const&) {
  }
}

std::optional<TimePoint> LoginSeat::fold_if_resting_since(TimePoint moment) {
  if (op_ && resting_since_ > moment) return resting_since_;
  listed_ = false;
  if (!op_ || !op_->can_fold()) return std::nullopt;
  folded_ = op_->fold();
  op_.reset();
  return std::nullopt;
}

// In a turn the login is with its operation.
std::shared_ptr<LoginOp> LoginSeat::awake() {
  if (folded_) {
    op_ = std::make_shared<LoginOp>(core_, *folded_);
    folded_.reset();
  }
  return op_ ? op_ : turning_.lock();
}

std::shared_ptr<LoginOp> LoginSeat::hand_over() {
  if (is_of_parent()) return nullptr;
  auto op = awake();
  if (!std::exchange(op_, nullptr)) return op;
  turning_ = op;
  op->sit_at(shared_from_this());
  return op;
}

// Else the executor of the turn before is going down.
error_code LoginSeat::why_refused() const {
  return is_of_parent() ? error_code(TransportErrc::forked) : error_code(asio::error::operation_aborted);
}

void LoginSeat::refuse(AnyTurnHandler handler) {
  deliver(core_->strand(), std::move(handler), why_refused(), HeldTurn{Outcome{}});
}

void LoginSeat::cancel() {
  if (folded_) {
    folded_->cancelled = true;
  } else if (auto const op = awake()) {
    op->cancel();
  }
}

// The watch of a login is the only turn that can be left without an end of the login.
void LoginSeat::show_again() {
  if (auto const op = turning_.lock()) op->leave_watch(LoginOp::Leaving::with_prompt);
}

// --- A watch that is left --------------------------------------------------------------------------------------------

void LoginOp::leave_watch(Leaving how) {
  if (turning_ != Turning::watching || leaving_ != Leaving::no) return;
  leaving_ = how;
  if (!in_flight_) finish_left();
}

// The turn that is left ends in a call of its own: its handler must not run inside the call of the act that follows.
void LoginOp::leave_watch_for(AfterWatch next) {
  after_watch_.swap(next);
  asio::post(core_->strand(), [self = shared_from_this(), turn = turn_count_] {
    if (self->turn_count_ == turn) self->leave_watch(Leaving::aborted);
  });
}

void LoginOp::finish_left() {
  if (leaving_ == Leaving::with_prompt) return finish_with_prompt();
  finish_turn(asio::error::operation_aborted);
}

// --- Folding ---------------------------------------------------------------------------------------------------------

bool LoginOp::can_fold() const noexcept {
  return !handler_ && !in_flight_ && !saved_ && !is_end(session_.state()) &&
         sallyport::can_fold(credentials_.request, fields_);
}

// Nothing is taken from the login before all of it is in bytes: there may be no memory for them.
FoldedLoginPointer LoginOp::fold() const {
  RestingView const resting{credentials_, door_,        fields_,          note_, poll_failures_, budget_.account(),
                            withheld_,    snapshot_id_, cookies_.header()};
  return keep({.session = session_,
               .watch = watch_,
               .schemes = schemes_,
               .scheme = scheme_,
               .poll_not_before = poll_not_before_,
               .clock_correction = clock_correction_,
               .generation = generation_,
               .cancelled = cancelled_,
               .resumed = resumed_,
               .schemes_asked = schemes_asked_},
              sallyport::fold(resting).reveal(), core_->memory());
}

LoginOp::LoginOp(std::shared_ptr<ClientCore> core, FoldedLogin const& folded)
    : LoginOp(std::move(core), folded, unfold(folded.bytes())) {}

LoginOp::LoginOp(std::shared_ptr<ClientCore> core, FoldedLogin const& folded, RestingLogin resting)
    : core_(std::move(core)),
      credentials_(std::move(resting.credentials)),
      session_(folded.session),
      before_(session_),
      schemes_(folded.schemes),
      scheme_(folded.scheme),
      door_(std::move(resting.door)),
      fields_(std::move(resting.fields)),
      cookies_(std::move(resting.cookies)),
      budget_(core_->governor(), std::move(resting.account)),
      watch_(folded.watch),
      note_(std::move(resting.note)),
      clock_correction_(folded.clock_correction),
      alarm_(core_->strand(), core_->time()),
      poll_not_before_(folded.poll_not_before),
      poll_failures_(std::move(resting.poll_failures)),
      withheld_(std::move(resting.withheld)),
      snapshot_id_(std::move(resting.snapshot_id)),
      generation_(folded.generation),
      cancelled_(folded.cancelled),
      resumed_(folded.resumed),
      schemes_asked_(folded.schemes_asked) {}

// --- The host's handle --------------------------------------------------------------------------------------------

std::uint64_t Login::id() const noexcept {
  return seat_->id();
}
void Login::begin(LoginSeat& seat, AnyTurnHandler handler) {
  seat.begin(std::move(handler));
}
void Login::answer(LoginSeat& seat, Answer what, AnyTurnHandler handler) {
  seat.answer(std::move(what), std::move(handler));
}
void Login::save(LoginSeat& seat, SnapshotKey key, SaveOptions options, SaveHandler handler) {
  seat.save(std::move(key), std::move(options), std::move(handler));
}

}  // namespace sallyport
