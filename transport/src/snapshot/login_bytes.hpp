#pragma once

// The parts of a login in bytes, in a snapshot and at rest. What is read of foreign bytes is checked by `in.failed()`.

#include "login/login_reply.hpp"
#include "login/login_request.hpp"
#include "login/poll_failures.hpp"
#include "snapshot/bytes.hpp"

#include <sallyport/engine/ledger.hpp>
#include <sallyport/protocol/auth_response.hpp>

#include <optional>
#include <vector>

namespace sallyport {

/// More of them are no list of fields: an AuthRequest has 21, and a scheme may list some of them twice.
inline constexpr std::size_t fields_max = 256;

/// What a door is, without what it says.
struct DoorKind {
  Open<AuthStatus> status;
  std::optional<Open<MfaType>> mfa_type;
  std::optional<Open<AuthFlowStep>> auth_flow_step;
};

void write(ByteWriter& out, std::vector<Field> const& fields);
void write(ByteWriter& out, StepFields const& fields);
/// Without the peer's words.
void write(ByteWriter& out, ReplyNote const& note);
void write(ByteWriter& out, PollFailures const& failures);
void write(ByteWriter& out, std::optional<AccountKey> const& account);
/// All that a door shows and an answer echoes; no account and no token.
void write(ByteWriter& out, AuthResponse const& door);
void write(ByteWriter& out, std::optional<Secret> const& text);

[[nodiscard]] std::vector<Field> read_fields(ByteReader& in);
[[nodiscard]] StepFields read_step_fields(ByteReader& in);
[[nodiscard]] ReplyNote read_note(ByteReader& in);
[[nodiscard]] PollFailures read_poll_failures(ByteReader& in);
[[nodiscard]] std::optional<AccountKey> read_account(ByteReader& in);
void read_door(ByteReader& in, AuthResponse& door);
/// The beginning of the same bytes.
[[nodiscard]] DoorKind read_door_kind(ByteReader& in);
[[nodiscard]] std::optional<Secret> read_secret(ByteReader& in);

template <WireEnum E>
void write(ByteWriter& out, Open<E> const& value) {
  auto const known = value.value() != E::unknown;
  out.number(static_cast<std::uint8_t>(value.value()));
  if (!known) out.text(value.spelling());
}

template <WireEnum E>
[[nodiscard]] Open<E> read_open(ByteReader& in) {
  auto const value = in.number<std::uint8_t>();
  if (value > enumerator_count<E>) in.fail();
  if (value == 0 || in.failed()) return Open<E>::from_wire(in.text());
  return static_cast<E>(value);
}

}  // namespace sallyport
