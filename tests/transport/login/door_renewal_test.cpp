// When a reply is about the challenge that stands, and what it changes there.

#include <login/door_renewal.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <vector>

BOOST_AUTO_TEST_SUITE(door_renewal)

using namespace sallyport;

namespace {

AuthResponse qr_code() {
  AuthResponse door;
  door.status = AuthStatus::qr_code_required;
  door.mfa_type = MfaType::qr_code;
  door.challenge_text = "Scan the code.";
  door.qr_code = Secret("first");
  return door;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whatever_a_user_is_shown_is_brought_up_to_date) {
  std::vector<std::function<void(AuthResponse&)>> const changes{
      [](auto& said) { said.challenge_text = "Scan it again."; },
      [](auto& said) { said.email = "m***@example.com"; },
      [](auto& said) { said.allocated_ip_address = "192.0.2.7"; },
      [](auto& said) { said.qr_code = Secret("second"); },
      [](auto& said) { said.qr_code_link = Secret("https://example.invalid/2"); },
      [](auto& said) { said.qr_code_link_ios = Secret("bank://2"); },
  };
  for (auto const& change : changes) {
    auto door = qr_code();
    auto said = qr_code();
    change(said);
    BOOST_TEST(renew_door(door, said));
    auto again = qr_code();
    change(again);
    BOOST_TEST(!renew_door(door, again));
  }
}

BOOST_AUTO_TEST_CASE(what_a_reply_leaves_out_stays) {
  auto door = qr_code();
  door.challenge_id = "1";
  AuthResponse said;
  said.status = AuthStatus::qr_code_required;
  said.mfa_type = MfaType::qr_code;
  BOOST_TEST(stays_at(door, said));
  BOOST_TEST(!renew_door(door, said));
  BOOST_TEST(door.qr_code->reveal() == "first");
  BOOST_TEST(*door.challenge_id == "1");
}

BOOST_AUTO_TEST_CASE(another_id_or_kind_is_another_challenge_and_another_text_is_not) {
  auto door = qr_code();
  door.challenge_id = "1";
  auto other_text = qr_code();
  other_text.challenge_text = "Another text.";
  BOOST_TEST(stays_at(door, other_text));
  auto other_id = qr_code();
  other_id.challenge_id = "2";
  BOOST_TEST(!stays_at(door, other_id));
  auto other_factor = qr_code();
  other_factor.mfa_type = MfaType::mobile;
  BOOST_TEST(!stays_at(door, other_factor));
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_renews_a_captcha_and_no_other_challenge) {
  AuthResponse failed;
  failed.status = AuthStatus::challenge_failed;
  failed.challenge_text = "9 + 1";
  AuthResponse captcha;
  captcha.status = AuthStatus::captcha_challenge;
  captcha.challenge_text = "7 + 4";
  BOOST_TEST(renew_door(captcha, failed));
  BOOST_TEST(*captcha.challenge_text == "9 + 1");
  AuthResponse code;
  code.status = AuthStatus::challenge_issued;
  code.challenge_text = "We sent a code.";
  failed.challenge_text = "This is not right.";
  BOOST_TEST(!renew_door(code, failed));
  BOOST_TEST(*code.challenge_text == "We sent a code.");
}

BOOST_AUTO_TEST_SUITE_END()
