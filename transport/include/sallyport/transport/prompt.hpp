#pragma once

#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/field.hpp>
#include <sallyport/protocol/same_build.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>
#include <sallyport/transport/outcome.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sallyport {

/// What a prompt wants of the user.
enum class PromptKind : std::uint8_t {
  input,          ///< Fill in `fields`.
  act_elsewhere,  ///< Tap, scan or click on another device; the login notices by itself (`Answer::wait`).
  confirm,        ///< Act elsewhere and then say so (`Answer::confirmed`): this institution wants credentials with it.
  wait,           ///< Nothing: the institution is slow (`Answer::wait`).
  restart,        ///< Start over (`Answer::restart`), after what `status` says was done.
  another_way,    ///< A program cannot answer this, only ask for another way (`Answer::another_way`).
};

inline constexpr std::size_t prompt_kind_count = 6;

[[nodiscard]] std::string_view name_of(PromptKind kind) noexcept;

/// One thing to fill in.
struct PromptField {
  Field field = Field::unknown;
  std::string description;  ///< From the authentication scheme, in words for a human.
  bool hidden = true;       ///< Must not be echoed to a screen.
};

/// What time it was at the peer (the header `Date`, in whole seconds) when a reply of it was read here.
struct PeerClock {
  std::chrono::sys_seconds time;
  std::chrono::steady_clock::time_point read_at;
};

/// A door: what the login wants now, until when, and what else the user may do. The texts are the peer's.
struct Prompt {
  PromptKind kind = PromptKind::wait;
  AuthStatus status = AuthStatus::unknown;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;
  std::vector<PromptField> fields;
  std::string text;                  ///< `challengeText`: the security question, where the code was sent.
  std::optional<std::string> email;  ///< The mailbox to look into.
  std::optional<std::string> allocated_ip_address;
  std::optional<Secret> qr_code;           ///< What the QR code says.
  std::optional<Secret> qr_code_link;      ///< The same as a link.
  std::optional<Secret> qr_code_link_ios;  ///< The same for the institution's app on iOS.
  std::chrono::steady_clock::time_point answer_by;
  std::optional<std::chrono::steady_clock::time_point> can_restart_at;  ///< "Send again" or "start over" from then on.
  bool can_try_another_way = false;
  unsigned attempts_left = 0;
  bool answer_was_wrong = false;  ///< The same door again: the newest answer was wrong.
  /// This login has answered a challenge of this status, factor and flow step before, with whatever id and text: that
  /// answer may have been wrong, so what is fixed or scripted must not be said again.
  bool answered_before = false;
  unsigned answers_given = 0;  ///< In this login so far.
  /// The same door again: why the newest answer was not taken. Nothing of it was sent.
  boost::system::error_code refused;
  /// When that is `would_risk_lockout`: how long until the governor admits it.
  std::optional<std::chrono::seconds> retry_after;
  std::optional<PeerClock> peer_clock{};  ///< Of the newest reply, where it says so.
};

/// Whether what is fixed or scripted may be said at this door. Not where it may have been wrong before, and at most
/// five times in a login, at doors of whatever kind: a peer that invents kinds gets no more of a machine.
[[nodiscard]] bool may_say_what_is_fixed(Prompt const& prompt) noexcept;

/// What the user, or a responder standing in for them, does at a door. Nothing is posted without one (law 1).
class Answer {
public:
  enum class Kind : std::uint8_t { fields, wait, confirmed, another_way, restart, cancel };

  /// Nothing more to say: the login watches until something changes.
  Answer() = default;
  [[nodiscard]] static Answer wait() { return Answer(Kind::wait); }
  /// One text for a prompt with one field.
  [[nodiscard]] static Answer text(Secret text) {
    Answer answer(Kind::fields);
    answer.values_.emplace_back(Field::unknown, std::move(text));
    return answer;
  }
  /// One of several fields; chain it: `Answer::field(...).and_field(...)`.
  [[nodiscard]] static Answer field(Field field, Secret text) {
    return Answer(Kind::fields).and_field(field, std::move(text));
  }
  [[nodiscard]] Answer and_field(Field field, Secret text) && {
    values_.emplace_back(field, std::move(text));
    return std::move(*this);
  }
  [[nodiscard]] static Answer confirmed() { return Answer(Kind::confirmed); }
  [[nodiscard]] static Answer another_way() { return Answer(Kind::another_way); }
  /// Have the code sent again, or start over. It may carry fields that the first post lacked.
  [[nodiscard]] static Answer restart() { return Answer(Kind::restart); }
  [[nodiscard]] static Answer cancel() { return Answer(Kind::cancel); }

  /// The answer was reckoned by the institution's clock, which is so far ahead of ours (below zero: behind it). The
  /// login's outcome says so.
  [[nodiscard]] Answer by_peer_clock(std::chrono::seconds ahead) && {
    clock_correction_ = ahead;
    return std::move(*this);
  }

  [[nodiscard]] std::chrono::seconds clock_correction() const noexcept { return clock_correction_; }
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] std::vector<std::pair<Field, Secret>> const& values() const noexcept { return values_; }
  [[nodiscard]] std::vector<std::pair<Field, Secret>>& values() noexcept { return values_; }

private:
  explicit Answer(Kind kind) noexcept : kind_(kind) {}

  Kind kind_ = Kind::wait;
  std::vector<std::pair<Field, Secret>> values_;
  std::chrono::seconds clock_correction_{0};
};

/// What one turn of a login ends with: the next door, or the end.
using Turn = std::variant<Prompt, Outcome>;

/// Who logs in where. `request` is the first post: `type` is required; set what the scheme's initial model lists.
/// Keep `device_info` the same for one user at one integration: a new device each time means a new SMS each time (law
/// 7).
struct Credentials {
  Secret user_id;
  AuthRequest request;
};

}  // namespace sallyport
