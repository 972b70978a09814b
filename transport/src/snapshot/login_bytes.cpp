#include "snapshot/login_bytes.hpp"

#include <utility>

namespace sallyport {

namespace {

/// What a door may have beside its status, in the order of the bytes.
constexpr std::uint16_t has_factor = 1U << 0U;
constexpr std::uint16_t has_flow_step = 1U << 1U;
constexpr std::uint16_t has_life_span = 1U << 2U;
constexpr std::uint16_t has_challenge_id = 1U << 3U;
constexpr std::uint16_t has_text = 1U << 4U;
constexpr std::uint16_t has_email = 1U << 5U;
constexpr std::uint16_t has_address = 1U << 6U;
constexpr std::uint16_t has_qr_code = 1U << 7U;
constexpr std::uint16_t has_link = 1U << 8U;
constexpr std::uint16_t has_link_ios = 1U << 9U;
constexpr std::uint16_t has_message = 1U << 10U;

unsigned flag(bool there, std::uint16_t which) noexcept {
  return there ? which : 0U;
}

void write(ByteWriter& out, std::vector<PromptField> const& fields) {
  out.number(static_cast<std::uint16_t>(fields.size()));
  for (auto const& field : fields) {
    out.number(static_cast<std::uint8_t>(field.field));
    out.text(field.description);
    out.flag(field.hidden);
  }
}

Field read_field(ByteReader& in) noexcept {
  auto const value = in.number<std::uint8_t>();
  if (value == 0 || value > enumerator_count<Field>) in.fail();
  return static_cast<Field>(value);
}

PromptField read_prompt_field(ByteReader& in) {
  PromptField field;
  field.field = read_field(in);
  field.description = in.text();
  field.hidden = in.flag();
  return field;
}

template <class Element, class Read>
std::vector<Element> read_list(ByteReader& in, Read read) {
  std::vector<Element> list;
  auto const count = in.number<std::uint16_t>();
  if (count > fields_max) in.fail();
  for (std::size_t index = 0; index < count && !in.failed(); ++index) list.push_back(read(in));
  return list;
}

}  // namespace

// --- Writing ---------------------------------------------------------------------------------------------------------

void write(ByteWriter& out, std::vector<Field> const& fields) {
  out.number(static_cast<std::uint16_t>(fields.size()));
  for (auto const field : fields) out.number(static_cast<std::uint8_t>(field));
}

void write(ByteWriter& out, StepFields const& fields) {
  write(out, fields.asked);
  write(out, fields.resent);
}

void write(ByteWriter& out, ReplyNote const& note) {
  out.number(static_cast<std::uint32_t>(note.http_status));
  out.text(note.status ? note.status->spelling() : "");
  out.text(note.api_status ? note.api_status->spelling() : "");
  out.text(note.error_type.value_or(""));
  out.text(note.error_hash.value_or(""));
  out.text(note.reason);
}

void write(ByteWriter& out, PollFailures const& failures) {
  out.number(failures.count);
  out.number(failures.in_a_row);
  out.number(static_cast<std::uint8_t>(failures.open));
  out.text(failures.why);
}

void write(ByteWriter& out, std::optional<AccountKey> const& account) {
  out.flag(account.has_value());
  if (!account) return;
  out.text(account->broker);
  for (auto const byte : account->digest) out.number(byte);
}

void write(ByteWriter& out, std::optional<Secret> const& text) {
  out.flag(text.has_value());
  if (text) out.text(text->reveal());
}

void write(ByteWriter& out, AuthResponse const& door) {
  out.number(static_cast<std::uint16_t>(
      flag(door.mfa_type.has_value(), has_factor) | flag(door.auth_flow_step.has_value(), has_flow_step) |
      flag(door.challenge_expires_in_seconds.has_value(), has_life_span) |
      flag(door.challenge_id.has_value(), has_challenge_id) | flag(door.challenge_text.has_value(), has_text) |
      flag(door.email.has_value(), has_email) | flag(door.allocated_ip_address.has_value(), has_address) |
      flag(door.qr_code.has_value(), has_qr_code) | flag(door.qr_code_link.has_value(), has_link) |
      flag(door.qr_code_link_ios.has_value(), has_link_ios) | flag(door.error_message.has_value(), has_message)));
  write(out, door.status);
  if (door.mfa_type) write(out, *door.mfa_type);
  if (door.auth_flow_step) write(out, *door.auth_flow_step);
  if (door.challenge_expires_in_seconds) out.number(static_cast<std::uint32_t>(*door.challenge_expires_in_seconds));
  for (auto const* const text : {&door.challenge_id, &door.challenge_text, &door.email, &door.allocated_ip_address}) {
    if (*text) out.text(**text);
  }
  for (auto const* const secret : {&door.qr_code, &door.qr_code_link, &door.qr_code_link_ios, &door.error_message}) {
    if (*secret) out.text((*secret)->reveal());
  }
}

// --- Reading ---------------------------------------------------------------------------------------------------------

std::vector<Field> read_fields(ByteReader& in) {
  return read_list<Field>(in, read_field);
}

StepFields read_step_fields(ByteReader& in) {
  StepFields fields;
  fields.asked = read_list<PromptField>(in, read_prompt_field);
  fields.resent = read_fields(in);
  return fields;
}

ReplyNote read_note(ByteReader& in) {
  ReplyNote note;
  note.http_status = in.number<std::uint32_t>();
  if (auto const status = in.text(); !status.empty()) note.status = Open<AuthStatus>::from_wire(status);
  if (auto const status = in.text(); !status.empty()) note.api_status = Open<ApiResultStatus>::from_wire(status);
  note.error_type = in.text();
  note.error_hash = in.text();
  note.reason = in.text();
  return note;
}

PollFailures read_poll_failures(ByteReader& in) {
  PollFailures failures;
  failures.count = in.number<std::uint32_t>();
  failures.in_a_row = in.number<std::uint16_t>();
  auto const open = in.number<std::uint8_t>();
  if (open >= PollFailures::open_count) in.fail();
  failures.open = static_cast<PollFailures::Open>(open);
  failures.why = in.text();
  return failures;
}

std::optional<AccountKey> read_account(ByteReader& in) {
  if (!in.flag()) return std::nullopt;
  AccountKey account;
  account.broker = in.text();
  for (auto& byte : account.digest) byte = in.number<std::uint8_t>();
  return account;
}

std::optional<Secret> read_secret(ByteReader& in) {
  if (!in.flag()) return std::nullopt;
  return Secret(in.text());
}

namespace {

/// Reads what a door is, and returns what it has.
template <class Door>
std::uint16_t read_kind(ByteReader& in, Door& door) {
  auto const has = in.number<std::uint16_t>();
  door.status = read_open<AuthStatus>(in);
  if ((has & has_factor) != 0) door.mfa_type = read_open<MfaType>(in);
  if ((has & has_flow_step) != 0) door.auth_flow_step = read_open<AuthFlowStep>(in);
  return has;
}

}  // namespace

DoorKind read_door_kind(ByteReader& in) {
  DoorKind kind;
  read_kind(in, kind);
  return kind;
}

void read_door(ByteReader& in, AuthResponse& door) {
  auto const has = read_kind(in, door);
  if ((has & has_life_span) != 0) {
    door.challenge_expires_in_seconds = static_cast<std::int32_t>(in.number<std::uint32_t>());
  }
  if ((has & has_challenge_id) != 0) door.challenge_id = in.text();
  if ((has & has_text) != 0) door.challenge_text = in.text();
  if ((has & has_email) != 0) door.email = in.text();
  if ((has & has_address) != 0) door.allocated_ip_address = in.text();
  if ((has & has_qr_code) != 0) door.qr_code = Secret(in.text());
  if ((has & has_link) != 0) door.qr_code_link = Secret(in.text());
  if ((has & has_link_ios) != 0) door.qr_code_link_ios = Secret(in.text());
  if ((has & has_message) != 0) door.error_message = Secret(in.text());
}

}  // namespace sallyport
