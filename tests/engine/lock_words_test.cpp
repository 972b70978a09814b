// The sentences by which institutions say that an account is locked, and those that only look like it.

#include <sallyport/engine/lockout_hint.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::engine_test {
namespace {

/// Of twenty texts one may be taken for what it is not, either way.
constexpr std::size_t wrong_one_in = 20;

constexpr auto locks = std::to_array<std::string_view>({
    "Your account has been locked.",
    "Your account has been temporarily disabled.",
    "Too many failed attempts. Try again later.",
    "For your security we've locked your account.",
    "Account suspended",
    "You have been locked out.",
    "Your account is locked. Contact support to unlock it.",
    "We have temporarily locked your account due to suspicious activity.",
    "Account locked due to too many failed login attempts.",
    "Your account has been locked for your protection. Please reset your password.",
    "This user is locked.",
    "User account is disabled.",
    "Access to your account has been restricted.",
    "Your online access has been blocked. Please call us.",
    "You have exceeded the maximum number of login attempts.",
    "Maximum login attempts exceeded.",
    "Too many incorrect codes. Please request a new one later.",
    "You've entered the wrong password too many times.",
    "Your account has been frozen. Please contact customer service.",
    "We've placed a temporary hold on your account.",
    "Your profile has been suspended pending review.",
    "Login is temporarily blocked because of unusual activity.",
    "You can't log in because your account is blocked.",
    "We could not log you in, your account is locked.",
    "To protect your account, we have temporarily locked it.",
    "We noticed unusual activity on your account. It has been temporarily locked.",
    "Please contact support to unlock your account.",
    "Your account must be unlocked before you can sign in.",
    "Reset your password to regain access.",
    "Your account will remain locked for 24 hours.",
    "Sorry, you're locked out for 30 minutes.",
    "Invalid credentials. Account locked.",
    "Your user ID has been locked after three unsuccessful attempts.",
    "Your password has been locked. Use \"Forgot password\" to continue.",
    "Sign-in attempts exceeded, try again tomorrow.",
    "You have used all your attempts.",
    "Attempt limit reached. Come back later.",
    "Your trading account is currently suspended.",
    "This account has been deactivated.",
    "Your account\u2019s been locked for security reasons.",
    "Account lockout in effect.",
    "A security hold has been placed on your account.",
    "Your membership has been terminated.",
    "You are blocked from logging in until tomorrow.",
    "Your access has been revoked by an administrator.",
    "ACCOUNT DISABLED - CALL 1-800-555-0100",
    "Your account is on hold.",
    "Your account has been blocked after multiple consecutive login attempts.",
    "Your account is temporarily locked to prevent unauthorized use. Try again later, and if you still have trouble, "
    "contact your admin.",
    "This ID has been disabled for security reasons.",
    "We've detected unusual activity, so access to your account is temporarily limited.",
    "We're sorry, your account has been locked due to too many invalid login attempts. Please call 1-800-555-0100.",
    "We've blocked access to your account because of too many failed login attempts.",
    "Login has been disabled for this account for 2 hours because of too many incorrect 2FA entries.",
    "Your account is locked. Please contact your administrator.",
    "You've been locked out of online banking.",
    "Sorry, we've had to suspend your online banking access.",
    "The maximum number of authentication attempts has been reached.",
    "Your web access has been locked.",
    "We detected a login from a new location and have paused sign-ins on your account.",
    "User temporarily blocked: too many wrong OTP entries",
    "You've reached the limit for code requests. Wait a while before asking for another.",
    "Your profile is inactive and needs to be reinstated by our support team.",
    "Sign in is not possible: account closed.",
    "Your account is currently locked out. Please try again in an hour or contact your helpdesk.",
    "For your protection, access to this account has been suspended.",
    "We've temporarily disabled your login after several failed attempts.",
    "Due to multiple incorrect password entries, your account was locked on 3 March.",
    "Error 1013: user blocked.",
    "You've been temporarily blocked from signing in.",
    "Sorry, this login has been frozen. Please visit a branch with your passport.",
    "Account temporarily locked",
    "Your online banking profile has been deactivated for security reasons.",
    "You have made too many unsuccessful sign-in attempts and your account has been locked.",
    "You reached the maximum number of incorrect codes. Please wait before you try again.",
    "Our security team has placed a hold on your account. Please check your email.",
    "Your credentials have been revoked. Contact your administrator.",
    "Your account was closed at your request.",
    "We locked this profile because we saw a sign-in from a new country.",
    "After too many failed attempts, your account is locked.",
    "After several failed attempts your account is blocked.",
    "Your account has been locked, if you believe this is an error contact us",
    "Your account 12345678 has been locked.",
    "User ID 1234567890 is locked",
    "Your account has been\nlocked",
    "Account locked after 5 failed attempts",
});

constexpr auto harmless = std::to_array<std::string_view>({
    "Enable notifications if they are blocked.",
    "Unlock your phone and approve.",
    "Your funds are locked in staking.",
    "Pop-ups blocked",
    "Never share this code.",
    "This code will lock after use.",
    "Make sure that notifications are not blocked for our app.",
    "Your account will be locked after two more wrong codes.",
    "To avoid being locked out, double-check your code.",
    "If your account is locked, call support.",
    "JavaScript is disabled in your browser.",
    "Two-factor authentication is disabled for your account.",
    "Withdrawals from your account are suspended for 24 hours after a password change.",
    "Wrong code. Please try again.",
    "Invalid user name or password.",
    "The code has expired. Request a new one.",
    "We sent a code to the phone that ends in 42.",
    "Your account is not locked.",
    "Your account has been unlocked.",
    "Your account is no longer restricted.",
    "Trading is restricted outside market hours.",
    "Some features are disabled in your region.",
    "Your card is blocked for online purchases.",
    "Unlock premium features with a deposit.",
    "Is your account locked? Reset your password here.",
    "Cookies are blocked by your browser settings.",
    "SMS may be blocked by your carrier; check your spam folder.",
    "Approve the request in the app. Unlock the device first.",
    "Tokens are locked until the vesting period ends.",
    "Camera access is blocked; allow it to scan the code.",
    "After five failed attempts your account is locked for an hour.",
    "Keep your recovery codes so you do not get locked out of your account.",
    "Enter the code before the screen gets locked.",
    "Location services are disabled on this device.",
    "You have 3 attempts.",
    "Too many results; narrow your search.",
    "Too many requests. Please slow down.",
    "You have too many API keys. Delete one and try again.",
    "The market is closed.",
    "Your position was closed at the limit price.",
    "Your order was blocked by a margin check.",
    "Calls from unknown numbers may be blocked on your phone.",
    "We will never ask for your password.",
    "Hold your phone over the card.",
    "Your session has expired, log in again.",
    "Push messages are disabled, so we sent an SMS.",
    "Choose a limit order for limited slippage.",
    "Ad blocker detected: some images were blocked.",
    "Once your account is verified, limits are lifted.",
    "Your bank may have blocked the transfer.",
    "If you've been locked out, use a recovery code.",
    "Didn't get a push? Check that Do Not Disturb is off and notifications aren't blocked.",
    "The verification code you entered is incorrect.",
    "Your account is protected by two-step verification.",
    "Enter the 6-digit code from your authenticator app.",
    "We've sent you an email. Click the link to continue.",
    "Cookies must be enabled. Your browser blocked third-party cookies.",
    "For your security, you will be logged out after 10 minutes of inactivity.",
    "New devices are restricted from withdrawing for 24 hours.",
    "Open the app on your locked phone and hold the side button.",
    "Your password must not contain your user name.",
    "This account is enrolled in the Locked Savings programme.",
    "Staked ETH stays locked until the upgrade.",
    "Login request denied by user.",
    "Please unlock the Kraken app and confirm the sign-in.",
    "Too many devices are linked to this profile. Remove one.",
    "Deposits are temporarily suspended for maintenance.",
    "We'll lock your account after 3 more incorrect entries.",
    "Wrong PIN. Check that caps lock is off.",
    "Your two-factor code was already used. Wait for the next one.",
    "You must approve this login on your trusted device.",
    "If you do not recognise this sign-in, block it in the app.",
    "Your portfolio is locked in read-only mode during the migration.",
    "The page was blocked by an extension. Disable it and reload.",
    "Your account has been verified.",
    "Face ID is disabled. Enter your passcode.",
    "Enter the code we texted you. It expires in 10 minutes.",
    "Password reset links are limited to one a day.",
    "Margin trading has been disabled on your account.",
    "After 5 failed attempts your account is locked",
    "The account is locked after 5 failed attempts.",
    "Accounts locked after 5 failed attempts: 0",
    "After too many failed attempts an account is locked.",
    "Accounts are locked after several failed attempts.",
    "Your account is locked if you enter a wrong code.",
    "Your account 12345678 has not been locked.",
    "Your account will\nbe locked after another wrong code.",
});

struct Reading {
  std::string_view text;
  bool locked;
};

template <std::size_t size>
void check(Reading const (&readings)[size]) {
  for (auto const& [text, locked] : readings) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(read_lockout_hint(text).locked == locked);
    }
  }
}

/// The shortest of many times that a text of full length takes, so that a busy machine does not count.
std::chrono::steady_clock::duration time_of(std::string_view piece) {
  std::string text;
  while (text.size() < lockout_hint_text_max) text += piece;
  auto best = std::chrono::steady_clock::duration::max();
  for (auto round = 0; round < 10; ++round) {
    auto const begin = std::chrono::steady_clock::now();
    BOOST_TEST_REQUIRE(!read_lockout_hint(text).locked);
    best = std::min(best, std::chrono::steady_clock::now() - begin);
  }
  return best;
}

bool tells_of_a_lock(std::string_view text) {
  auto const hint = read_lockout_hint(text);
  return hint.locked || hint.attempts_left.value_or(2) < 2;
}

template <class Texts>
std::size_t misread(Texts const& texts, bool expected) {
  std::size_t wrong = 0;
  for (auto const text : texts) {
    if (tells_of_a_lock(text) == expected) continue;
    ++wrong;
    BOOST_TEST_MESSAGE((expected ? "missed: " : "taken for a lock: ") << text);
  }
  return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lock_words)

BOOST_AUTO_TEST_CASE(a_lock_is_told_from_a_sentence_that_only_looks_like_one) {
  BOOST_TEST(misread(locks, true) * wrong_one_in <= locks.size());
  BOOST_TEST(misread(harmless, false) * wrong_one_in <= harmless.size());
}

BOOST_AUTO_TEST_CASE(figures_of_any_length_stand_within_a_sentence) {
  check({
      {"Your account 12345678 has been locked.", true},
      {"User ID 1234567890 is locked", true},
      {"Your account 99999999999999999999 is suspended. Call 18005550100.", true},
      {"We have locked account no. 20261130123456.", true},
      {"Your account is locked, call 18005550100", true},
      {"If account 12345678 is locked, call us.", false},
      {"Your account 12345678 will be locked.", false},
      {"Transfer 1234567890 is blocked.", false},
  });
}

BOOST_AUTO_TEST_CASE(a_sentence_goes_on_behind_a_line_break_and_ends_at_an_empty_line) {
  check({
      {"Your account has been\nlocked", true},
      {"We have locked your\r\naccount", true},
      {"Your account has\nbeen locked for your\nprotection.", true},
      {"Account locked\nIf you believe that this is an error, contact us", true},
      {"Your account has been locked\n\nif you have questions, call us", true},
      {"Is this you\r\n \r\nYour account has been locked", true},
      {"Your account will\nbe locked after another wrong code", false},
      {"If your account is\nlocked, call us", false},
      {"Withdrawals from your account are\nsuspended", false},
      {"Your account\n\nNotifications are blocked", false},
      {"YOUR ACCOUNT WILL\nBE LOCKED", false},
  });
  BOOST_TEST((read_lockout_hint("Try again in\n15 minutes").wait == std::chrono::minutes(15)));
  BOOST_TEST((read_lockout_hint("You have 2 attempts\nleft").attempts_left == 2U));
  BOOST_TEST(!read_lockout_hint("1 failed attempt\nRemaining wait: none").attempts_left);
}

BOOST_AUTO_TEST_CASE(what_is_set_off_behind_a_lock_makes_it_no_condition) {
  check({
      {"Your account has been locked, if you believe this is an error contact us", true},
      {"Your account has been locked - if you did not do this, call us", true},
      {"Your account is locked \u2013 when you are ready, reset your password", true},
      {"Account locked: if you need help, call us", true},
      {"Your account is locked if you enter a wrong code", false},
      {"Your account is locked out when you fail again", false},
      {"If you enter a wrong code, your account is locked", false},
  });
}

BOOST_AUTO_TEST_CASE(a_lock_after_too_many_attempts_is_an_event_and_after_a_number_of_them_a_rule) {
  check({
      {"After too many failed attempts, your account is locked.", true},
      {"After too many failed attempts your account is locked for an hour.", true},
      {"After several wrong codes this account is blocked.", true},
      {"After repeated failures, you are locked out.", true},
      {"Your account is locked after too many failed attempts.", true},
      {"Account locked after multiple failed attempts", true},
      {"After 5 failed attempts your account is locked", false},
      {"After five failed attempts, your account is locked", false},
      {"Your account is locked after 5 failed attempts.", false},
      {"After too many failed attempts an account is locked.", false},
      {"Accounts are locked after too many failed attempts.", false},
      {"After too many failed attempts, your account will be locked.", false},
      {"After too many failed attempts the code is blocked.", false},
      {"After a change of the password, your account is restricted.", false},
  });
}

BOOST_AUTO_TEST_CASE(a_text_full_of_locking_is_read_about_as_fast_as_any_other) {
  auto const ordinary = time_of("We sent a code to your phone. ");
  for (auto const piece : {"lock ", "locked ", "it locked ", "on hold ", "too many ", "used ", "unlock "}) {
    BOOST_TEST_CONTEXT(piece) {
      BOOST_TEST((time_of(piece) < 10 * ordinary));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
