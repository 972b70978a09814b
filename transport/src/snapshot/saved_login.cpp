#include "snapshot/saved_login.hpp"

#include "http/cookie_jar.hpp"
#include "login/login_reply.hpp"
#include "snapshot/login_bytes.hpp"
#include "snapshot/seal.hpp"

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/codec.hpp>

#include <utility>

namespace sallyport {

using boost::system::result;

namespace {

using Door = ApiResult<AuthResponse>;

constexpr std::uint8_t nothing = 0xFF;
constexpr WireBounds bounds{.text_bytes_max = snapshot_bytes_max, .string_bytes_max = 1024 * 1024};

// No secret is posted by a field that says what and where, not who; these travel with every request or every poll.
bool is_plain(Field field) noexcept {
  return field == Field::type || field == Field::device_info || field == Field::auth_flow_step ||
         field == Field::mfa_type || field == Field::is_trying_another_way;
}

// --- Writing ---------------------------------------------------------------------------------------------------------

void write(ByteWriter& out, WallTime moment) {
  out.number(static_cast<std::uint64_t>(moment.time_since_epoch().count()));
}

template <class E>
void write(ByteWriter& out, std::optional<E> value) {
  out.number(value ? static_cast<std::uint8_t>(*value) : nothing);
}

void write(ByteWriter& out, SavedSession const& session) {
  out.number(static_cast<std::uint8_t>(session.role));
  out.number(static_cast<std::uint8_t>(session.state));
  for (auto const moment :
       {session.saved_at, session.flow_deadline, session.step_deadline, session.restart_at, session.poll_at}) {
    write(out, moment);
  }
  out.number(static_cast<std::uint64_t>(session.poll_interval.count()));
  out.number(session.polls);
  out.number(session.doors);
  write(out, session.status);
  write(out, session.mfa_type);
  write(out, session.flow_step);
  out.number(session.attempts_left);
  out.number(session.restarts);
  out.number(session.switches);
  out.number(session.answers);
  out.number(session.confirmations);
  out.number(session.unproductive);
  for (auto const kind : session.kinds.kinds) out.number(kind);
  out.number(session.kinds.answered);
  out.number(session.kinds.count);
  out.number(session.kinds.present);
  out.flag(session.polled);
  out.flag(session.answer_was_wrong);
  out.flag(session.violation_seen);
}

Door envelope_of(AuthResponse const& door) {
  Door envelope;
  envelope.status = ApiResultStatus::ok;
  envelope.content = copy_to_save(door);
  return envelope;
}

// --- Reading ---------------------------------------------------------------------------------------------------------

WallTime read_moment(ByteReader& in) noexcept {
  return WallTime(WallDuration(static_cast<std::int64_t>(in.number<std::uint64_t>())));
}

template <class E>
std::optional<E> read_optional(ByteReader& in) noexcept {
  auto const value = in.number<std::uint8_t>();
  return value == nothing ? std::nullopt : std::optional(static_cast<E>(value));
}

SavedSession read_session(ByteReader& in) noexcept {
  SavedSession session;
  session.role = static_cast<Role>(in.number<std::uint8_t>());
  session.state = static_cast<State>(in.number<std::uint8_t>());
  for (auto* const moment :
       {&session.saved_at, &session.flow_deadline, &session.step_deadline, &session.restart_at, &session.poll_at}) {
    *moment = read_moment(in);
  }
  session.poll_interval = Duration(static_cast<std::int64_t>(in.number<std::uint64_t>()));
  session.polls = in.number<std::uint16_t>();
  session.doors = in.number<std::uint16_t>();
  session.status = read_optional<AuthStatus>(in);
  session.mfa_type = read_optional<MfaType>(in);
  session.flow_step = read_optional<AuthFlowStep>(in);
  session.attempts_left = in.number<std::uint8_t>();
  session.restarts = in.number<std::uint8_t>();
  session.switches = in.number<std::uint8_t>();
  session.answers = in.number<std::uint8_t>();
  session.confirmations = in.number<std::uint16_t>();
  session.unproductive = in.number<std::uint8_t>();
  for (auto& kind : session.kinds.kinds) kind = in.number<std::uint16_t>();
  session.kinds.answered = in.number<std::uint16_t>();
  session.kinds.count = in.number<std::uint8_t>();
  session.kinds.present = in.number<std::uint8_t>();
  session.polled = in.flag();
  session.answer_was_wrong = in.flag();
  session.violation_seen = in.flag();
  return session;
}

/// Whether session and door speak of the same challenge.
bool belong_together(SavedSession const& session, AuthResponse const& door) noexcept {
  if (session.state == State::idle) return true;
  return session.status == door.status.value() && session.mfa_type == value_of(door.mfa_type) &&
         session.flow_step == value_of(door.auth_flow_step);
}

}  // namespace

std::vector<Field> held_fields(AuthRequest const& request) {
  std::vector<Field> held;
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    if (!is_plain(field) && has_field(request, field)) held.push_back(field);
  }
  return held;
}

AuthRequest copy_to_save(AuthRequest const& request, SnapshotSecrets secrets) {
  AuthRequest copy;
  copy.type = request.type;
  copy.is_sensitive_fields_encrypted = request.is_sensitive_fields_encrypted;
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    if (secrets == SnapshotSecrets::with || is_plain(field)) copy_field(request, copy, field);
  }
  return copy;
}

AuthResponse copy_to_save(AuthResponse const& door) {
  auto copy = copy_of_door(door);
  copy.challenge_id = door.challenge_id;
  copy.error_message.reset();
  return copy;
}

ReplyNote copy_to_save(ReplyNote const& note) {
  ReplyNote copy;
  copy.http_status = note.http_status;
  copy.status = note.status;
  copy.api_status = note.api_status;
  copy.error_type = note.error_type;
  copy.error_hash = note.error_hash;
  copy.reason = note.reason;
  return copy;
}

result<Secret> pack(SavedLogin const& saved) {
  if (saved.held.size() > fields_max || saved.fields.asked.size() > fields_max ||
      saved.fields.resent.size() > fields_max) {
    return SnapshotErrc::too_large;
  }
  ByteWriter out;
  write(out, saved.session);
  write(out, saved.poll_not_before);
  write(out, saved.account);
  out.text(saved.user_id.reveal());
  out.text(encode(saved.request).reveal());
  write(out, saved.held);
  out.text(encode(envelope_of(saved.door)).reveal());
  write(out, saved.fields);
  write(out, saved.note);
  write(out, saved.poll_failures);
  out.text(saved.cookies.reveal());
  auto bytes = out.take();
  // What is saved can be opened: better to hear of a bound here, where the login still is.
  if (bytes.size() > snapshot_bytes_max || !unpack(bytes.reveal())) return SnapshotErrc::too_large;
  return bytes;
}

result<SavedLogin> unpack(std::string_view bytes) {
  ByteReader in(bytes);
  SavedLogin saved;
  saved.session = read_session(in);
  saved.poll_not_before = read_moment(in);
  saved.account = read_account(in);
  saved.user_id = Secret(in.text());
  auto request = decode<AuthRequest>(in.text(), bounds);
  saved.held = read_fields(in);
  auto door = decode<Door>(in.text(), bounds);
  saved.fields = read_step_fields(in);
  saved.note = read_note(in);
  saved.poll_failures = read_poll_failures(in);
  saved.cookies = Secret(in.text());
  if (saved.cookies.size() > CookieJar::bytes_max || !is_cookie_header(saved.cookies.reveal())) in.fail();
  if (in.failed() || !in.at_end() || !request || !door || !door->content) return SnapshotErrc::malformed;
  saved.request = std::move(*request);
  saved.door = std::move(*door->content);
  if (!belong_together(saved.session, saved.door)) return SnapshotErrc::malformed;
  // Derived, not saved: another build may hash in another way, and a challenge that seems new gets a new life span.
  saved.session.fingerprint = saved.session.state == State::idle ? 0 : fingerprint_of(saved.door);
  return saved;
}

}  // namespace sallyport
