#include "snapshot/folded_login.hpp"

#include "snapshot/login_bytes.hpp"

#include <sallyport/protocol/field.hpp>

#include <cassert>
#include <cstring>
#include <new>
#include <utility>

namespace sallyport {

namespace {

void write(ByteWriter& out, std::optional<std::string> const& text) {
  out.flag(text.has_value());
  if (text) out.text(*text);
}

void write(ByteWriter& out, std::optional<bool> const& flag) {
  out.flag(flag.has_value());
  if (flag) out.flag(*flag);
}

template <WireEnum E>
void write(ByteWriter& out, std::optional<Open<E>> const& value) {
  out.flag(value.has_value());
  if (value) write(out, *value);
}

std::optional<std::string> read_text(ByteReader& in) {
  return in.flag() ? std::optional(std::string(in.text())) : std::nullopt;
}

std::optional<bool> read_flag(ByteReader& in) noexcept {
  return in.flag() ? std::optional(in.flag()) : std::nullopt;
}

template <WireEnum E>
std::optional<Open<E>> read_optional(ByteReader& in) {
  return in.flag() ? std::optional(read_open<E>(in)) : std::nullopt;
}

void write(ByteWriter& out, AuthRequest const& request) {
  write(out, request.type);
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    auto const text = text_of(request, field);
    if (!text) continue;
    out.number(static_cast<std::uint8_t>(field));
    out.text(*text);
  }
  out.number(static_cast<std::uint8_t>(Field::unknown));
  write(out, request.mfa_type);
  write(out, request.auth_flow_step);
  write(out, request.is_sensitive_fields_encrypted);
  write(out, request.is_trying_another_way);
  out.flag(request.country_info.has_value());
  if (!request.country_info) return;
  auto const& [code, number, description] = *request.country_info;
  for (auto const* const text : {&code, &number, &description}) write(out, *text);
}

AuthRequest read_request(ByteReader& in) {
  AuthRequest request;
  request.type = read_open<BrokerType>(in);
  for (;;) {
    auto const field = static_cast<Field>(in.number<std::uint8_t>());
    if (field == Field::unknown) break;
    set_field(request, field, in.text());
  }
  request.mfa_type = read_optional<MfaType>(in);
  request.auth_flow_step = read_optional<AuthFlowStep>(in);
  request.is_sensitive_fields_encrypted = read_flag(in);
  request.is_trying_another_way = read_flag(in);
  if (!in.flag()) return request;
  auto& [code, number, description] = request.country_info.emplace();
  for (auto* const text : {&code, &number, &description}) *text = read_text(in);
  return request;
}

void write(ByteWriter& out, std::optional<PeerClock> const& clock) {
  out.flag(clock.has_value());
  if (!clock) return;
  out.number(static_cast<std::uint64_t>(clock->time.time_since_epoch().count()));
  out.number(static_cast<std::uint64_t>(clock->read_at.time_since_epoch().count()));
}

std::optional<PeerClock> read_peer_clock(ByteReader& in) {
  if (!in.flag()) return std::nullopt;
  auto const time = static_cast<std::int64_t>(in.number<std::uint64_t>());
  auto const read_at = static_cast<std::int64_t>(in.number<std::uint64_t>());
  using ReadAt = decltype(PeerClock::read_at);
  return PeerClock{std::chrono::sys_seconds(std::chrono::seconds(time)), ReadAt(ReadAt::duration(read_at))};
}

void write(ByteWriter& out, std::vector<OddMember> const& members) {
  out.number(static_cast<std::uint32_t>(members.size()));
  for (auto const& [path, detail, is_left_out] : members) {
    out.text(path);
    out.text(detail);
    out.flag(is_left_out);
  }
}

std::vector<OddMember> read_odd_members(ByteReader& in) {
  std::vector<OddMember> members(in.number<std::uint32_t>());
  for (auto& [path, detail, is_left_out] : members) {
    path = in.text();
    detail = in.text();
    is_left_out = in.flag();
  }
  return members;
}

}  // namespace

bool can_fold(AuthRequest const& request, StepFields const& fields) noexcept {
  return !request.true_auth_auth_request && fields.asked.size() <= fields_max && fields.resent.size() <= fields_max;
}

Secret fold(RestingView const& login) {
  ByteWriter out;
  out.text(login.credentials.user_id.reveal());
  write(out, login.credentials.request);
  write(out, login.door);
  write(out, login.fields);
  write(out, login.note);
  write(out, login.note.message);
  write(out, login.note.display_text);
  write(out, login.note.peer_clock);
  write(out, login.note.odd_members);
  write(out, login.poll_failures);
  write(out, login.account);
  write(out, login.withheld);
  out.text(login.snapshot_id);
  out.text(login.cookies.reveal());
  return out.take();
}

RestingLogin unfold(std::string_view bytes) {
  ByteReader in(bytes);
  RestingLogin login;
  login.credentials.user_id = Secret(in.text());
  login.credentials.request = read_request(in);
  read_door(in, login.door);
  login.fields = read_step_fields(in);
  login.note = read_note(in);
  login.note.message = read_secret(in);
  login.note.display_text = read_secret(in);
  login.note.peer_clock = read_peer_clock(in);
  login.note.odd_members = read_odd_members(in);
  login.poll_failures = read_poll_failures(in);
  login.account = read_account(in);
  login.withheld = read_fields(in);
  login.snapshot_id = in.text();
  login.cookies = Secret(in.text());
  assert(!in.failed() && in.at_end());
  return login;
}

void DropFoldedLogin::operator()(FoldedLogin* login) const noexcept {
  auto const size = sizeof(FoldedLogin) + login->size;
  login->~FoldedLogin();
  wipe(login, size);
  SlabPool::deallocate(login, size);
}

FoldedLoginPointer keep(FoldedLogin login, std::string_view bytes, SlabPool& pool) {
  static_assert(alignof(FoldedLogin) <= SlabPool::alignment);
  login.size = bytes.size();
  auto* const block = pool.allocate(sizeof(FoldedLogin) + bytes.size());
  FoldedLoginPointer kept(new (block) FoldedLogin(std::move(login)));
  std::memcpy(static_cast<std::byte*>(block) + sizeof(FoldedLogin), bytes.data(), bytes.size());
  return kept;
}

}  // namespace sallyport
