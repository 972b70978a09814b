// Whatever bytes are opened as a sealed login, which must fail, and as one that was unsealed, which must fail or give a
// session within its limits that is packed to the same bytes again.

#include "demand.hpp"
#include "targets.hpp"

#include <snapshot/saved_login.hpp>
#include <snapshot/seal.hpp>

#include <cstddef>
#include <string>

namespace sallyport::fuzz {
namespace {

constexpr WallTime snapshot_noon{std::chrono::hours(24 * 365 * 50 + 12)};
constexpr ClockReading snapshot_now{TimePoint(std::chrono::hours(1)), snapshot_noon};

/// What anybody may hand us: nothing that was not sealed with our key opens.
void check_sealed(std::string_view bytes) {
  static auto const key = SnapshotKey::from_bytes(Secret(std::string(SnapshotKey::size, 'k')));
  demand(!unseal(bytes, *key, "login-1").has_value());
}

/// What only another version of ours could hand us: it opens to a login that keeps to the limits, or not at all.
void check_clear(std::string_view bytes) {
  auto const saved = unpack(bytes);
  if (!saved) return;
  auto const packed = pack(*saved);
  if (packed) {
    auto const again = unpack(packed->reveal());
    demand(again.has_value() && equals(*pack(*again), *packed));
  }
  static Limits const limits;
  auto const session = restore_session(saved->session, limits, snapshot_now);
  if (!session || !session->answer_by()) return;
  demand(*session->answer_by() <= snapshot_now.steady + limits.flow_life_span);
  demand(session->attempts_left() <= limits.attempts_max);
  demand(save_session(*session, snapshot_now).has_value());
}

std::string packed_login() {
  static Limits const limits;
  Session session(Role::claimant, limits);
  Verdict verdict;
  verdict.status = AuthStatus::challenge_issued;
  demand(session.step(EventType::login, snapshot_now.steady).has_value() &&
         session.step(verdict, snapshot_now.steady).has_value());
  SavedLogin login;
  login.session = *save_session(session, snapshot_now);
  login.user_id = Secret("user-1");
  login.request.type = BrokerType::robinhood;
  login.held = {Field::username, Field::password};
  login.door.status = AuthStatus::challenge_issued;
  login.door.challenge_id = "challenge-7";
  login.fields.asked.push_back({.field = Field::challenge_code, .description = "Code", .hidden = false});
  return std::string(pack(login)->reveal());
}

/// A login with a part overwritten, so that the search does not have to find out first what a login looks like.
void check_patched(std::string_view bytes) {
  static auto const login = packed_login();
  if (bytes.size() < 2) return;
  auto const at =
      static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8U | static_cast<unsigned char>(bytes[1]);
  auto patched = login;
  patched.replace(at % login.size(), bytes.size() - 2, bytes.substr(2));
  check_clear(patched);
}

}  // namespace

void open_snapshot(std::string_view bytes) {
  check_sealed(bytes);
  check_clear(bytes);
  check_patched(bytes);
}

}  // namespace sallyport::fuzz
