#pragma once

#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstdint>

namespace sallyport {

/// Every bound of a login. A host may set each; the reason of each default stands beside it. The marks tell its basis:
/// [D] the API's description, [P] practice of comparable systems, [I] our inference.
struct Limits {
  /// Tc: the life span of a challenge whose reply names none [P]: SMS codes commonly live two minutes.
  Duration challenge_life_span = std::chrono::seconds(120);
  /// A longer life span than this is not believed; the whole flow is over by then anyway [I].
  Duration challenge_life_span_max = std::chrono::hours(24);
  /// Ts: a step of which the API gives no life span [P]: OWASP ASVS 6.5.5 bounds an out-of-band code to ten minutes.
  Duration step_life_span = std::chrono::minutes(10);
  /// Tf: the whole login, from the first post to its end [I]: what a patient human needs for five doors.
  Duration flow_life_span = std::chrono::minutes(15);
  /// Th: one request on the wire or one question to an institution [I]: institutions log in slowly, never this slowly.
  Duration request_life_span = std::chrono::seconds(30);
  /// Tr: how soon a code may be sent again [P]: most senders throttle at a minute, some lock.
  Duration resend_cool_down = std::chrono::seconds(60);
  /// Tp: between two polls [P]: the interval that RFC 8628 prescribes where a server names none.
  Duration poll_interval = std::chrono::seconds(5);
  /// Tp of a `delayed` login doubles up to this [P].
  Duration poll_interval_max = std::chrono::seconds(60);
  /// A claimant lets a challenge die this much early, for the round trip and the skew of clocks [I]; never more than a
  /// tenth of its life span. A verifier keeps the full life span.
  Duration expiry_margin = std::chrono::seconds(1);
  /// How many wrong answers to one challenge end the login [P]: locks commonly strike at the third to fifth.
  std::uint8_t attempts_max = 3;
  /// How many answers in a row may bring no progress before the login ends [P, I]: a reply has led on where it brings a
  /// challenge of a kind (status, factor, flow step) at which the login has not stood yet. Some institutions issue a
  /// new challenge for each wrong code, with an id and a text of its own, so that `attempts_max` begins anew each time;
  /// locks strike at the third to fifth wrong code all the same.
  std::uint8_t answers_without_progress_max = 5;
  /// How many answers one login may send [I]: four challenges, the longest login of the catalogue, with three attempts
  /// and a half each after one fresh start.
  std::uint8_t answers_max = 20;
  /// How many confirmations may carry credentials in one login [I]: a user who taps and then says so needs one or two.
  /// Each keeps `poll_interval` from the post before it.
  std::uint16_t confirmations_max = 10;
  /// How many challenges and waits one login may stand at [I]: four, walked anew after each of three fresh starts and
  /// five other ways, and a QR code that is renewed every half a minute.
  std::uint16_t challenges_max = 64;
  /// How many times a user may start over or have a code sent again within one login [I].
  std::uint8_t restarts_max = 3;
  /// How many times a user may try another way within one login [I]: no integration offers more factors.
  std::uint8_t another_way_max = 5;
  /// How many polls one step may cost [I]: with the default interval the life span of a step ends first.
  std::uint16_t polls_max = 600;
  /// Whether a reply that may not follow ends the login, or is only observed (`Session::violation_seen`). A client that
  /// is strict also refuses a reply of which any member is not as described (`Diagnostics::odd_members`).
  bool strict = false;
};

}  // namespace sallyport
