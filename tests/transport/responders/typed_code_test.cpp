// What people type and paste is not always the code that they were sent.

#include <support/loopback.hpp>

#include <responders/typed_code.hpp>

#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(typed_code)

using namespace sallyport;
using namespace sallyport::test;

namespace {

std::string folded(std::string_view typed) {
  auto const digits = digits_of(typed);
  return digits ? std::string(digits->reveal()) : "none";
}

/// What the server got for what was typed at the door, or the reason why nothing was sent.
std::string posted(AuthResponse door, std::string_view typed) {
  Loopback net;
  net.verifier.replies.push_back(std::move(door));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  auto const first = net.begin(login);
  auto const& prompt = std::get<Prompt>(first.second);
  BOOST_TEST_REQUIRE(prompt.fields.size() == 1U);
  auto const turn = net.answer(login, Answer::text(Secret(typed)));
  if (turn.first) {
    BOOST_TEST(turn.first == TransportErrc::not_a_code);
    BOOST_TEST(net.verifier.asked.size() == 1U);
    auto const again = net.answer(login, Answer::text(Secret("123456")));
    BOOST_TEST(!again.first, "the login did not stand where it stood");
    return std::get<Outcome>(turn.second).diagnostics.reason;
  }
  auto const& request = net.verifier.asked.at(1).request;
  for (auto const* const field :
       {&request.mfa_code, &request.challenge_code, &request.challenge_answer, &request.trade_pin, &request.password}) {
    if (*field) return std::string((*field)->reveal());
  }
  return "nothing";
}

AuthResponse code_with(MfaType factor, std::string text) {
  auto door = challenge(AuthStatus::mfa_required, factor, 60);
  door.challenge_text = std::move(text);
  return door;
}

}  // namespace

BOOST_AUTO_TEST_CASE(blanks_dashes_line_ends_and_other_scripts_become_digits) {
  BOOST_TEST(folded("123456") == "123456");
  BOOST_TEST(folded(" 123 456 ") == "123456");
  BOOST_TEST(folded("123-456\r\n") == "123456");
  BOOST_TEST(folded("123\u00A0456") == "123456");
  BOOST_TEST(folded("\uFEFF123\u2013456\u200B") == "123456");
  BOOST_TEST(folded("１２３４５６") == "123456");
  BOOST_TEST(folded("١٢٣٤٥٦") == "123456");
  BOOST_TEST(folded("۱۲۳۴۵۶") == "123456");
  BOOST_TEST(folded("१२३४५६") == "123456");
}

BOOST_AUTO_TEST_CASE(what_has_something_else_in_it_is_no_row_of_digits) {
  for (auto const* const typed : {"", " ", "-", "12345a", "123.456", "\xFF", "\xC3", "1\xE2\x80", "²³", "G-123456"}) {
    BOOST_TEST(folded(typed) == "none", typed);
  }
}

BOOST_AUTO_TEST_CASE(a_text_tells_how_many_digits_the_code_has_or_it_does_not) {
  using Told = std::optional<std::size_t>;
  std::vector<std::pair<char const*, Told>> const texts{
      {"Enter the 6-digit code we sent you.", 6},
      {"Enter the 8 digit verification code.", 8},
      {"Type your 4-digit PIN", std::nullopt},
      {"Enter the code we texted you. We never ask for your 4-digit PIN.", std::nullopt},
      {"Enter the 6-digit code. Never give a 4-digit code to a caller.", 6},
      {"Enter your 6/8 digit code", std::nullopt},
      {"Enter the 6\xE2\x80\x93"
       "8 digit code",
       std::nullopt},
      {"Enter the (6-digit) code", std::nullopt},
      {"Enter it (a 6-digit code)", 6},
      {"A 6-digit code was sent. Enter the 6-digit code.", 6},
      {"We sent a code to *** 42.", std::nullopt},
      {"We sent a code to the number with the last 4 digits 1234.", std::nullopt},
      {"We sent a text to your phone, 4-digit ending 1234. Enter the code.", std::nullopt},
      {"Enter the 6-digit code, or an 8-digit backup code.", std::nullopt},
      {"Enter the 4 to 6 digit code.", std::nullopt},
      {"Enter the 4-6-digit code.", std::nullopt},
      {"Enter the A6-digit code.", std::nullopt},
      {"Enter the 600-digit code.", std::nullopt},
      {"Enter the six-digit code.", std::nullopt},
      {"digit code", std::nullopt},
      {"", std::nullopt}};
  for (auto const& [text, told] : texts) BOOST_TEST((digits_told_in(text) == told), text);
}

BOOST_AUTO_TEST_CASE(a_code_is_posted_as_its_digits) {
  BOOST_TEST(posted(code_with(MfaType::phone, ""), "123 456\n") == "123456");
  BOOST_TEST(posted(code_with(MfaType::totp, ""), "123-456") == "123456");
  BOOST_TEST(posted(code_with(MfaType::email, "Enter the 6-digit code."), "１２３４５６") == "123456");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_the_code_costs_no_attempt) {
  BOOST_TEST(posted(code_with(MfaType::phone, ""), "abc") == "MfaCode: something else than digits");
  BOOST_TEST(posted(code_with(MfaType::totp, ""), "12345") == "MfaCode: 5 digits; such a code has 6 to 8");
  BOOST_TEST(posted(code_with(MfaType::phone, "Enter the 6-digit code."), "12345") ==
             "MfaCode: 5 digits where the challenge asks for 6");
}

BOOST_AUTO_TEST_CASE(what_may_have_letters_or_is_no_code_is_posted_as_typed) {
  BOOST_TEST(posted(code_with(MfaType::email, ""), "Ab-12 3") == "Ab-12 3");
  BOOST_TEST(posted(code_with(MfaType::password, ""), " 12-34 ") == " 12-34 ");
  BOOST_TEST(posted(code_with(MfaType::trading_pin, ""), "12-34") == "12-34");
  BOOST_TEST(posted(code_with(MfaType::require_next_security_question, "When were you born?"), "1980-05-12") ==
             "1980-05-12");
  auto captcha = challenge(AuthStatus::captcha_challenge, MfaType::unknown, 60);
  captcha.mfa_type.reset();
  BOOST_TEST(posted(std::move(captcha), "1 2 3") == "1 2 3");
}

BOOST_AUTO_TEST_SUITE_END()
