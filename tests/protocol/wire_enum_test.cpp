#include <sallyport/protocol/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(wire_enum)

using namespace sallyport;

namespace {

/// Calls the check for every enum of the API, with the number of values that its description has.
void for_every_enum(auto const& check) {
  check(BrokerType{}, 57);
  check(AuthStatus{}, 17);
  check(MfaType{}, 13);
  check(AuthFlowStep{}, 5);
  check(AuthenticationSchemeType{}, 5);
  check(MfaScheme{}, 4);
  check(ApiResultStatus{}, 9);
  check(AuthPromptStatus{}, 3);
  check(RefreshStatus{}, 3);
  check(BrokerFeature{}, 9);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_enumerator_is_found_by_its_spelling) {
  for_every_enum([]<class E>(E, std::size_t count) {
    auto const all = enumerators<E>();
    BOOST_REQUIRE(all.size() == count);
    std::set<std::string_view> spellings;
    std::size_t index = 0;
    for (auto const each : all) {
      BOOST_TEST_CONTEXT(wire_name(each)) {
        BOOST_TEST((each == static_cast<E>(++index)));
        BOOST_TEST((enumerator_of<E>(wire_name(each)) == each));
        BOOST_TEST((Open<E>::from_wire(wire_name(each)) == each));
        BOOST_TEST(Open<E>(each).spelling() == wire_name(each));
        spellings.insert(wire_name(each));
      }
    }
    BOOST_TEST(spellings.size() == count);
  });
}

BOOST_AUTO_TEST_CASE(what_the_api_does_not_describe_is_unknown) {
  for_every_enum([]<class E>(E, std::size_t) {
    BOOST_TEST(wire_name(E::unknown) == "unknown");
    BOOST_TEST(wire_name(static_cast<E>(200)) == "unknown");
    for (auto const& spelling : {"", "unknown", "UNKNOWN", "~", "zzzz", "A"}) {
      BOOST_TEST((enumerator_of<E>(spelling) == E::unknown));
    }
    for (auto const each : enumerators<E>()) {
      auto near = std::string(wire_name(each));
      near.front() = static_cast<char>(near.front() - 'a' + 'A');
      BOOST_TEST((enumerator_of<E>(near) == E::unknown), near);
      BOOST_TEST((enumerator_of<E>(std::string(wire_name(each)) + "X") == E::unknown));
      BOOST_TEST((enumerator_of<E>(wire_name(each).substr(1)) != each));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_spelling_in_another_case_is_found_by_who_asks_for_it) {
  for_every_enum([]<class E>(E, std::size_t) {
    for (auto const each : enumerators<E>()) {
      std::string capitals;
      for (auto const letter : wire_name(each)) {
        capitals += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
      }
      BOOST_TEST((enumerator_in_any_case<E>(wire_name(each)) == each), wire_name(each));
      BOOST_TEST((enumerator_in_any_case<E>(capitals) == each), capitals);
    }
    for (auto const* const spelling : {"", "unknown", "~", "zzzz"}) {
      BOOST_TEST((enumerator_in_any_case<E>(spelling) == E::unknown));
    }
  });
}

BOOST_AUTO_TEST_CASE(open_values_are_equal_where_their_spellings_are) {
  for_every_enum([]<class E>(E, std::size_t) {
    Open<E> const nothing;
    for (auto const& same : {Open<E>(E::unknown), Open<E>::from_wire("unknown"), Open<E>::from_wire("")}) {
      BOOST_TEST((same == nothing && nothing == same));
    }
    auto const newer = Open<E>::from_wire("newer");
    BOOST_TEST((newer == Open<E>::from_wire("newer") && newer != Open<E>::from_wire("newest")));
    BOOST_TEST((newer == E::unknown && newer != nothing));
    BOOST_TEST((Open<E>::from_wire(wire_name(enumerators<E>().front())) == Open<E>(enumerators<E>().front())));
  });
}

BOOST_AUTO_TEST_CASE(an_unknown_value_keeps_its_spelling) {
  for_every_enum([]<class E>(E, std::size_t) {
    auto const open = Open<E>::from_wire("quantumLink");
    BOOST_TEST((open.value() == E::unknown));
    BOOST_TEST(open.spelling() == "quantumLink");
  });
}

BOOST_AUTO_TEST_CASE(an_unknown_value_keeps_its_spelling_through_the_codec) {
  std::string_view const text =
      R"({"type":"newBroker","mfaType":"ret\u0069na","authFlowStep":"createAPIKey","isTryingAnotherWay":false})";
  auto const request = decode<AuthRequest>(text);
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST((request->mfa_type->value() == MfaType::unknown));
  BOOST_TEST(encode(*request).reveal() ==
             R"({"type":"newBroker","mfaType":"retina","authFlowStep":"createAPIKey","isTryingAnotherWay":false})");
}

BOOST_AUTO_TEST_CASE(spellings_that_are_easy_to_get_wrong_are_those_of_the_api) {
  BOOST_TEST(wire_name(BrokerType::public_) == "public");
  BOOST_TEST(wire_name(BrokerType::e_trade) == "eTrade");
  BOOST_TEST(wire_name(BrokerType::defi_wallet) == "deFiWallet");
  BOOST_TEST(wire_name(BrokerType::okx_oauth) == "okxOAuth");
  BOOST_TEST(wire_name(BrokerType::paypal_connect) == "payPalConnect");
  BOOST_TEST(wire_name(BrokerType::etoro) == "etoro");
  BOOST_TEST(wire_name(BrokerType::sandbox) == "sandbox");
  BOOST_TEST(wire_name(AuthFlowStep::create_api_key) == "createAPIKey");
  BOOST_TEST(wire_name(AuthFlowStep::login_qr_code) == "loginQrCode");
  BOOST_TEST(wire_name(AuthenticationSchemeType::oauth) == "oAuth");
  BOOST_TEST(wire_name(ApiResultStatus::too_many_request) == "tooManyRequest");
  BOOST_TEST(wire_name(MfaType::qr_code) == "qrCode");
}

BOOST_AUTO_TEST_CASE(every_broker_can_be_asked_for) {
  for (auto const broker : enumerators<BrokerType>()) {
    AuthRequest request;
    request.type = broker;
    auto const read = decode<AuthRequest>(encode(request).reveal());
    BOOST_TEST((read.has_value() && read->type == broker));
  }
}

BOOST_AUTO_TEST_SUITE_END()
