// How a login leaves a process and enters another one. The rest of the driver is in login_op.cpp.

#include "client/login_op.hpp"
#include "client/login_seat.hpp"
#include "snapshot/saved_login.hpp"
#include "snapshot/seal.hpp"
#include "support/random.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sallyport {

using boost::system::error_code;
using boost::system::result;

namespace {

/// Puts the host's credentials in place of those that were not saved. What the institution knows the device by stays.
error_code give(SavedLogin& saved, Credentials credentials, SharedGovernor const* governor) {
  auto const same = credentials.request.type.spelling() == saved.request.type.spelling() &&
                    equals(credentials.user_id, saved.user_id);
  if (!same) return SnapshotErrc::credentials_mismatch;
  // Credentials that go again with an answer are no attempt of their own, so they must not be another account's.
  if (governor != nullptr && saved.account) {
    auto const named = named_account_of(*governor, credentials);
    if (named && *named != *saved.account) return SnapshotErrc::credentials_mismatch;
  }
  for (auto const field : {Field::device_info, Field::auth_flow_step, Field::mfa_type}) {
    copy_field(saved.request, credentials.request, field);
  }
  credentials.request.is_sensitive_fields_encrypted = saved.request.is_sensitive_fields_encrypted;
  saved.request = std::move(credentials.request);
  return {};
}

result<ResumedLogin> open(std::string_view sealed, SnapshotKey const& key, std::string_view id, Limits const& limits,
                          ClockReading const& now) {
  auto const unsealed = unseal(sealed, key, id);
  if (!unsealed) return unsealed.error();
  auto saved = unpack(unsealed->clear.reveal());
  if (!saved) return saved.error();
  if (saved->session.role != Role::claimant) return SnapshotErrc::malformed;
  auto const session = restore_session(saved->session, limits, now);
  if (!session) return session.error();
  auto const poll_not_before = steady_time_of(saved->poll_not_before, saved->session.saved_at, now);
  return ResumedLogin{.saved = std::move(*saved),
                      .session = *session,
                      .poll_not_before = poll_not_before,
                      .id = std::string(id),
                      .generation = unsealed->generation};
}

}  // namespace

// --- Out of a process ------------------------------------------------------------------------------------------------

result<SealedSnapshot> LoginOp::save(SnapshotKey const& key, SaveOptions const& options) {
  if (saved_) return SnapshotErrc::login_saved;
  if (handler_ || in_flight_) return TransportErrc::request_in_flight;
  if (cancelled_) return EngineErrc::session_over;
  auto const now = core_->time().both_clocks();
  auto const session = save_session(session_, now);
  if (!session) return session.error();
  auto held = held_fields(credentials_.request);
  held.insert(held.end(), withheld_.begin(), withheld_.end());
  SavedLogin const login{.session = *session,
                         .poll_not_before = wall_time_of(poll_not_before_, now),
                         .account = budget_.account(),
                         .user_id = credentials_.user_id.clone(),
                         .request = copy_to_save(credentials_.request, options.secrets),
                         .held = std::move(held),
                         .door = copy_to_save(door_),
                         .fields = fields_,
                         .note = copy_to_save(note_),
                         .poll_failures = poll_failures_,
                         .cookies = cookies_.header().clone()};
  auto const clear = pack(login);
  if (!clear) return clear.error();
  auto id = options.id.empty() ? snapshot_id_ : options.id;
  if (id.empty()) {
    auto const random = random_id();
    if (!random) return random.error();
    id = *random;
  }
  auto bytes = seal(clear->reveal(), key, id, generation_ + 1);
  if (!bytes) return bytes.error();
  close();  // Before an observer hears of it, who may call back.
  watch_.saved(session_);
  return SealedSnapshot{.id = std::move(id), .generation = generation_ + 1, .bytes = std::move(*bytes)};
}

// Two processes never drive one login: what was saved is gone from here.
void LoginOp::close() {
  saved_ = true;
  credentials_ = {};
  cookies_ = {};
  door_ = {};
  fields_ = {};
  note_ = {};
}

// --- Into a process --------------------------------------------------------------------------------------------------

LoginOp::LoginOp(std::shared_ptr<ClientCore> core, ResumedLogin resumed)
    : core_(std::move(core)),
      credentials_{.user_id = std::move(resumed.saved.user_id), .request = std::move(resumed.saved.request)},
      session_(resumed.session),
      before_(session_),
      door_(std::move(resumed.saved.door)),
      fields_(std::move(resumed.saved.fields)),
      cookies_(std::move(resumed.saved.cookies)),
      budget_(core_->governor(), std::move(resumed.saved.account)),
      watch_(core_->watch(credentials_.request.type, true)),
      note_(std::move(resumed.saved.note)),
      alarm_(core_->strand(), core_->time()),
      poll_not_before_(resumed.poll_not_before),
      poll_failures_(std::move(resumed.saved.poll_failures)),
      snapshot_id_(std::move(resumed.id)),
      generation_(resumed.generation),
      resumed_(true) {
  for (auto const field : resumed.saved.held) {
    if (!has_field(credentials_.request, field)) withheld_.push_back(field);
  }
}

// Nothing is sent: the prompt is in the snapshot, and whether its time is over the clock says.
void LoginOp::stand() {
  if (cancelled_) return take(EventType::cancel);
  if (core_->time().now() >= *session_.answer_by()) return take(EventType::deadline);
  finish_with_prompt();
}

bool LoginOp::wants_schemes(Answer const& what) const {
  auto const by = session_.answer_by();
  return resumed_ && !saved_ && !schemes_asked_ && by && core_->time().now() < *by &&
         what.kind() != Answer::Kind::cancel;
}

// The schemes say what the doors to come want. They are fetched before anything is posted: where they cannot be, the
// login stands where it stood.
void LoginOp::answer_with_schemes(Answer what) {
  auto const kept = std::make_shared<Answer>(std::move(what));
  core_->with_schemes([self = shared_from_this(), kept, turn = turn_count_](error_code unreachable, SchemeList schemes,
                                                                            std::string words) {
    if (self->turning_ == Turning::no || self->turn_count_ != turn) return;  // That turn has ended meanwhile.
    if (unreachable) return self->finish_unsent(unreachable, std::move(words));
    self->take_schemes(std::move(schemes));
    self->answer_on_strand(std::move(*kept));
  });
}

bool LoginOp::lacks_credentials(Answer const& what) const {
  auto const is_late = session_.answer_by() && core_->time().now() >= *session_.answer_by();
  if (withheld_.empty() || is_late) return false;
  switch (what.kind()) {
    case Answer::Kind::wait:
    case Answer::Kind::cancel: return false;
    case Answer::Kind::restart: return true;
    case Answer::Kind::fields:
    case Answer::Kind::confirmed:
    case Answer::Kind::another_way: break;
  }
  return std::ranges::any_of(fields_.resent,
                             [this](Field field) { return std::ranges::find(withheld_, field) != withheld_.end(); });
}

result<Login> Client::resume(std::string_view sealed, SnapshotKey const& key, std::string_view id,
                             SnapshotClaim const& claim, std::optional<Credentials> credentials) const {
  auto resumed = open(sealed, key, id, core_->config().limits, core_->time().both_clocks());
  if (!resumed) return resumed.error();
  if (credentials) {
    if (auto const ec = give(resumed->saved, std::move(*credentials), core_->governor().get())) return ec;
  }
  if (!claim || !claim(resumed->id, resumed->generation)) return SnapshotErrc::used;
  return Login(LoginSeat::create(core_, std::make_shared<LoginOp>(core_, std::move(*resumed))));
}

}  // namespace sallyport
