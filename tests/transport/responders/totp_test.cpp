// The codes of an authenticator, against the vectors of RFC 6238.

#include <sallyport/transport/totp.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>

BOOST_AUTO_TEST_SUITE(totp)

using namespace sallyport;
using std::chrono::seconds;
using std::chrono::system_clock;

BOOST_AUTO_TEST_CASE(the_codes_are_those_of_rfc_6238) {
  std::string const digits = "12345678901234567890123456789012345678901234567890123456789012345";
  Secret const key_sha1(digits.substr(0, 20));
  Secret const key_sha256(digits.substr(0, 32));
  Secret const key_sha512(digits.substr(0, 64));
  struct Case {
    std::int64_t time;
    std::string_view sha1;
    std::string_view sha256;
    std::string_view sha512;
  };
  // RFC 6238, appendix B.
  for (auto const& [time, sha1, sha256, sha512] : {
           Case{59, "94287082", "46119246", "90693936"},
           Case{1111111109, "07081804", "68084774", "25091201"},
           Case{1111111111, "14050471", "67062674", "99943326"},
           Case{1234567890, "89005924", "91819424", "93441116"},
           Case{2000000000, "69279037", "90698825", "38618901"},
           Case{20000000000, "65353130", "77737706", "47863826"},
       }) {
    BOOST_TEST_CONTEXT(time) {
      TotpParameters how{.hash = TotpHash::sha1, .digits = 8, .period = seconds(30)};
      auto const window = static_cast<std::uint64_t>(time) / 30;  // The last is beyond the system's clock.
      BOOST_TEST(totp_code(key_sha1, window, how).reveal() == sha1);
      how.hash = TotpHash::sha256;
      BOOST_TEST(totp_code(key_sha256, window, how).reveal() == sha256);
      how.hash = TotpHash::sha512;
      BOOST_TEST(totp_code(key_sha512, window, how).reveal() == sha512);
    }
  }
}

BOOST_AUTO_TEST_CASE(six_digits_are_the_last_six_of_eight) {
  Secret const key("12345678901234567890");
  BOOST_TEST(totp_code(key, 1, {}).reveal() == "287082");
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_gives_no_code) {
  Secret const key("12345678901234567890");
  BOOST_TEST(totp_code(Secret(), 1, {}).empty());
  BOOST_TEST(totp_code(key, 1, {.hash = TotpHash::sha1, .digits = 5, .period = seconds(30)}).empty());
  BOOST_TEST(totp_code(key, 1, {.hash = TotpHash::sha1, .digits = 9, .period = seconds(30)}).empty());
  BOOST_TEST(totp_window(system_clock::time_point(seconds(-1)), {}) == 0U);
}

BOOST_AUTO_TEST_CASE(a_window_begins_with_its_period) {
  BOOST_TEST(totp_window(system_clock::time_point(seconds(0)), {}) == 0U);
  BOOST_TEST(totp_window(system_clock::time_point(std::chrono::milliseconds(29'999)), {}) == 0U);
  BOOST_TEST(totp_window(system_clock::time_point(seconds(30)), {}) == 1U);
  BOOST_TEST(totp_window(system_clock::time_point(seconds(1111111109)), {}) == 37037036U);
}

BOOST_AUTO_TEST_CASE(keys_are_read_as_institutions_show_them) {
  for (auto const* const text : {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
                                 "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ"}) {
    auto const key = totp_key_from_base32(text);
    BOOST_TEST_REQUIRE(key.has_value());
    BOOST_TEST(key->reveal() == "12345678901234567890");
  }
  BOOST_TEST(totp_key_from_base32("MZXW6===")->reveal() == "foo");
  BOOST_TEST(totp_key_from_base32("MZXW6")->reveal() == "foo");
  for (auto const* const text : {"", "A", "1234", "MZXW6=A", "MZXW!", "===="}) {
    BOOST_TEST(!totp_key_from_base32(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(the_uri_of_a_qr_code_is_read_whole) {
  auto const account = totp_account_from_uri(
      "OTPAUTH://TOTP/Big%20Broker:%20mesh%40example.org?period=60&secret=gezdgnbvgy3tqojq&image=x&algorithm=sha256"
      "&digits=8&issuer=The+Broker#more");
  BOOST_TEST_REQUIRE(account.has_value());
  BOOST_TEST(account->key.reveal() == "1234567890");
  BOOST_TEST((account->parameters.hash == TotpHash::sha256));
  BOOST_TEST(account->parameters.digits == 8U);
  BOOST_TEST(account->parameters.period.count() == 60);
  BOOST_TEST(account->issuer == "The Broker");
  BOOST_TEST(account->account == "mesh@example.org");
  auto const least = totp_account_from_uri("otpauth://totp/mesh?secret=GEZDGNBVGY3TQOJQ");
  BOOST_TEST_REQUIRE(least.has_value());
  BOOST_TEST(least->parameters.digits == 6U);
  BOOST_TEST(least->parameters.period.count() == 30);
  BOOST_TEST(least->issuer.empty());
  BOOST_TEST(least->account == "mesh");
  BOOST_TEST(totp_account_from_uri("otpauth://totp/Broker:mesh?secret=AA&issuer=")->issuer == "Broker");
}

BOOST_AUTO_TEST_CASE(a_uri_that_may_mean_other_codes_is_none) {
  std::string const good = "otpauth://totp/Broker:mesh?secret=GEZDGNBVGY3TQOJQ";
  BOOST_TEST(totp_account_from_uri(good).has_value());
  for (auto const* const more :
       {"&algorithm=MD5", "&algorithm=", "&algorithm=SHA1&algorithm=SHA256", "&digits=5", "&digits=9",
        "&digits=", "&digits=6x", "&digits=4294967302", "&period=0", "&period=-30", "&period=86401",
        "&period=30&period=60", "&secret=AA", "&issuer=%zz", "&issuer=%0a"}) {
    BOOST_TEST_CONTEXT(more) {
      BOOST_TEST(!totp_account_from_uri(good + more).has_value());
    }
  }
  for (auto const* const uri :
       {"", "otpauth://totp/mesh", "otpauth://totp/mesh?secret=", "otpauth://totp/mesh?secret=01",
        "otpauth://hotp/mesh?secret=AA&counter=1", "otpauth:totp/mesh?secret=AA", "https://totp/mesh?secret=AA",
        "otpauth://totp/%ff?secret=AA", "otpauth://totp/a%0ab?secret=AA", "otpauth-migration://offline?data=AA"}) {
    BOOST_TEST_CONTEXT(uri) {
      BOOST_TEST(!totp_account_from_uri(uri).has_value());
    }
  }
  BOOST_TEST(!totp_account_from_uri(good + "&more=" + std::string(4096, 'a')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
